using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace CrmFunctions.TestKit;

/// <summary>The API's description, and what its schemas say of JSON.</summary>
public static class OpenApiDocument
{
    private static readonly Uri address = new("https://crm.invalid/openapi.json");
    private static readonly BuildOptions building = new() { SchemaRegistry = new SchemaRegistry() };
    private static readonly EvaluationOptions evaluating = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };
    private static readonly ConcurrentDictionary<string, JsonSchema> schemas = new();

    static OpenApiDocument()
    {
        var closed = Json.DeepClone();
        Close(closed);
        building.SchemaRegistry.Register(new JsonElementBaseDocument(JsonSerializer.SerializeToElement(closed), address));
    }

    /// <summary>The file that the suite serves, in the repository.</summary>
    public static string File { get; } = Path.Combine(NodeTools.RepositoryRoot, "functions", "CrmFunctions", "Operations", "openapi.json");

    /// <summary>The document.</summary>
    public static JsonNode Json { get; } = JsonNode.Parse(System.IO.File.ReadAllText(File))!;

    /// <summary>A component schema.</summary>
    /// <exception cref="KeyNotFoundException">The document has none of this name.</exception>
    public static JsonNode Schema(string name) =>
        Json["components"]!["schemas"]![name] ?? throw new KeyNotFoundException($"The document has no schema {name}.");

    /// <summary>What a reference stands for; anything else is itself.</summary>
    public static JsonNode Resolve(JsonNode node) => Resolve(node, Json);

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

    /// <summary>
    /// What a schema says against JSON. A member that the schema does not name is wrong too, unless it says <c>additionalProperties</c>.
    /// </summary>
    /// <param name="json">Null is JSON's null.</param>
    /// <param name="schema">A schema within <see cref="Json"/>.</param>
    /// <returns>None: the JSON is as described.</returns>
    public static IReadOnlyList<string> Complaints(JsonNode? json, JsonNode schema)
    {
        var result = schemas
            .GetOrAdd(Pointer(schema), pointer => JsonSchema.Build(Reference(pointer), building))
            .Evaluate(JsonSerializer.SerializeToElement(json), evaluating);
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

    private static JsonElement Reference(string pointer) =>
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

    // A description names every member: an object has no others, unless its schema says so.
    private static void Close(JsonNode? node)
    {
        foreach (var inner in node is JsonObject members ? members.Select(member => member.Value) : node as JsonArray ?? [])
            Close(inner);
        if (node is JsonObject schema && schema["type"] is JsonValue type && type.TryGetValue<string>(out var name) && name == "object")
            schema.TryAdd("additionalProperties", false);
    }
}
