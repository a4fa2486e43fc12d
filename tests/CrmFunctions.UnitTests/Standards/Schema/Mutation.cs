using System.Text.Json;
using System.Text.Json.Nodes;

namespace CrmFunctions.UnitTests.Standards;

/// <summary>One change of a document: another type, a member less or more, a number at or over its bounds, a text that is nearly right.</summary>
internal static class Mutation
{
    private static readonly string[] bounds = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];

    private static readonly string[] texts =
    [
        "",
        " ",
        "x",
        "X",
        "1",
        "null",
        "P1D",
        "PT1H",
        "P1M",
        "P1Y",
        "P0D",
        "PT0S",
        "-P1D",
        "P1.5D",
        "P1DT",
        "PT",
        "P36500D",
        "P36501D",
        "PT1.5S",
        "P1DT2H3M4S",
        "P1W",
        "tag:",
        "tag: ",
        "tag:x",
        "cny",
        "CNY",
        "XXX",
        "orders",
        "attribute",
        "potential",
        "engagement",
        "Europe/Berlin",
        "Mars/Base",
        "ladder",
        "classes",
        "lower",
        "log",
        "2026-01-01",
        "ａ",
        "a\nb",
        new string('z', 41),
    ];

    /// <summary>The document with one change, and the path of what was changed.</summary>
    public static (JsonNode? Json, string Path) Of(JsonNode document, JsonNode schema, Random dice)
    {
        var changed = document.DeepClone();
        var places = Places(changed).ToList();
        var place = places[dice.Next(places.Count)];
        var path = PathOf(place);
        switch (dice.Next(5))
        {
            case 0 when place is JsonObject members:
                var name = Name(schema, dice);
                members[name] = dice.Next(2) == 0 ? Another(dice) : texts[dice.Next(texts.Length)];
                return (changed, path.Length == 0 ? name : $"{path}.{name}");
            case 1 when place.Parent is JsonObject around:
                around.Remove(place.GetPropertyName());
                break;
            case 2 when place.Parent is JsonObject around && around.Count > 1:
                place.ReplaceWith(around[dice.Next(around.Count)]?.DeepClone());
                break;
            case 3:
                return (Replace(changed, place, Another(dice)), path);
            default:
                return (Replace(changed, place, Near(place, schema, dice)), path);
        }

        return (changed, path);
    }

    // As the reader writes it: tiers[0].label.en.
    private static string PathOf(JsonNode place) =>
        place
            .GetPath()
            .TrimStart('$')
            .TrimStart('.')
            .Replace("['", ".", StringComparison.Ordinal)
            .Replace("']", "", StringComparison.Ordinal);

    // Of another type.
    private static JsonNode? Another(Random dice) =>
        dice.Next(8) switch
        {
            0 => null,
            1 => true,
            2 => new JsonArray(),
            3 => new JsonObject(),
            4 => new JsonArray("a", 7),
            5 => 7,
            6 => "7",
            _ => new JsonObject { ["measure"] = "tenure" },
        };

    // Of the same type, and a little off.
    private static JsonNode? Near(JsonNode place, JsonNode schema, Random dice) =>
        place switch
        {
            JsonArray list => dice.Next(3) switch
            {
                0 => new JsonArray(),
                1 => new JsonArray([.. list.Reverse().Select(item => item?.DeepClone())]),
                _ => new JsonArray([
                    .. Enumerable
                        .Repeat(list, 61)
                        .SelectMany(items => items)
                        .Take(dice.Next(2) == 0 ? 21 : 61)
                        .Select(item => item?.DeepClone()),
                ]),
            },
            JsonObject => new JsonObject(),
            _ when place.GetValueKind() == JsonValueKind.Number => Bound(schema, dice)
                + (
                    dice.Next(-1, 2)
                    * (
                        dice.Next(2) == 0 ? 1
                        : dice.Next(2) == 0 ? 0.0001m
                        : 0.00001m
                    )
                ),
            _ when place.GetValueKind() == JsonValueKind.String => Text((string)place!, dice),
            _ => null,
        };

    private static string Text(string text, Random dice) =>
        dice.Next(6) switch
        {
            0 => " " + text,
            1 => text + "x",
            2 => text.ToLowerInvariant(),
            _ => texts[dice.Next(texts.Length)],
        };

    // Known somewhere, or nowhere.
    private static string Name(JsonNode schema, Random dice)
    {
        var names = Everything(schema)
            .OfType<JsonObject>()
            .SelectMany(part => part["properties"]?.AsObject().Select(member => member.Key) ?? [])
            .Append("colour")
            .Distinct()
            .ToList();
        return names[dice.Next(names.Count)];
    }

    private static decimal Bound(JsonNode schema, Random dice)
    {
        var all = Everything(schema)
            .OfType<JsonObject>()
            .SelectMany(part => bounds.Select(word => part[word]))
            .Where(bound => bound?.GetValueKind() == JsonValueKind.Number)
            .Select(bound => (decimal)bound!)
            .Distinct()
            .ToList();
        return all[dice.Next(all.Count)];
    }

    private static JsonNode? Replace(JsonNode root, JsonNode place, JsonNode? value)
    {
        if (place == root)
            return value;
        place.ReplaceWith(value);
        return root;
    }

    private static IEnumerable<JsonNode> Places(JsonNode root) => Everything(root).OfType<JsonNode>();

    private static IEnumerable<JsonNode?> Everything(JsonNode? node) =>
        node switch
        {
            JsonObject part => part.SelectMany(member => Everything(member.Value)).Prepend(part),
            JsonArray list => list.SelectMany(Everything).Prepend(list),
            _ => [node],
        };
}
