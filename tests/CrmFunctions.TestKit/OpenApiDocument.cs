using System.Text.Json.Nodes;

namespace CrmFunctions.TestKit;

/// <summary>The API's description, and what its schemas say of JSON.</summary>
public static class OpenApiDocument
{
    /// <summary>The file that the suite serves, in the repository.</summary>
    public static string File { get; } = Path.Combine(NodeTools.RepositoryRoot, "functions", "CrmFunctions", "Operations", "openapi.json");

    /// <summary>The document.</summary>
    public static JsonNode Json { get; } = SchemaDocument.Whole(JsonNode.Parse(System.IO.File.ReadAllText(File))!);

    private static SchemaDocument Closed { get; } = new(Close(Json.DeepClone()), new Uri("https://crm.invalid/openapi.json"));

    /// <summary>A component schema.</summary>
    /// <exception cref="KeyNotFoundException">The document has none of this name.</exception>
    public static JsonNode Schema(string name) =>
        Json["components"]!["schemas"]![name] ?? throw new KeyNotFoundException($"The document has no schema {name}.");

    /// <summary>What a reference stands for; anything else is itself.</summary>
    public static JsonNode Resolve(JsonNode node) => SchemaDocument.Resolve(node, Json);

    /// <summary>
    /// What a schema says against JSON. A member that the schema does not name is wrong too, unless it says <c>additionalProperties</c>.
    /// </summary>
    /// <param name="json">Null is JSON's null.</param>
    /// <param name="schema">A schema within <see cref="Json"/>.</param>
    /// <returns>None: the JSON is as described.</returns>
    public static IReadOnlyList<string> Complaints(JsonNode? json, JsonNode schema) => Closed.Complaints(json, schema);

    // A description names every member: an object has no others, unless its schema says so.
    private static JsonNode Close(JsonNode node)
    {
        foreach (var inner in SchemaDocument.Inner(node))
            Close(inner);
        if (node is JsonObject schema && schema["type"] is JsonValue type && type.TryGetValue<string>(out var name) && name == "object")
            schema.TryAdd("additionalProperties", false);
        return node;
    }
}
