using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CrmFunctions.UnitTests.Standards;

/// <summary>The words of JSON Schema 2020-12 that the standard's schema uses; any other word fails, lest it hold nothing.</summary>
internal static class SchemaCheck
{
    private static readonly string[] silent = ["$schema", "$id", "$defs", "title", "description", "examples", "then"];

    /// <summary>Where an instance does not fit; null: it fits.</summary>
    public static string? Problem(JsonNode root, JsonNode? instance) => Problem(root, root, instance, "$");

    private static string? Problem(JsonNode root, JsonNode schema, JsonNode? instance, string path) =>
        schema
            .AsObject()
            .Where(word => !silent.Contains(word.Key))
            .Select(word => Word(root, schema, word.Key, word.Value!, instance, path))
            .FirstOrDefault(problem => problem is not null);

    private static string? Word(JsonNode root, JsonNode schema, string word, JsonNode value, JsonNode? instance, string path)
    {
        bool Fits(JsonNode? inner) => Problem(root, inner!, instance, path) is null;
        var fits = word switch
        {
            "$ref" => Problem(root, root["$defs"]![((string)value!)["#/$defs/".Length..]]!, instance, path),
            "type" => Says(Kind(instance, (string)value!)),
            "enum" => Says(value.AsArray().Any(choice => JsonNode.DeepEquals(choice, instance))),
            "const" => Says(JsonNode.DeepEquals(value, instance)),
            "pattern" => Says(Text(instance) is not { } text || Regex.IsMatch(text, (string)value!)),
            "minLength" => Says(Text(instance) is not { } text || text.Length >= (int)value),
            "minimum" => Says(Number(instance) is not { } number || number >= (decimal)value),
            "maximum" => Says(Number(instance) is not { } number || number <= (decimal)value),
            "exclusiveMinimum" => Says(Number(instance) is not { } number || number > (decimal)value),
            "exclusiveMaximum" => Says(Number(instance) is not { } number || number < (decimal)value),
            "minItems" => Says(instance is not JsonArray list || list.Count >= (int)value),
            "maxItems" => Says(instance is not JsonArray list || list.Count <= (int)value),
            "minProperties" => Says(instance is not JsonObject part || part.Count >= (int)value),
            "required" => Says(instance is not JsonObject part || value.AsArray().All(name => part.ContainsKey((string)name!))),
            "propertyNames" => Says(
                instance is not JsonObject part || part.All(member => Problem(root, value, JsonValue.Create(member.Key), path) is null)
            ),
            "items" => instance is JsonArray list
                ? list.Select((item, i) => Problem(root, value, item, $"{path}[{i}]")).FirstOrDefault(problem => problem is not null)
                : null,
            "allOf" => value
                .AsArray()
                .Select(inner => Problem(root, inner!, instance, path))
                .FirstOrDefault(problem => problem is not null),
            "anyOf" => Says(value.AsArray().Any(Fits)),
            "oneOf" => Says(value.AsArray().Count(Fits) == 1),
            "not" => Says(!Fits(value)),
            "if" => schema["then"] is { } then && Fits(value) ? Problem(root, then, instance, path) : null,
            "properties" or "patternProperties" => Each(root, schema, instance, path),
            "additionalProperties" => Each(root, schema, instance, path),
            _ => throw new NotSupportedException($"The schema uses {word}, which this check does not know."),
        };
        return fits;

        string? Says(bool holds) => holds ? null : $"{path}: {word} {value.ToJsonString()}";
    }

    private static string? Each(JsonNode root, JsonNode schema, JsonNode? instance, string path)
    {
        if (instance is not JsonObject part)
            return null;
        foreach (var (name, value) in part)
        {
            var inner =
                schema["properties"]?[name]
                ?? schema["patternProperties"]?.AsObject().FirstOrDefault(pattern => Regex.IsMatch(name, pattern.Key)).Value
                ?? schema["additionalProperties"];
            if (inner is null)
                continue;
            if (inner.GetValueKind() == JsonValueKind.False)
                return $"{path}.{name}: not allowed";
            if (Problem(root, inner, value, $"{path}.{name}") is { } problem)
                return problem;
        }

        return null;
    }

    private static bool Kind(JsonNode? instance, string type) =>
        type switch
        {
            "object" => instance is JsonObject,
            "array" => instance is JsonArray,
            "string" => Text(instance) is not null,
            "number" => Number(instance) is not null,
            "integer" => Number(instance) is { } number && decimal.Truncate(number) == number,
            _ => throw new NotSupportedException($"The schema uses type {type}."),
        };

    private static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? (string)node! : null;

    private static decimal? Number(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.Number
            ? decimal.Parse(node.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture)
            : null;
}
