using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Azure.Core;

namespace Azure.Data.Tables;

/// <summary>The answers to a transaction, taken from its multipart response: one for each operation, or a single one for the operation that failed.</summary>
internal static class ChangesetResponse
{
    /// <exception cref="FormatException">The body is not what its headers say.</exception>
    public static List<Response> Parse(Response response)
    {
        var answers = new List<Response>();
        ParseParts(response.Content.ToMemory(), response.Headers.ContentType, response.ClientRequestId, answers);
        return answers;
    }

    private static void ParseParts(ReadOnlyMemory<byte> body, string? contentType, string clientRequestId, List<Response> answers)
    {
        var boundary = MediaTypeHeaderValue.TryParse(contentType, out var type)
            ? type.Parameters.FirstOrDefault(parameter => parameter.Name == "boundary")?.Value?.Trim('"')
            : null;
        if (boundary is null)
            throw new FormatException($"The response to a transaction is of type {contentType}, not multipart/mixed with a boundary.");
        var delimiter = Encoding.ASCII.GetBytes("--" + boundary);
        for (var rest = After(body, delimiter); !rest.Span.StartsWith("--"u8); rest = After(rest, delimiter))
        {
            var end = rest.Span.IndexOf(delimiter);
            if (end < 0)
                throw new FormatException("The response to a transaction ends within a part.");
            ParsePart(AfterLine(rest[..end]), clientRequestId, answers);
        }
    }

    private static void ParsePart(ReadOnlyMemory<byte> part, string clientRequestId, List<Response> answers)
    {
        var headers = Headers(ref part);
        if (headers.GetValueOrDefault("Content-Type") is { } type && type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
        {
            ParseParts(part, type, clientRequestId, answers);
            return;
        }

        // HTTP/1.1 204 No Content
        var status = Line(ref part).Split(' ', 3);
        if (status.Length < 2 || !int.TryParse(status[1], NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            throw new FormatException("A part of the response to a transaction has no status line.");
        answers.Add(new Answer(code, status.ElementAtOrDefault(2) ?? "", Headers(ref part), part) { ClientRequestId = clientRequestId });
    }

    private static Dictionary<string, string> Headers(ref ReadOnlyMemory<byte> rest)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (Line(ref rest) is { Length: > 0 } line)
        {
            if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
                headers[line[..colon].Trim()] = line[(colon + 1)..].Trim();
        }

        return headers;
    }

    private static string Line(ref ReadOnlyMemory<byte> rest)
    {
        var end = rest.Span.IndexOf((byte)'\n');
        var line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return Encoding.UTF8.GetString(line.Span).TrimEnd('\r');
    }

    private static ReadOnlyMemory<byte> After(ReadOnlyMemory<byte> body, ReadOnlySpan<byte> delimiter) =>
        body.Span.IndexOf(delimiter) is >= 0 and var at
            ? body[(at + delimiter.Length)..]
            : throw new FormatException("The response to a transaction has no end.");

    private static ReadOnlyMemory<byte> AfterLine(ReadOnlyMemory<byte> part) => part[(part.Span.IndexOf((byte)'\n') + 1)..];

    /// <summary>The answer to one operation.</summary>
    private sealed class Answer(int status, string reason, Dictionary<string, string> headers, ReadOnlyMemory<byte> body) : Response
    {
        public override int Status => status;

        public override string ReasonPhrase => reason;

        public override bool IsError => status >= 400;

        public override Stream? ContentStream { get; set; } = new MemoryStream(body.ToArray(), 0, body.Length, false, true);

        public override string ClientRequestId { get; set; } = "";

        public override void Dispose()
        {
        }

        protected override bool ContainsHeader(string name) => headers.ContainsKey(name);

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => headers.Select(header => new HttpHeader(header.Key, header.Value));

        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value) => headers.TryGetValue(name, out value);

        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = headers.TryGetValue(name, out var value) ? [value] : null;
            return values is not null;
        }
    }
}
