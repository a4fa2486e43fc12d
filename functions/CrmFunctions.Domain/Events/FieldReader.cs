using System.Globalization;
using System.Text.Json;

namespace CrmFunctions.Domain.Events;

/// <summary>Reads the fields of one JSON object, gathering what is wrong with each under its full path.</summary>
internal sealed class FieldReader(JsonElement json, string path, List<FieldProblem> problems)
{
    /// <summary>The longest text a field may hold, in characters, unless it says otherwise.</summary>
    public const int LongestText = 1024;

    /// <summary>The longest text of an attribute: forms have fields for prose.</summary>
    public const int LongestAttribute = 8192;

    private const int LongestAmount = 64;

    private const int LongestTag = 64;

    /// <summary>Problems found so far, of the whole event.</summary>
    public int Problems => problems.Count;

    public FieldReader? Object(string name, bool required)
    {
        if (Member(name) is not { } member)
        {
            if (required)
                Refuse(name, "is missing; it must be a JSON object");
            return null;
        }

        if (member.ValueKind == JsonValueKind.Object)
            return new FieldReader(member, Path(name), problems);
        Refuse(name, $"must be a JSON object, not {Describe(member)}");
        return null;
    }

    public string? Required(string name, int longest = 256, bool lineBreaks = false)
    {
        if (Member(name) is null)
        {
            Refuse(name, "is missing; it must be a non-empty string");
            return null;
        }

        var text = Text(name, longest, lineBreaks);
        if (text is null || !string.IsNullOrWhiteSpace(text))
            return text;
        Refuse(name, "is empty; it must be a non-empty string");
        return null;
    }

    /// <summary>A text, or a number taken as written (sources send ids both ways); null where absent or null.</summary>
    /// <param name="name">The member.</param>
    /// <param name="longest">In characters.</param>
    /// <param name="lineBreaks">
    /// Tabs and line breaks are taken: people wrote it. In an identifier they would let two different ones be joined to one key.
    /// </param>
    public string? Text(string name, int longest = LongestText, bool lineBreaks = false) =>
        Member(name) is { } member ? Text(name, member, longest, lineBreaks) : null;

    /// <summary>An amount with its currency, from two members; null where the amount is absent or null.</summary>
    public Money? Money(string name, string currencyName, bool required)
    {
        var currency = required || Member(name) is not null ? Required(currencyName, 3) : Text(currencyName, 3);
        if (Member(name) is not { } member)
        {
            if (required)
                Refuse(name, "is missing; send the amount in major units, such as \"129.90\"");
            return null;
        }

        if (member.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
        {
            Refuse(name, $"must be a string such as \"129.90\", not {Describe(member)}");
            return null;
        }

        if (Text(name, LongestAmount) is not { } amount || currency is null)
            return null;
        if (Currencies.Digits(currency) is null)
        {
            Refuse(currencyName, Currencies.Unknown(currency));
            return null;
        }

        var money = Events.Money.Parse(amount, currency, out var problem);
        if (problem is not null)
            Refuse(name, problem);
        return money;
    }

    /// <summary>A plain decimal, as a JSON number or a string; null where absent or null.</summary>
    public decimal? Number(string name, decimal from, decimal to, bool required, bool whole = false)
    {
        if (Member(name) is not { } member)
        {
            if (required)
                Refuse(name, Range());
            return null;
        }

        var text = member.ValueKind is JsonValueKind.String or JsonValueKind.Number ? Characters(member) : null;
        if (
            text is not null
            && Decimals.Parse(text) is { } number
            && number >= from
            && number <= to
            && !(whole && decimal.Truncate(number) != number)
        )
        {
            return number;
        }

        Refuse(name, Range());
        return null;

        string Range() =>
            string.Create(CultureInfo.InvariantCulture, $"must be a {(whole ? "whole number" : "number")} from {from} to {to}");
    }

    public bool? Flag(string name, bool required)
    {
        if (Member(name) is not { } member)
        {
            if (required)
                Refuse(name, "is missing; it must be true or false");
            return null;
        }

        if (member.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return member.GetBoolean();
        Refuse(name, $"must be true or false, not {Describe(member)}");
        return null;
    }

    public DateTimeOffset? Instant(string name)
    {
        if (Member(name) is not { } member)
            return null;
        if (member.ValueKind == JsonValueKind.String && Instants.Parse(Characters(member)) is { } instant)
            return instant;
        Refuse(name, "must be an instant of RFC 3339 with its offset, such as 2026-11-01T09:30:00Z");
        return null;
    }

    public IReadOnlyDictionary<string, JsonElement>? Attributes(string name)
    {
        if (Member(name) is not { } member)
            return null;
        if (member.ValueKind != JsonValueKind.Object)
        {
            Refuse(name, $"must be a JSON object, not {Describe(member)}");
            return null;
        }

        var attributes = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in member.EnumerateObject())
        {
            if (property.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
            {
                if (Text($"{name}.{property.Name}", property.Value, LongestAttribute, lineBreaks: true) is not null)
                    attributes[property.Name] = property.Value.Clone();
            }
            else if (property.Value.ValueKind is JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null)
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

    /// <summary>Tags put on, each a text or {"name", "until"}, and tags taken off; null where neither member is there.</summary>
    public IReadOnlyList<TagChange>? Tags(string on, string off)
    {
        List<TagChange>? changes = null;
        foreach (var name in new[] { on, off })
        {
            if (Member(name) is not { } member)
                continue;
            changes ??= [];
            if (member.ValueKind != JsonValueKind.Array)
            {
                Refuse(name, $"must be a JSON array of texts, not {Describe(member)}");
                continue;
            }

            var index = 0;
            foreach (var item in member.EnumerateArray())
            {
                if (Tag($"{name}[{index++}]", item, name == on) is { } change)
                    changes.Add(change);
            }
        }

        return changes;
    }

    /// <summary>The order's lines are not kept; they are checked, so that a nonsense order is not taken for one.</summary>
    public void CheckLines(string name)
    {
        if (Member(name) is not { } member)
            return;
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

    public static string Describe(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "an array",
            JsonValueKind.String => "a string",
            JsonValueKind.Number => "a number",
            JsonValueKind.True or JsonValueKind.False => "a boolean",
            _ => "null",
        };

    private TagChange? Tag(string itemPath, JsonElement item, bool on)
    {
        if (on && item.ValueKind == JsonValueKind.Object)
        {
            var fields = new FieldReader(item, Path(itemPath), problems);
            var (named, until) = (fields.Required("name", LongestTag), fields.Instant("until"));
            return named is null ? null : new TagChange(named, On: true, until);
        }

        if (Text(itemPath, item, LongestTag, lineBreaks: false) is not { } text)
            return null;
        if (!string.IsNullOrWhiteSpace(text))
            return new TagChange(text, on, null);
        Refuse(itemPath, "is empty; it must be a non-empty string");
        return null;
    }

    private string? Text(string name, JsonElement member, int longest, bool lineBreaks)
    {
        if (member.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
        {
            Refuse(name, $"must be a string, not {Describe(member)}");
            return null;
        }

        var text = Characters(member);
        if (text.Length > longest)
        {
            Refuse(name, $"has {text.Length} characters; at most {longest} are taken");
            return null;
        }

        foreach (var character in text)
        {
            if (!char.IsControl(character) || (lineBreaks && character is '\t' or '\n' or '\r'))
                continue;
            Refuse(name, $"has the control character U+{(int)character:X4}; send text without control characters");
            return null;
        }

        return text;
    }

    // The document's texts were checked before it came here: GetString does not throw.
    private static string Characters(JsonElement member) =>
        member.ValueKind == JsonValueKind.Number ? member.GetRawText() : member.GetString()!;

    private JsonElement? Member(string name) =>
        json.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    private string Path(string name) => path.Length == 0 ? name : $"{path}.{name}";
}
