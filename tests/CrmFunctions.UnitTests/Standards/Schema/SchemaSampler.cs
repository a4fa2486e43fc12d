using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Standards;

/// <summary>Makes JSON that a schema describes: members that must be there and some that may, values within their bounds.</summary>
/// <param name="document">The document that the schema stands in.</param>
/// <param name="dice">What decides; the same gives the same.</param>
internal sealed class SchemaSampler(SchemaDocument document, Random dice)
{
    private const int Deepest = 5;
    private const int Tries = 500;

    // With these a schema says more than its members do: what was made is asked for, and made again until it fits.
    private static readonly string[] together = ["allOf", "anyOf", "oneOf", "not", "if"];
    private static readonly string[] words = ["a", "gold", "北京", "big spender", "x-1"];

    /// <summary>The whole of the document's schema: every part of it fits, and what they say together is left to who asks.</summary>
    public JsonNode Whole() => JsonNode.Parse(Once(document.Json, 0)!.ToJsonString())!;

    /// <summary>JSON that fits a schema within the document.</summary>
    public JsonNode? Value(JsonNode schema) => Value(schema, 0);

    private JsonNode? Value(JsonNode schema, int depth)
    {
        schema = document.Resolve(schema);
        if (schema is not JsonObject parts || !together.Any(parts.ContainsKey))
            return Once(schema, depth);
        for (var i = 0; i < Tries; i++)
        {
            var value = Once(schema, depth);
            if (document.Fits(value, schema))
                return value;
        }

        throw new InvalidOperationException($"Nothing that was made fits {schema.ToJsonString()}.");
    }

    private JsonNode? Once(JsonNode schema, int depth)
    {
        if (schema["enum"] is JsonArray choices)
            return Pick(choices)?.DeepClone();
        if (schema["type"] is null)
        {
            var branches = (schema["anyOf"] ?? schema["oneOf"])?.AsArray();
            return branches is not null ? Value(depth < Deepest ? Pick(branches)! : branches[0]!, depth)
                : schema["allOf"] is { } all ? Value(all[0]!, depth)
                : Pick(words);
        }

        // A pattern is no way to make a text.
        if (schema["examples"] is JsonArray examples)
            return Pick(examples)?.DeepClone();
        return Type(schema) switch
        {
            "object" => Members(schema, depth),
            "array" => Items(schema, depth),
            "string" => Pick(words),
            "integer" => Number(schema, 1),
            "number" => Number(schema, dice.Next(3) == 0 ? 10_000 : 1),
            "boolean" => dice.Next(2) == 0,
            var other => throw new NotSupportedException($"The schema uses type {other}."),
        };
    }

    private JsonObject Members(JsonNode schema, int depth)
    {
        var members = schema["properties"]?.AsObject() ?? [];
        var several = (
            schema["anyOf"]
            ?? schema["oneOf"]
            ?? schema["allOf"]?.AsArray().Select(part => part!["anyOf"]).FirstOrDefault(part => part is not null)
        )?.AsArray();
        var needed = Names(schema).Concat(several is null ? [] : Names(Pick(several)!)).ToHashSet();
        var made = new JsonObject();
        foreach (var (name, member) in members)
        {
            if (needed.Contains(name) || dice.Next(depth < 2 ? 2 : 5) == 0)
                made[name] = Value(member!, depth + 1);
        }

        if (schema["patternProperties"] is not null && dice.Next(20) == 0)
            made["comment"] = Pick(words);
        return made;
    }

    private JsonArray Items(JsonNode schema, int depth)
    {
        var least = (int?)schema["minItems"] ?? 0;
        var most = Math.Min((int?)schema["maxItems"] ?? int.MaxValue, least + (depth < 3 ? 4 : 2));
        return [.. Enumerable.Range(0, dice.Next(least, most + 1)).Select(_ => Value(schema["items"]!, depth + 1))];
    }

    private JsonNode Number(JsonNode schema, int parts)
    {
        var least = (decimal?)schema["minimum"] ?? (decimal?)schema["exclusiveMinimum"] + (1m / parts) ?? 0;
        var most = Math.Min((decimal?)schema["maximum"] ?? (decimal?)schema["exclusiveMaximum"] - (1m / parts) ?? 1000, least + 1000);
        return most < least
            ? (decimal)schema["exclusiveMaximum"]! / 2
            : dice.NextInt64((long)(least * parts), (long)(most * parts) + 1) / (decimal)parts;
    }

    private static IEnumerable<string> Names(JsonNode schema) => schema["required"]?.AsArray().Select(name => (string)name!) ?? [];

    private static string Type(JsonNode schema) =>
        schema["type"] is JsonArray several ? several.Select(type => (string)type!).First(type => type != "null") : (string)schema["type"]!;

    private string Pick(string[] list) => list[dice.Next(list.Length)];

    private JsonNode? Pick(JsonArray list) => list[dice.Next(list.Count)];
}
