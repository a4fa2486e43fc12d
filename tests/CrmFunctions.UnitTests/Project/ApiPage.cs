using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace CrmFunctions.UnitTests.Project;

/// <summary>The tables of docs/api.md, from the OpenAPI document that the suite serves.</summary>
internal static class ApiPage
{
    /// <summary>A section for each tag, with a row for each method of each route.</summary>
    public static string Generate(JsonNode document)
    {
        var operations = document["paths"]!
            .AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(method => (Route: path.Key, Method: method.Key, Node: method.Value!)))
            .ToLookup(operation => (string)operation.Node["tags"]![0]!);
        var page = new StringBuilder();
        foreach (var tag in document["tags"]!.AsArray())
        {
            var name = (string)tag!["name"]!;
            page.Append(CultureInfo.InvariantCulture, $"## {name}\n{(string)tag["description"]!}\n\n");
            page.Append("| route | least key | what it does |\n|---|---|---|\n");
            foreach (var (route, method, node) in operations[name])
            {
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"| `{method.ToUpperInvariant()} /api{route}` | {KeyOf(node)} | {(string)node["summary"]!} |\n"
                );
            }

            page.Append('\n');
        }

        return page.ToString().TrimEnd('\n');
    }

    private static string KeyOf(JsonNode operation) =>
        operation["security"]!.AsArray() is [{ } scheme]
            ? scheme.AsObject().Single().Key switch
            {
                "functionsKey" => "function",
                "masterKey" => "master",
                var other => other,
            }
            : "none";
}
