using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using CrmFunctions.Http;

namespace CrmFunctions.Sources.Reconciliation.Asking;

/// <summary>The calls of one run to one source: counted, held to what the source allows, tried again where that helps.</summary>
/// <param name="http">Guarded against addresses that are not the internet's.</param>
/// <param name="clock">For waits.</param>
/// <param name="most">Calls at the most; the run ends when they are used up.</param>
public sealed class ApiCalls(HttpClient http, TimeProvider clock, int most)
{
    /// <summary>Bytes of one answer: a page of 250 orders has one or two million.</summary>
    public const int MostBytes = 32 * 1024 * 1024;

    /// <summary>Tries of one call, the first one counted.</summary>
    public const int Tries = 5;

    /// <summary>The longest that a call waits before it is tried again, also where the source asks for more.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan timeout = TimeSpan.FromSeconds(30);
    private static readonly JsonDocumentOptions strict = new() { MaxDepth = 64 };

    private TimeSpan pause = TimeSpan.Zero;

    /// <summary>Calls made so far, repeated ones counted.</summary>
    public int Made { get; private set; }

    /// <summary>Has the next call wait: the source's bucket is nearly full.</summary>
    public void PauseFor(TimeSpan time) => pause = time < LongestWait ? time : LongestWait;

    /// <summary>Makes a call.</summary>
    /// <param name="request">Makes the request, anew for each try.</param>
    /// <param name="isLimit">Whether an answer that is none says in its own way that there were too many calls.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<ApiAnswer> Send(Func<HttpRequestMessage> request, Func<ApiAnswer, bool>? isLimit, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            if (Made >= most)
                throw new CallsUsedUpException();
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, clock, cancellationToken);
            pause = TimeSpan.Zero;
            Made++;
            var (answer, failed) = await Try(request, cancellationToken);
            if (answer is { Status: HttpStatusCode.OK })
                return answer;

            var limited = answer is not null && (answer.Status == HttpStatusCode.TooManyRequests || isLimit?.Invoke(answer) == true);
            var passing = answer is null || limited || (int)answer.Status >= 500 || answer.Status == HttpStatusCode.RequestTimeout;
            if (!passing || tries == Tries)
                throw Refused(answer, failed, tries);
            PauseFor(answer?.RetryAfter(clock.GetUtcNow()) ?? TimeSpan.FromSeconds(1 << (tries - 1)));
        }
    }

    private async Task<(ApiAnswer? Answer, string? Failed)> Try(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        using var bound = new CancellationTokenSource(timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, bound.Token);
        try
        {
            using var request = make();
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            await using var body = await response.Content.ReadAsStreamAsync(either.Token);
            return (new ApiAnswer(response.StatusCode, response.Headers, await Read(body, either.Token)), null);
        }
        catch (Exception broken) when (broken is HttpRequestException { InnerException: not OutgoingRefusedException } or IOException)
        {
            return (null, broken.GetType().Name);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, "no answer in time");
        }
        catch (Exception refused) when (refused is OutgoingRefusedException || refused.InnerException is OutgoingRefusedException)
        {
            var code = (refused as OutgoingRefusedException ?? (OutgoingRefusedException)refused.InnerException!).Code;
            throw new SourceRefusedException($"apiUrl may not be called ({code}): it must be a public https address.");
        }
    }

    private static async Task<JsonElement?> Read(Stream body, CancellationToken cancellationToken)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int count; (count = await body.ReadAsync(buffer, cancellationToken)) > 0; )
        {
            if (bytes.Length + count > MostBytes)
                throw new SourceRefusedException($"It answered with more than {MostBytes} bytes.");
            bytes.Write(buffer, 0, count);
        }

        try
        {
            using var document = JsonDocument.Parse(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), strict);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static SourceRefusedException Refused(ApiAnswer? answer, string? failed, int tries) =>
        new(
            answer?.Status switch
            {
                null => $"It gave no answer in {tries} tries: {failed}.",
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                    $"It answered {(int)answer!.Status}: the credentials are not taken, or may not read orders.",
                HttpStatusCode.NotFound => "It answered 404: apiUrl is not where this provider's API is.",
                var status => string.Create(
                    CultureInfo.InvariantCulture,
                    $"It answered {(int)status} in {tries} {(tries == 1 ? "try" : "tries")}."
                ),
            }
        );
}

/// <summary>An answer.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Headers">Its headers.</param>
/// <param name="Body">Its body; null where that is no JSON.</param>
public sealed record ApiAnswer(HttpStatusCode Status, HttpResponseHeaders Headers, JsonElement? Body)
{
    /// <summary>A header's first value.</summary>
    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>The target of a link of RFC 8288, such as <c>&lt;https://…&gt;; rel="next"</c>.</summary>
    public Uri? Link(string relation)
    {
        foreach (var link in (Headers.TryGetValues("Link", out var values) ? values : []).SelectMany(value => value.Split(',')))
        {
            var (start, end) = (link.IndexOf('<', StringComparison.Ordinal), link.IndexOf('>', StringComparison.Ordinal));
            if (start < 0 || end < start || !link[end..].Contains($"rel=\"{relation}\"", StringComparison.OrdinalIgnoreCase))
                continue;
            return Uri.TryCreate(link[(start + 1)..end], UriKind.Absolute, out var target) ? target : null;
        }

        return null;
    }

    /// <summary>How long the source asks to wait: seconds, with decimals at Shopify, or a date.</summary>
    public TimeSpan? RetryAfter(DateTimeOffset now)
    {
        if (Header("Retry-After") is not { } text)
            return null;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 86_400)
            return TimeSpan.FromSeconds(seconds);
        return Headers.RetryAfter?.Date is { } date && date > now ? date - now : null;
    }
}
