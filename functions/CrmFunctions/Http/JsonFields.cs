using System.Text.Json;
using CrmFunctions.Domain.Events;
using Microsoft.AspNetCore.Http;

namespace CrmFunctions.Http;

/// <summary>The members of a request's body, one JSON object, and what is wrong with them.</summary>
public sealed class JsonFields
{
    private const int MostBytes = 16 * 1024;
    private readonly JsonElement json;
    private readonly List<FieldProblem> problems;
    private readonly string path;

    private JsonFields(JsonElement json, List<FieldProblem> problems, string path) =>
        (this.json, this.problems, this.path) = (json, problems, path);

    /// <summary>The refusal; null where nothing is wrong.</summary>
    public Problem? Problem =>
        problems.Count == 0 ? null : new Problem(ProblemKind.InvalidRequest, "Send it again when mended; nothing was done.", problems);

    /// <summary>Reads a body of a few members.</summary>
    public static async Task<(JsonFields? Fields, Problem? Problem)> Read(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentType?.Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase) != true)
        {
            return (null, new Problem(ProblemKind.MediaType, "Send application/json."));
        }

        var (bytes, unreadable) = await request.ReadBody(MostBytes, cancellationToken);
        if (unreadable is not null)
            return (null, unreadable);
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? (new JsonFields(document.RootElement.Clone(), [], ""), null)
                : (null, new Problem(ProblemKind.NotJson, "Send one JSON object."));
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return (null, new Problem(ProblemKind.NotJson, "Send one well-formed JSON object, each member once."));
        }
    }

    /// <summary>A text that must be there. Where it cannot be taken the answer is empty, and says so.</summary>
    public string Text(string name, int longest)
    {
        if (!json.TryGetProperty(name, out var member) || member.ValueKind == JsonValueKind.Null)
            return Refuse(name, "is missing; it must be a non-empty string");
        return Text(name, member, longest);
    }

    /// <summary>A text that may be missing; null then.</summary>
    public string? OptionalText(string name, int longest) =>
        json.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? Text(name, member, longest) : null;

    /// <summary>A whole number that must be there.</summary>
    public int Whole(string name, int from, int to)
    {
        if (
            json.TryGetProperty(name, out var member)
            && member.ValueKind == JsonValueKind.Number
            && member.TryGetInt32(out var number)
            && number >= from
            && number <= to
        )
            return number;
        Refuse(name, $"must be a whole number from {from} to {to}");
        return from;
    }

    /// <summary>A flag that may be missing; false then.</summary>
    public bool Flag(string name)
    {
        if (!json.TryGetProperty(name, out var member) || member.ValueKind is JsonValueKind.False or JsonValueKind.Null)
            return false;
        if (member.ValueKind == JsonValueKind.True)
            return true;
        Refuse(name, "must be true or false");
        return false;
    }

    /// <summary>An instant that may be missing; null then.</summary>
    public DateTimeOffset? OptionalInstant(string name)
    {
        if (!json.TryGetProperty(name, out var member) || member.ValueKind == JsonValueKind.Null)
            return null;
        if (member.ValueKind == JsonValueKind.String && Instants.Parse(member.GetString() ?? "") is { } instant)
            return instant;
        Refuse(name, "must be an instant of RFC 3339 with its offset, such as 2026-11-01T09:30:00Z");
        return null;
    }

    /// <summary>A list of texts that may be missing; empty then.</summary>
    public IReadOnlyList<string> OptionalTexts(string name, int most, int longest)
    {
        if (!json.TryGetProperty(name, out var member) || member.ValueKind == JsonValueKind.Null)
            return [];
        if (member.ValueKind == JsonValueKind.Array && member.GetArrayLength() <= most)
            return [.. member.EnumerateArray().Select((item, i) => Text($"{name}[{i}]", item, longest))];
        Refuse(name, $"must be a JSON array of at most {most} strings");
        return [];
    }

    /// <summary>The members of an object that may be missing; null then.</summary>
    public JsonFields? OptionalObject(string name)
    {
        if (!json.TryGetProperty(name, out var member) || member.ValueKind == JsonValueKind.Null)
            return null;
        if (member.ValueKind == JsonValueKind.Object)
            return new JsonFields(member, problems, $"{path}{name}.");
        Refuse(name, "must be a JSON object");
        return null;
    }

    /// <summary>A list of texts, so many of them.</summary>
    public IReadOnlyList<string> Texts(string name, int count, int longest)
    {
        if (!json.TryGetProperty(name, out var member) || member.ValueKind != JsonValueKind.Array || member.GetArrayLength() != count)
        {
            Refuse(name, $"must be a JSON array of {count} strings");
            return [];
        }

        return [.. member.EnumerateArray().Select((item, i) => Text($"{name}[{i}]", item, longest))];
    }

    /// <summary>Says what is wrong with a member.</summary>
    public string Refuse(string name, string message)
    {
        problems.Add(new FieldProblem(path + name, message));
        return "";
    }

    private string Text(string name, JsonElement member, int longest)
    {
        if (member.ValueKind != JsonValueKind.String)
            return Refuse(name, "must be a string");
        string text;
        try
        {
            text = member.GetString()!.Trim();
        }
        catch (InvalidOperationException)
        {
            return Refuse(name, "is not valid text: it has half of a surrogate pair, or bytes that are not UTF-8");
        }

        if (text.Length == 0)
            return Refuse(name, "is empty; it must be a non-empty string");
        if (text.Length > longest)
            return Refuse(name, $"has {text.Length} characters; at most {longest} are taken");
        return text.Any(char.IsControl) ? Refuse(name, "has a control character; send text without control characters") : text;
    }
}
