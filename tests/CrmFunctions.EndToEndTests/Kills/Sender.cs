using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Kills;

/// <summary>A sender as one must be: sends again until it has a 2xx.</summary>
/// <param name="address">Where to try next; null: nobody is there.</param>
/// <param name="clock">For the pauses between tries.</param>
internal sealed class Sender(Func<Uri?> address, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(50);
    private readonly HttpClient http = new()
    {
        DefaultRequestHeaders = { { "x-functions-key", SuiteFolder.Key } },
        Timeout = TimeSpan.FromMinutes(1),
    };
    private int again;

    /// <summary>Posts that had no answer, or none that counts.</summary>
    public int Again => again;

    /// <summary>Posts until there is a 2xx.</summary>
    /// <returns>The answer.</returns>
    /// <exception cref="InvalidOperationException">It was refused, wholly or in part.</exception>
    public async Task<JsonNode> Post(Parcel parcel, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (address() is { } to)
            {
                if (await Try(new Uri(to, parcel.Path), parcel.Body, parcel.MediaType, cancellationToken) is { } answer)
                {
                    return Lost(answer) == 0 ? answer : throw new InvalidOperationException($"Refused: {answer.ToJsonString()}");
                }

                Interlocked.Increment(ref again);
            }

            await Task.Delay(pause, clock, cancellationToken);
        }
    }

    /// <summary>Fires timers, once each; nothing happens where nobody is there.</summary>
    public async Task Fire(Uri to, IEnumerable<string> timers, CancellationToken cancellationToken)
    {
        foreach (var timer in timers)
            await Try(new Uri(to, $"admin/functions/{timer}"), "{}", "application/json", cancellationToken);
    }

    public void Dispose() => http.Dispose();

    private async Task<JsonNode?> Try(Uri to, string body, string mediaType, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new StringContent(body, Encoding.UTF8, mediaType);
            using var answer = await http.PostAsync(to, content, cancellationToken);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            if (answer.IsSuccessStatusCode)
                return JsonNode.Parse(text.Length == 0 ? "{}" : text);
            return answer.StatusCode >= HttpStatusCode.InternalServerError
                ? null
                : throw new InvalidOperationException($"{to.AbsolutePath} answered {(int)answer.StatusCode}: {text}");
        }
        catch (Exception broken)
            when (broken is HttpRequestException or IOException
                || (broken is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            return null;
        }
    }

    private static int Lost(JsonNode answer) => ((int?)answer["refused"] ?? 0) + ((int?)answer["quarantined"] ?? 0);
}
