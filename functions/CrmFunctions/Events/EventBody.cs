using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using CrmFunctions.Domain.Events;
using CrmFunctions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CrmFunctions.Events;

/// <summary>
/// A request's body as the events in it: CloudEvents 1.0 structured, batch or binary, or plain JSON with the same members.
/// </summary>
public sealed class EventBody : IDisposable
{
    /// <summary>Deeper JSON is refused: no event needs it, and recursion must end.</summary>
    private const int Depth = 32;

    private static readonly JsonDocumentOptions strict = new() { MaxDepth = Depth, AllowDuplicateProperties = false };
    private static readonly JsonDocumentOptions lenient = new() { MaxDepth = Depth, AllowDuplicateProperties = true };

    private readonly JsonDocument document;
    private readonly bool duplicates;

    private EventBody(JsonDocument document, bool duplicates)
    {
        this.document = document;
        this.duplicates = duplicates;
        IsBatch = document.RootElement.ValueKind == JsonValueKind.Array;
    }

    /// <summary>The body is a list, and each event of it is answered for.</summary>
    public bool IsBatch { get; }

    /// <summary>The events; none needs to be valid.</summary>
    public IReadOnlyList<JsonElement> Items => IsBatch ? [.. document.RootElement.EnumerateArray()] : [document.RootElement];

    /// <summary>Takes a body for what its headers say it is.</summary>
    /// <returns>The body, or the problem.</returns>
    public static (EventBody? Body, Problem? Problem) Parse(IHeaderDictionary headers, string? contentType, ReadOnlyMemory<byte> bytes)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || Mode(type, headers) is not { } mode)
        {
            return (
                null,
                new Problem(
                    ProblemKind.MediaType,
                    "Send application/cloudevents+json, application/cloudevents-batch+json or application/json, in UTF-8."
                )
            );
        }

        if (
            HeaderUtilities.RemoveQuotes(type.Charset) is { HasValue: true } charset
            && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
        )
        {
            return (null, new Problem(ProblemKind.MediaType, "Send the body in UTF-8."));
        }

        var span = bytes.Span;
        if (!Utf8.IsValid(span))
            return (null, new Problem(ProblemKind.NotJson, "The body is no valid UTF-8."));
        if (span.StartsWith(Encoding.UTF8.Preamble))
            bytes = bytes[3..];
        return mode == "binary" ? ParseBinary(headers, bytes) : Parse(bytes, mode);
    }

    /// <summary>What is wrong with an item before its fields are looked at.</summary>
    public FieldProblem? DuplicateIn(JsonElement item)
    {
        try
        {
            return duplicates ? DuplicateIn(item, "") : null;
        }
        catch (InvalidOperationException)
        {
            // A name with half of a surrogate pair cannot be compared; the reader refuses such an item, and says where.
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => document.Dispose();

    // The data is JSON by itself: only then can the attributes be put around it without it reaching among them.
    private static (EventBody? Body, Problem? Problem) ParseBinary(IHeaderDictionary headers, ReadOnlyMemory<byte> data)
    {
        try
        {
            using var alone = JsonDocument.Parse(data, lenient);
        }
        catch (JsonException notJson)
        {
            return (null, NotJson(notJson));
        }

        return Parse(Envelope(headers, data), "binary");
    }

    private static (EventBody? Body, Problem? Problem) Parse(ReadOnlyMemory<byte> json, string mode)
    {
        JsonDocument document;
        var duplicates = false;
        try
        {
            document = JsonDocument.Parse(json, strict);
        }
        catch (Exception refused) when (refused is JsonException or InvalidOperationException)
        {
            // One item of a batch may name a member twice; the others are taken. Anything else fails here again, with its position.
            try
            {
                document = JsonDocument.Parse(json, lenient);
                duplicates = true;
            }
            catch (JsonException notJson)
            {
                return (null, NotJson(notJson));
            }
        }

        var root = document.RootElement.ValueKind;
        if (root == JsonValueKind.Array ? mode is "batch" or "plain" : root == JsonValueKind.Object && mode != "batch")
            return (new EventBody(document, duplicates), null);
        document.Dispose();
        return (
            null,
            new Problem(
                ProblemKind.NotJson,
                mode switch
                {
                    "batch" => "A batch is a JSON array of events.",
                    "structured" => "A structured CloudEvent is one JSON object.",
                    _ => "Send one event as a JSON object, or several as a JSON array.",
                }
            )
        );
    }

    private static string? Mode(MediaTypeHeaderValue type, IHeaderDictionary headers) =>
        type.MediaType.Value?.ToLowerInvariant() switch
        {
            "application/cloudevents-batch+json" => "batch",
            "application/cloudevents+json" => "structured",
            "application/json" when headers.ContainsKey("ce-specversion") || headers.ContainsKey("ce-id") => "binary",
            "application/json" => "plain",
            _ => null,
        };

    private static Problem NotJson(JsonException notJson) =>
        new(ProblemKind.NotJson, $"Send well-formed JSON, at most {Depth} levels deep: {Position(notJson)}.");

    private static string Position(JsonException notJson) =>
        notJson.LineNumber is { } line ? $"it breaks off at line {line + 1}, byte {notJson.BytePositionInLine + 1}" : "it cannot be read";

    /// <summary>Binary mode: attributes are headers, percent-encoded; the body is the data.</summary>
    private static ReadOnlyMemory<byte> Envelope(IHeaderDictionary headers, ReadOnlyMemory<byte> data)
    {
        var envelope = new MemoryStream(data.Length + 512);
        using (var json = new Utf8JsonWriter(envelope, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            foreach (var attribute in (ReadOnlySpan<string>)["specversion", "id", "source", "type", "time", "subject"])
            {
                if (headers.TryGetValue($"ce-{attribute}", out var value))
                    json.WriteString(attribute, Uri.UnescapeDataString(value.ToString()));
            }

            json.WritePropertyName("data");
            json.Flush();
            envelope.Write(data.Span);
            envelope.WriteByte((byte)'}');
        }

        return envelope.GetBuffer().AsMemory(0, (int)envelope.Length);
    }

    private static FieldProblem? DuplicateIn(JsonElement json, string path)
    {
        if (json.ValueKind == JsonValueKind.Array)
        {
            return json.EnumerateArray()
                .Select((item, i) => DuplicateIn(item, $"{path}[{i}]"))
                .FirstOrDefault(problem => problem is not null);
        }

        if (json.ValueKind != JsonValueKind.Object)
            return null;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            var name = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (!names.Add(member.Name))
                return new FieldProblem(name, "is there twice; send each member once");
            if (DuplicateIn(member.Value, name) is { } problem)
                return problem;
        }

        return null;
    }
}
