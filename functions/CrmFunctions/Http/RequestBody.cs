using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace CrmFunctions.Http;

/// <summary>Reads bodies that are small by rule.</summary>
public static class RequestBody
{
    private const int MostOfObject = 16 * 1024;

    /// <summary>The whole body, and nothing beyond the cap, for any Content-Length.</summary>
    /// <returns>The bytes, or the problem.</returns>
    public static async Task<(ReadOnlyMemory<byte> Body, Problem? Problem)> ReadBody(
        this HttpRequest request,
        int most,
        CancellationToken cancellationToken
    )
    {
        if (request.Compressed() is { } compressed)
            return (default, compressed);
        if (request.ContentLength > most)
            return (default, TooLarge(most));

        var body = new ArrayBufferWriter<byte>(request.ContentLength is > 0 and var length ? (int)length : 4096);
        while (true)
        {
            var read = await request.Body.ReadAsync(body.GetMemory(4096), cancellationToken);
            if (read == 0)
                return (body.WrittenMemory, body.WrittenCount == 0 ? new Problem(ProblemKind.Empty, "Send a JSON body.") : null);
            body.Advance(read);
            if (body.WrittenCount > most)
                return (default, TooLarge(most));
        }
    }

    /// <summary>A body of a few members: one JSON object of at most 8 levels, each member once.</summary>
    /// <returns>The object, or the problem.</returns>
    public static async Task<(JsonElement Json, Problem? Problem)> ReadObject(this HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentType?.Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase) != true)
            return (default, new Problem(ProblemKind.MediaType, "Send application/json."));
        var (bytes, unreadable) = await request.ReadBody(MostOfObject, cancellationToken);
        if (unreadable is not null)
            return (default, unreadable);
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? (document.RootElement.Clone(), null)
                : (default, new Problem(ProblemKind.NotJson, "Send one JSON object."));
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return (default, new Problem(ProblemKind.NotJson, "Send one well-formed JSON object, each member once."));
        }
    }

    /// <summary>The whole body as text that one column can hold.</summary>
    /// <param name="request">The request.</param>
    /// <param name="what">What it is, as people call it, such as standard.</param>
    /// <param name="most">Characters.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The text, or the problem.</returns>
    public static async Task<(string Text, Problem? Problem)> ReadText(
        this HttpRequest request,
        string what,
        int most,
        CancellationToken cancellationToken
    )
    {
        // No character takes more than three bytes for each of its own.
        var (body, refused) = await request.ReadBody(most * 3, cancellationToken);
        if (refused is not null)
            return ("", refused);
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(body.Span);
            return text.Length > most
                ? (text, new Problem(ProblemKind.TooLarge, $"A {what} has at most {most} characters."))
                : (text, null);
        }
        catch (DecoderFallbackException)
        {
            return ("", new Problem(ProblemKind.NotJson, $"Send the {what} as JSON in UTF-8."));
        }
    }

    /// <summary>That the body is compressed, where it is: what is small on the wire may be large, and nobody asked for it.</summary>
    public static Problem? Compressed(this HttpRequest request) =>
        request.Headers.ContentEncoding.All(encoding =>
            string.IsNullOrEmpty(encoding) || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)
        )
            ? null
            : new Problem(ProblemKind.Encoding, "Send the body as it is, without Content-Encoding.");

    private static Problem TooLarge(int most) => new(ProblemKind.TooLarge, $"At most {most} bytes are taken; split the batch.");
}
