using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Input;

/// <summary>Holds JSON to the schemas of the API's description.</summary>
internal static class OpenApi
{
    /// <summary>Holds JSON to a component schema of the document.</summary>
    public static void Holds(JsonNode? json, string schema) => Holds(json, OpenApiDocument.Schema(schema));

    /// <summary>Holds JSON to a schema within the document.</summary>
    public static void Holds(JsonNode? json, JsonNode schema)
    {
        var wrong = OpenApiDocument.Complaints(json, schema);
        Assert.True(wrong.Count == 0, $"{string.Join("; ", wrong.Take(10))}\n{json?.ToJsonString()}");
    }
}
