using System.Collections.Immutable;
using System.Xml;
using CrmFunctions.Domain.Events;

namespace CrmFunctions.Domain.Standards;

/// <summary>The members that standards and plans are made of: people write them, so a name that means nothing is pointed out.</summary>
internal static class StandardFields
{
    /// <summary>The largest value a cut or a scale may have: that of money.</summary>
    public const decimal Largest = Money.Max;

    private static readonly string[] describing = ["$schema", "title", "description", "comment"];

    private static readonly TimeSpan longest = TimeSpan.FromDays(36500);

    /// <summary>What standards and plans take.</summary>
    public static FieldRules Rules { get; } = new();

    /// <summary>A text that must be there: of any length; all else is refused with one sentence.</summary>
    public static string? Words(this JsonFields fields, string name)
    {
        var text = fields.TextIfAny(name);
        if (string.IsNullOrWhiteSpace(text))
            fields.Refuse(name, JsonFields.Missing);
        return text;
    }

    /// <summary>A duration; null where it is missing or none.</summary>
    public static TimeSpan? Duration(this JsonFields fields, string name, bool zero = false)
    {
        if (!fields.Has(name))
            return null;
        var text = fields.TextIfAny(name) ?? "";
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
            {
                if (text != text.Trim())
                    fields.Ignore(name, "has blanks around the duration, which mean nothing");
                return duration;
            }
        }
        catch (Exception notOne) when (notOne is FormatException or OverflowException)
        {
            // Refused below with the others.
        }

        fields.Refuse(name, "must be a positive ISO 8601 duration in days or hours, such as P30D or PT12H, at most P36500D");
        return null;
    }

    /// <summary>What people call something, in the languages there are words for.</summary>
    public static ImmutableDictionary<string, string> Label(this JsonFields fields)
    {
        var label = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (fields.Inner("label") is not { } labels)
            return label.ToImmutable();
        labels.Know(Language.Chinese, Language.English);
        foreach (var language in new[] { Language.Chinese, Language.English })
        {
            if (labels.Has(language) && labels.Words(language) is { } text)
                label[language] = text;
        }

        return label.ToImmutable();
    }

    /// <summary>Notes the members that are not known. Names that only describe are.</summary>
    public static void Know(this JsonFields fields, params IEnumerable<string> known)
    {
        var names = known.ToList();
        foreach (var member in fields.Json.EnumerateObject())
        {
            if (names.Contains(member.Name) || describing.Contains(member.Name))
                continue;
            var meant = names.MinBy(name => Distance(name, member.Name));
            var hint =
                meant is not null && Distance(meant, member.Name) <= 1 + (member.Name.Length / 4)
                    ? $"did you mean {meant}?"
                    : $"known are {string.Join(", ", names)}";
            fields.Ignore(member.Name, $"is not known and means nothing; {hint}");
        }
    }

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
}
