using System.Globalization;
using System.Text.Json;

namespace CrmFunctions.Domain.Events;

/// <summary>Reads the fields of one JSON object, gathering what is wrong with each under its full path.</summary>
internal sealed class FieldReader(JsonElement json, string path, List<FieldProblem> problems)
{
    /// <summary>The longest text a field may hold, in characters, unless it says otherwise.</summary>
    public const int LongestText = 1024;

    public FieldReader? Object(string name, bool required)
    {
        if (Member(name) is not { } member)
        {
            if (required) Refuse(name, "is missing; it must be a JSON object");
            return null;
        }

        if (member.ValueKind == JsonValueKind.Object) return new FieldReader(member, Path(name), problems);
        Refuse(name, $"must be a JSON object, not {Describe(member)}");
        return null;
    }

    public string? Required(string name, int longest = 256)
    {
        if (Member(name) is null)
        {
            Refuse(name, "is missing; it must be a non-empty string");
            return null;
        }

        var text = Text(name, longest);
        if (text is { Length: 0 }) Refuse(name, "is empty; it must be a non-empty string");
        return text;
    }

    /// <summary>A text, or a number taken as written (sources send ids both ways); null where absent or null.</summary>
    public string? Text(string name, int longest = LongestText)
    {
        if (Member(name) is not { } member) return null;
        if (member.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
        {
            Refuse(name, $"must be a string, not {Describe(member)}");
            return null;
        }

        if (Characters(member) is not { } text)
        {
            Refuse(name, "is not valid text: it has half of a surrogate pair");
            return null;
        }

        if (text.Length > longest)
        {
            Refuse(name, $"has {text.Length} characters; at most {longest} are taken");
            return null;
        }

        foreach (var character in text)
        {
            if (!char.IsControl(character) || character is '\t' or '\n' or '\r') continue;
            Refuse(name, $"has the control character U+{(int)character:X4}; send text without control characters");
            return null;
        }

        return text;
    }

    public Money? Money(string name, string? currency, bool required)
    {
        if (Member(name) is not { } member)
        {
            if (required) Refuse(name, "is missing; send the amount in major units, such as \"129.90\"");
            return null;
        }

        if (member.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
        {
            Refuse(name, $"must be a string such as \"129.90\", not {Describe(member)}");
            return null;
        }

        if (currency is null) return null;
        var money = Events.Money.Parse(Characters(member) ?? "", currency, out var problem);
        if (problem is not null) Refuse(problem.Contains("ISO 4217", StringComparison.Ordinal) ? "currency" : name, problem);
        return money;
    }

    public decimal? Number(string name, decimal from, decimal to, bool required)
    {
        if (Member(name) is not { } member)
        {
            if (required) Refuse(name, Range());
            return null;
        }

        var text = member.ValueKind is JsonValueKind.String or JsonValueKind.Number ? Characters(member) : null;
        if (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number >= from && number <= to)
        {
            return number;
        }

        Refuse(name, Range());
        return null;

        string Range() => string.Create(CultureInfo.InvariantCulture, $"must be a number from {from} to {to}");
    }

    public bool? Flag(string name, bool required)
    {
        if (Member(name) is not { } member)
        {
            if (required) Refuse(name, "is missing; it must be true or false");
            return null;
        }

        if (member.ValueKind is JsonValueKind.True or JsonValueKind.False) return member.GetBoolean();
        Refuse(name, $"must be true or false, not {Describe(member)}");
        return null;
    }

    public DateTimeOffset? Instant(string name)
    {
        if (Member(name) is not { } member) return null;
        if (member.ValueKind == JsonValueKind.String && Characters(member) is { } text && Instants.Parse(text) is { } instant) return instant;
        Refuse(name, "must be an instant of RFC 3339 with its offset, such as 2026-11-01T09:30:00Z");
        return null;
    }

    public IReadOnlyDictionary<string, JsonElement>? Attributes(string name)
    {
        if (Member(name) is not { } member) return null;
        if (member.ValueKind != JsonValueKind.Object)
        {
            Refuse(name, $"must be a JSON object, not {Describe(member)}");
            return null;
        }

        var attributes = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in member.EnumerateObject())
        {
            if (property.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null)
            {
                attributes[property.Name] = property.Value.Clone();
            }
            else
            {
                Refuse($"{name}.{property.Name}", $"must be a string, a number, true, false or null, not {Describe(property.Value)}");
            }
        }

        return attributes;
    }

    /// <summary>The order's lines are not kept; they are checked, so that a nonsense order is not taken for one.</summary>
    public void CheckLines(string name)
    {
        if (Member(name) is not { } member) return;
        if (member.ValueKind != JsonValueKind.Array)
        {
            Refuse(name, $"must be a JSON array of lines, not {Describe(member)}");
            return;
        }

        var index = 0;
        foreach (var line in member.EnumerateArray())
        {
            var linePath = $"{name}[{index++}]";
            if (line.ValueKind != JsonValueKind.Object)
            {
                Refuse(linePath, $"must be a JSON object, not {Describe(line)}");
                continue;
            }

            new FieldReader(line, Path(linePath), problems).Number("quantity", 0, 1_000_000, required: false);
        }
    }

    public void Refuse(string name, string message) => problems.Add(new FieldProblem(Path(name), message));

    public static string Describe(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };

    private static string? Characters(JsonElement member)
    {
        if (member.ValueKind == JsonValueKind.Number) return member.GetRawText();
        try
        {
            return member.GetString();
        }
        catch (InvalidOperationException)
        {
            // The only thing GetString refuses in a valid document: an escaped half of a surrogate pair.
            return null;
        }
    }

    private JsonElement? Member(string name) =>
        json.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    private string Path(string name) => path.Length == 0 ? name : $"{path}.{name}";
}
