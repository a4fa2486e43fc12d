using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace CrmFunctions.TestKit;

/// <summary>A document with JSON schemas in it, and what they say of JSON.</summary>
public sealed class SchemaDocument
{
    private static readonly EvaluationOptions asking = new() { OutputFormat = OutputFormat.Flag, RequireFormatValidation = true };
    private static readonly EvaluationOptions evaluating = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };
    private readonly BuildOptions building = new() { SchemaRegistry = new SchemaRegistry() };
    private readonly ConcurrentDictionary<string, JsonSchema> schemas = new();
    private readonly Uri address;

    /// <summary>A document that is at an address, by which its references are resolved.</summary>
    public SchemaDocument(JsonNode json, Uri address)
    {
        (Json, this.address) = (Whole(json), address);
        building.SchemaRegistry.Register(new JsonElementBaseDocument(JsonSerializer.SerializeToElement(json), address));
    }

    /// <summary>The document.</summary>
    public JsonNode Json { get; }

    /// <summary>Takes all nodes of a tree apart. A node is taken apart when it is first read, which two threads must not do at once.</summary>
    public static JsonNode Whole(JsonNode json)
    {
        foreach (var inner in Inner(json))
            Whole(inner);
        return json;
    }

    /// <summary>What stands directly within an object or a list, nulls left out.</summary>
    internal static IEnumerable<JsonNode> Inner(JsonNode json) =>
        (json is JsonObject members ? members.Select(member => member.Value) : json as JsonArray ?? []).OfType<JsonNode>();

    /// <summary>Whether JSON is as a schema says.</summary>
    public bool Fits(JsonNode? json, JsonNode schema) => Evaluate(json, schema, asking).IsValid;

    /// <summary>What a schema says against JSON.</summary>
    /// <param name="json">Null is JSON's null.</param>
    /// <param name="schema">A schema within the document, or at the same place of a copy of it.</param>
    /// <returns>None: the JSON is as described.</returns>
    public IReadOnlyList<string> Complaints(JsonNode? json, JsonNode schema)
    {
        var result = Evaluate(json, schema, evaluating);
        if (result.IsValid)
            return [];
        return
        [
            .. (result.Details ?? [])
                .Prepend(result)
                .Where(detail => detail.Errors is not null)
                .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}"))
                .Distinct(),
        ];
    }

    /// <summary>What a reference stands for; anything else is itself.</summary>
    /// <exception cref="KeyNotFoundException">The reference leads nowhere.</exception>
    public JsonNode Resolve(JsonNode node) => Resolve(node, Json);

    /// <summary>The same in another document.</summary>
    /// <param name="node">A schema, or <c>{"$ref":"#/…"}</c>.</param>
    /// <param name="root">The document that the reference begins at.</param>
    /// <exception cref="KeyNotFoundException">The reference leads nowhere.</exception>
    public static JsonNode Resolve(JsonNode node, JsonNode root) =>
        node is JsonObject && (string?)node["$ref"] is { } reference
            ? Resolve(
                reference
                    .TrimStart('#', '/')
                    .Split('/', StringSplitOptions.RemoveEmptyEntries)
                    .Select(name => name.Replace("~1", "/", StringComparison.Ordinal))
                    .Aggregate(
                        root,
                        (at, name) =>
                            (at is JsonArray list ? list[int.Parse(name, CultureInfo.InvariantCulture)] : at[name])
                            ?? throw new KeyNotFoundException($"{reference} leads nowhere.")
                    ),
                root
            )
            : node;

    private EvaluationResults Evaluate(JsonNode? json, JsonNode schema, EvaluationOptions options) =>
        schemas
            .GetOrAdd(Pointer(schema), pointer => JsonSchema.Build(Reference(pointer), building))
            .Evaluate(JsonSerializer.SerializeToElement(json), options);

    private JsonElement Reference(string pointer) =>
        JsonSerializer.SerializeToElement(new JsonObject { ["$ref"] = $"{address}#{pointer}" });

    private static string Pointer(JsonNode node) =>
        node.Parent switch
        {
            null => "",
            JsonArray => $"{Pointer(node.Parent)}/{node.GetElementIndex().ToString(CultureInfo.InvariantCulture)}",
            var parent => $"{Pointer(parent)}/{Escape(node.GetPropertyName())}",
        };

    private static string Escape(string name) =>
        Uri.EscapeDataString(name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
}
