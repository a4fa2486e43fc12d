using System.Globalization;
using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Input;

/// <summary>The API's description, and as much of JSON Schema as it uses.</summary>
internal static class OpenApi
{
    /// <summary>The document as it lies in the repository.</summary>
    public static JsonNode Document { get; } =
        JsonNode.Parse(
            File.ReadAllText(Path.Combine(NodeTools.RepositoryRoot, "functions", "CrmFunctions", "Operations", "openapi.json"))
        )!;

    /// <summary>Holds JSON to a schema of the document.</summary>
    public static void Holds(JsonNode? json, string schema) => Holds(json, Document["components"]!["schemas"]![schema]!);

    /// <summary>Holds JSON to a schema.</summary>
    public static void Holds(JsonNode? json, JsonNode schema)
    {
        var wrong = Wrong(json, schema, "").ToList();
        Assert.True(wrong.Count == 0, $"{string.Join("; ", wrong.Take(10))}\n{json?.ToJsonString()}");
    }

    /// <summary>What a reference stands for.</summary>
    public static JsonNode Resolve(JsonNode node)
    {
        while ((string?)node["$ref"] is { } reference)
        {
            node = reference
                .TrimStart('#', '/')
                .Split('/')
                .Aggregate(Document, (at, name) => at[name.Replace("~1", "/", StringComparison.Ordinal)]!);
        }

        return node;
    }

    private static IEnumerable<string> Wrong(JsonNode? json, JsonNode schema, string path)
    {
        schema = Resolve(schema);
        if (schema["oneOf"] is JsonArray options)
        {
            var fitting = options.Count(option => !Wrong(json, option!, path).Any());
            return fitting == 1 ? [] : [$"{path} fits {fitting} of its alternatives"];
        }

        if (schema["enum"] is JsonArray values && !values.Any(value => JsonNode.DeepEquals(value, json)))
            return [$"{path} is {json?.ToJsonString()}"];
        if (schema["type"] is not { } type)
            return [];
        return (string)type! switch
        {
            "object" => json is JsonObject members ? WrongMembers(members, schema, path) : [$"{path} is no object"],
            "array" => json is JsonArray items
                ? items.SelectMany((item, i) => Wrong(item, schema["items"]!, $"{path}[{i}]"))
                : [$"{path} is no array"],
            "string" => json is JsonValue text
            && text.GetValueKind() == System.Text.Json.JsonValueKind.String
            && IsOf((string)text!, (string?)schema["format"])
                ? []
                : [$"{path} is no string as described"],
            "integer" => json is JsonValue whole && whole.TryGetValue<long>(out _) ? [] : [$"{path} is no integer"],
            "number" => json is JsonValue number && number.GetValueKind() == System.Text.Json.JsonValueKind.Number
                ? []
                : [$"{path} is no number"],
            "boolean" => json is JsonValue flag && flag.TryGetValue<bool>(out _) ? [] : [$"{path} is no boolean"],
            var other => [$"{path} has the type {other}, which these tests do not know"],
        };
    }

    private static IEnumerable<string> WrongMembers(JsonObject members, JsonNode schema, string path)
    {
        var described = schema["properties"]?.AsObject();
        foreach (var name in schema["required"]?.AsArray() ?? [])
        {
            if (!members.ContainsKey((string)name!))
                yield return $"{path}.{name} is missing";
        }

        foreach (var (name, value) in members)
        {
            if (described?[name] is { } property)
            {
                foreach (var wrong in Wrong(value, property, $"{path}.{name}"))
                    yield return wrong;
            }
            else if (schema["additionalProperties"] is not { } others || (others is JsonValue any && !(bool)any))
            {
                yield return $"{path}.{name} is not described";
            }
            else if (others is JsonObject)
            {
                foreach (var wrong in Wrong(value, others, $"{path}.{name}"))
                    yield return wrong;
            }
        }
    }

    private static bool IsOf(string text, string? format) =>
        format != "date-time" || DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out _);
}
