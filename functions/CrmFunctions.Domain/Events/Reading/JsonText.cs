using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace CrmFunctions.Domain.Events;

/// <summary>Whether the texts of a JSON document are text: a parser takes halves of surrogate pairs and bytes that are not UTF-8.</summary>
internal static class JsonText
{
    public const string NotText = "is not valid text: it has half of a surrogate pair, or bytes that are not UTF-8";
    private const int Deepest = 64;

    /// <summary>Parses a document, and refuses a name that is no text as it refuses anything else: comparing names, the parser throws.</summary>
    /// <exception cref="JsonException">It is not well-formed.</exception>
    public static JsonDocument Parse(string json, JsonDocumentOptions options)
    {
        try
        {
            return JsonDocument.Parse(json, options);
        }
        catch (InvalidOperationException broken)
        {
            throw new JsonException($"a member's name {NotText}", broken);
        }
    }

    /// <summary>The first text or name in the document that is none; null where all are.</summary>
    public static FieldProblem? FirstBroken(JsonElement json)
    {
        var raw = JsonMarshal.GetRawUtf8Value(json);

        // Nearly every document: no escaped surrogate in it, and nothing to look for.
        var plain = Utf8.IsValid(raw) && raw.IndexOf("\\ud"u8) < 0 && raw.IndexOf("\\uD"u8) < 0;
        return plain ? null : Find(json, "", 0);
    }

    private static FieldProblem? Find(JsonElement json, string path, int depth)
    {
        if (depth > Deepest)
            return new FieldProblem(path, $"is nested deeper than {Deepest} levels");
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                return Read(json.GetString) is null ? new FieldProblem(path, NotText) : null;
            case JsonValueKind.Array:
                return json.EnumerateArray()
                    .Select((item, i) => Find(item, $"{path}[{i}]", depth + 1))
                    .FirstOrDefault(problem => problem is not null);
            case JsonValueKind.Object:
                foreach (var property in json.EnumerateObject())
                {
                    if (Read(() => property.Name) is not { } name)
                        return new FieldProblem(path, $"has a member whose name {NotText}");
                    if (Find(property.Value, path.Length == 0 ? name : $"{path}.{name}", depth + 1) is { } problem)
                        return problem;
                }

                return null;
            default:
                return null;
        }
    }

    private static string? Read(Func<string?> text)
    {
        try
        {
            return text();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
