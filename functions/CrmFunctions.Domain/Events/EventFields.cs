using System.Text.Json;

namespace CrmFunctions.Domain.Events;

/// <summary>The fields that only events have.</summary>
internal static class EventFields
{
    /// <summary>The longest text of an attribute: forms have fields for prose.</summary>
    public const int LongestAttribute = 8192;

    private const int LongestAmount = 64;
    private const int LongestTag = 64;

    /// <summary>What events take.</summary>
    public static FieldRules Rules { get; } = new() { NullIsMissing = true, Lenient = true };

    /// <summary>An amount with its currency, from two members; null where the amount is missing.</summary>
    public static Money? Money(this JsonFields fields, string name, string currencyName, bool required)
    {
        var currency = required || fields.Member(name) is not null ? fields.Required(currencyName, 3) : fields.Text(currencyName, 3);
        if (fields.Member(name) is not { } member)
        {
            if (required)
                fields.Refuse(name, "is missing; send the amount in major units, such as \"129.90\"");
            return null;
        }

        if (member.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
        {
            fields.Refuse(name, "must be a string such as \"129.90\"", member);
            return null;
        }

        if (fields.Text(name, member, LongestAmount) is not { } amount || currency is null)
            return null;
        if (Currencies.Digits(currency) is null)
        {
            fields.Refuse(currencyName, Currencies.Unknown(currency));
            return null;
        }

        var money = Events.Money.Parse(amount, currency, out var problem);
        if (problem is not null)
            fields.Refuse(name, problem);
        return money;
    }

    /// <summary>Attributes by name; null where the member is missing.</summary>
    public static IReadOnlyDictionary<string, JsonElement>? Attributes(this JsonFields fields, string name)
    {
        if (fields.Inner(name) is not { } members)
            return null;
        var attributes = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in members.Json.EnumerateObject())
        {
            var (attribute, value) = (property.Name, property.Value);
            if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                members.Refuse(attribute, "must be a string, a number, true, false or null", value);
            else if (
                value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)
                || members.Text(attribute, value, LongestAttribute, lineBreaks: true) is not null
            )
                attributes[attribute] = value.Clone();
        }

        return attributes;
    }

    /// <summary>Tags put on, each a text or {"name", "until"}, and tags taken off; null where neither member is there.</summary>
    public static IReadOnlyList<TagChange>? Tags(this JsonFields fields, string on, string off)
    {
        List<TagChange>? changes = null;
        foreach (var name in new[] { on, off })
        {
            if (fields.Member(name) is not { } member)
                continue;
            changes ??= [];
            if (member.ValueKind != JsonValueKind.Array)
            {
                fields.Refuse(name, "must be a JSON array of texts", member);
                continue;
            }

            var index = 0;
            foreach (var item in member.EnumerateArray())
            {
                if (fields.Tag($"{name}[{index++}]", item, name == on) is { } change)
                    changes.Add(change);
            }
        }

        return changes;
    }

    /// <summary>The order's lines are not kept; they are checked, so that a nonsense order is not taken for one.</summary>
    public static void CheckLines(this JsonFields fields, string name)
    {
        if (fields.Member(name) is not { } member)
            return;
        if (member.ValueKind != JsonValueKind.Array)
        {
            fields.Refuse(name, "must be a JSON array of lines", member);
            return;
        }

        var index = 0;
        foreach (var line in member.EnumerateArray())
            fields.Inner($"{name}[{index++}]", line)?.Number("quantity", 0, 1_000_000, required: false);
    }

    private static TagChange? Tag(this JsonFields fields, string place, JsonElement item, bool on)
    {
        if (on && item.ValueKind == JsonValueKind.Object)
        {
            var tag = fields.Inner(place, item)!;
            var (named, until) = (tag.Required("name", LongestTag), tag.Instant("until"));
            return named is null ? null : new TagChange(named, On: true, until);
        }

        return fields.Text(place, item, LongestTag, required: true) is { } text ? new TagChange(text, on, null) : null;
    }
}
