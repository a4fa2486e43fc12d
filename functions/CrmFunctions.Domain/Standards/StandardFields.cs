using System.Text.Json;
using System.Xml;
using CrmFunctions.Domain.Events;

namespace CrmFunctions.Domain.Standards;

/// <summary>Reads the members that standards are made of, and gathers what is wrong.</summary>
internal class StandardFields
{
    /// <summary>The largest value a cut or a scale may have: that of money.</summary>
    public const decimal Largest = Money.Max;

    private static readonly TimeSpan longest = TimeSpan.FromDays(36500);

    public List<FieldProblem> Problems { get; } = [];

    protected TimeSpan? Duration(JsonElement json, string name, string path)
    {
        if (!json.TryGetProperty(name, out var member)) return null;
        var text = member.ValueKind == JsonValueKind.String ? member.GetString()! : "";
        try
        {
            // Years and months have no fixed length: a standard says days.
            var days = !text.Split('T')[0].AsSpan().ContainsAny('Y', 'M');
            if (days && XmlConvert.ToTimeSpan(text) is var duration && duration > TimeSpan.Zero && duration <= longest) return duration;
        }
        catch (Exception notOne) when (notOne is FormatException or OverflowException)
        {
            // Refused below with the others.
        }

        Refuse($"{path}.{name}", "must be a positive ISO 8601 duration in days or hours, such as P30D or PT12H, at most P36500D");
        return null;
    }

    protected List<JsonElement> Items(JsonElement json, string name, string? path = null)
    {
        if (json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Array) return [.. member.EnumerateArray()];
        Refuse(path ?? name, "is missing; it must be a JSON array");
        return [];
    }

    protected bool IsObject(JsonElement json, string path)
    {
        if (json.ValueKind == JsonValueKind.Object) return true;
        Refuse(path, "must be a JSON object");
        return false;
    }

    protected string? Text(JsonElement json, string name, string path)
    {
        var text = OptionalText(json, name);
        if (string.IsNullOrWhiteSpace(text)) Refuse(path, "is missing; it must be a non-empty string");
        return text;
    }

    protected static string? OptionalText(JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    protected static decimal? Number(JsonElement json) => json.ValueKind == JsonValueKind.Number ? Decimals.Parse(json.GetRawText()) : null;

    protected void Refuse(string field, string message) => Problems.Add(new FieldProblem(field, message));
}
