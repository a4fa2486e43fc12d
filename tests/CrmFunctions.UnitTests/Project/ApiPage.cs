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
            page.Append("| route | roles | what it does |\n|---|---|---|\n");
            foreach (var (route, method, node) in operations[name])
            {
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"| `{method.ToUpperInvariant()} /api{route}` | {RolesOf(node)} | {(string)node["summary"]!} |\n"
                );
            }

            page.Append('\n');
        }

        return page.ToString().TrimEnd('\n');
    }

    private static string RolesOf(JsonNode operation) =>
        operation["security"]!
            .AsArray()
            .Select(scheme => (string)scheme!.AsObject().Single().Value!.AsArray().Single()!)
            .Distinct()
            .ToList()
            is { Count: > 0 } roles
            ? string.Join(", ", roles)
            : "no key";
}
