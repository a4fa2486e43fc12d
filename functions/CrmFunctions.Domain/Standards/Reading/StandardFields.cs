using System.Collections.Immutable;
using System.Text.Json;
using System.Xml;
using CrmFunctions.Domain.Events;

namespace CrmFunctions.Domain.Standards;

/// <summary>Reads the members that standards are made of, and gathers what is wrong.</summary>
internal class StandardFields
{
    /// <summary>The largest value a cut or a scale may have: that of money.</summary>
    public const decimal Largest = Money.Max;

    private static readonly string[] describing = ["$schema", "title", "description", "comment"];

    private static readonly TimeSpan longest = TimeSpan.FromDays(36500);

    /// <summary>What cannot work.</summary>
    public List<FieldProblem> Problems { get; } = [];

    /// <summary>What is written and means nothing.</summary>
    public List<FieldProblem> Ignored { get; } = [];

    protected TimeSpan? Duration(JsonElement json, string name, string path, bool zero = false)
    {
        if (!json.TryGetProperty(name, out var member))
            return null;
        var text = member.ValueKind == JsonValueKind.String ? member.GetString()! : "";
        try
        {
            // Years and months have no fixed length: a standard says days.
            var days = !text.Split('T')[0].AsSpan().ContainsAny('Y', 'M');
            if (
                days
                && XmlConvert.ToTimeSpan(text) is var duration
                && duration <= longest
                && (duration > TimeSpan.Zero || (zero && duration == TimeSpan.Zero))
            )
                return duration;
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
        if (json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Array)
            return [.. member.EnumerateArray()];
        Refuse(path ?? name, "is missing; it must be a JSON array");
        return [];
    }

    protected bool IsObject(JsonElement json, string path)
    {
        if (json.ValueKind == JsonValueKind.Object)
            return true;
        Refuse(path, "must be a JSON object");
        return false;
    }

    protected string? Text(JsonElement json, string name, string path)
    {
        var text = OptionalText(json, name);
        if (string.IsNullOrWhiteSpace(text))
            Refuse(path, "is missing; it must be a non-empty string");
        return text;
    }

    protected static string? OptionalText(JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    /// <summary>What people call something, in the languages there are words for.</summary>
    protected ImmutableDictionary<string, string> Label(JsonElement json, string path)
    {
        var label = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (!json.TryGetProperty("label", out var labels) || !IsObject(labels, $"{path}.label"))
            return label.ToImmutable();
        Know(labels, $"{path}.label", Language.Chinese, Language.English);
        foreach (var language in new[] { Language.Chinese, Language.English })
        {
            if (labels.TryGetProperty(language, out _) && Text(labels, language, $"{path}.label.{language}") is { } text)
                label[language] = text;
        }

        return label.ToImmutable();
    }

    protected static decimal? Number(JsonElement json) => json.ValueKind == JsonValueKind.Number ? Decimals.Parse(json.GetRawText()) : null;

    /// <summary>Notes the members that are not known. Names that only describe are.</summary>
    protected void Know(JsonElement json, string path, params IEnumerable<string> known)
    {
        var names = known.ToList();
        foreach (var member in json.EnumerateObject())
        {
            if (names.Contains(member.Name) || describing.Contains(member.Name))
                continue;
            var meant = names.MinBy(name => Distance(name, member.Name));
            var hint =
                meant is not null && Distance(meant, member.Name) <= 1 + (member.Name.Length / 4)
                    ? $"did you mean {meant}?"
                    : $"known are {string.Join(", ", names)}";
            Ignore(path.Length == 0 ? member.Name : $"{path}.{member.Name}", $"is not known and means nothing; {hint}");
        }
    }

    protected void Ignore(string field, string message) => Ignored.Add(new FieldProblem(field, message));

    // Letters to put in, take out or change (Levenshtein 1966).
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var corner = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var same = char.ToLowerInvariant(one[i - 1]) == char.ToLowerInvariant(other[j - 1]);
                (corner, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, corner + (same ? 0 : 1)));
            }
        }

        return row[^1];
    }

    protected void Refuse(string field, string message) => Problems.Add(new FieldProblem(field, message));
}
