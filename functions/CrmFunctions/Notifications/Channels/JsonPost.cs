using System.Net;
using System.Text;
using System.Text.Json;
using CrmFunctions.Http;

namespace CrmFunctions.Notifications.Channels;

/// <summary>What a platform answered.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">At most 64 KiB of it.</param>
/// <param name="RetryAfter">How long it asked to be left alone, capped at ten hours; null: it did not.</param>
internal sealed record PlatformAnswer(HttpStatusCode Status, string Body, TimeSpan? RetryAfter)
{
    /// <summary>A whole number in the body, at the top; null where there is none.</summary>
    internal int? Number(string name)
    {
        try
        {
            using var json = JsonDocument.Parse(Body);
            return
                json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty(name, out var code)
                && code.TryGetInt32(out var number)
                ? number
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Posts JSON where a platform takes it, and tells what is certain from what is not.</summary>
internal static class JsonPost
{
    /// <summary>Posts, and judges the answer.</summary>
    /// <param name="http">From <see cref="OutgoingHttp"/>.</param>
    /// <param name="url">Where to.</param>
    /// <param name="body">JSON.</param>
    /// <param name="headers">Further headers.</param>
    /// <param name="judge">What an answer means.</param>
    /// <param name="clock">For the patience.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    internal static async Task<SendOutcome> Post(
        HttpClient http,
        Uri url,
        ReadOnlyMemory<byte> body,
        IEnumerable<(string Name, string Value)> headers,
        Func<PlatformAnswer, SendOutcome> judge,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var content = new TrackedContent(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.TryAddWithoutValidation("User-Agent", "CrmFunctions");
        return await HttpDelivery.Post(
            http,
            request,
            content,
            async (response, token) =>
                judge(new PlatformAnswer(response.StatusCode, await Read(response, token), HttpDelivery.RetryAfter(response, clock))),
            SendReason.Unreachable,
            SendReason.NoAnswer,
            clock,
            cancellationToken
        );
    }

    /// <summary>What a status means by itself, where the platform says nothing else of it; null for 2xx.</summary>
    internal static SendOutcome? ByStatus(PlatformAnswer answer) =>
        (int)answer.Status switch
        {
            >= 200 and < 300 => null,
            429 or 503 => new SendOutcome.Failed(SendReason.PlatformThrottled, answer.RetryAfter ?? TimeSpan.FromMinutes(1)),
            // It may have been said before something broke.
            >= 500 => new SendOutcome.Uncertain(SendReason.NoAnswer),
            _ => new SendOutcome.Refused(SendReason.PlatformRefused),
        };

    private static async Task<string> Read(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[OutgoingHttp.MaxAnswerBytes];
        var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(bytes, 0, read);
    }
}
