using System.Reflection;
using System.Text.Json.Nodes;
using CrmFunctions.Http;
using CrmFunctions.TestKit;
using CrmFunctions.UnitTests.OpenApi;

namespace CrmFunctions.UnitTests.Project;

/// <summary>The served description of the API is held to the functions it describes.</summary>
public sealed class OpenApiTests
{
    private static readonly JsonNode document = OpenApiDocument.Json;

    [Fact]
    public void Every_HTTP_function_is_described_with_its_route_its_methods_and_its_roles_and_nothing_else_is()
    {
        var there = ApiFunction.All.Select(function =>
            $"{function.Method} /{function.Trigger.Route} {function.OperationId} {string.Join(',', function.OpenTo)}"
        );
        var described = Operations()
            .Select(operation => $"{operation.Method} {operation.Path} {(string)operation.Node["operationId"]!} {RolesOf(operation.Node)}");

        Assert.Equal(there.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public Task The_linter_of_Redocly_finds_nothing_in_the_document() =>
        NodeTools.Run(NodeTools.Install("tests/peers/openapi"), "lint.mjs", OpenApiDocument.File);

    [Fact]
    public void Every_route_of_the_flow_has_a_function()
    {
        var routes = typeof(CrmFunctions.Flow.Routes).GetFields().Select(field => (string)field.GetRawConstantValue()!);

        Assert.Equal(
            routes.Order(StringComparer.Ordinal),
            ApiFunction.All.Select(function => function.Trigger.Route!).Distinct().Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Every_operation_says_what_it_is_in_two_languages_and_every_answer_it_gives()
    {
        foreach (var (path, method, operation) in Operations())
        {
            var place = $"{method} {path}";
            Assert.Matches(@"^[A-Z].+（\p{IsCJKUnifiedIdeographs}.*）$", (string)operation["summary"]!);
            var answers = operation["responses"]!.AsObject().Select(answer => answer.Key).ToList();
            Assert.True(answers[0] is "200" or "201" or "202", place);
            Assert.True(RolesOf(operation).Length == 0 || answers.Contains("401"), $"{place} does not say 401.");

            // What is put need not be there, and a webhook never learns that a source is not.
            Assert.True(
                method == "put"
                    || path.StartsWith("/hooks/", StringComparison.Ordinal)
                    || !path.Contains('{', StringComparison.Ordinal)
                    || answers.Contains("404"),
                $"{place} does not say 404."
            );
            Assert.True(
                method != "post" || operation["requestBody"] is null || answers.Contains("413") && answers.Contains("415"),
                $"{place} does not say 413 and 415."
            );
            Assert.Equal(
                path.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}')),
                Parameters(operation).Where(parameter => (string)parameter["in"]! == "path").Select(parameter => (string)parameter["name"]!)
            );
        }
    }

    [Fact]
    public void Every_query_parameter_that_the_program_reads_is_described()
    {
        var described = Operations()
            .SelectMany(operation => Parameters(operation.Node))
            .Where(parameter => (string)parameter["in"]! == "query")
            .Select(parameter => (string)parameter["name"]!)
            .ToHashSet();
        var read = Source
            .Files("functions/CrmFunctions")
            .SelectMany(file =>
                System
                    .Text.RegularExpressions.Regex.Matches(File.ReadAllText(file), "(?:Query\\[|[^.]\\bValue\\()\"(?<name>\\w+)\"")
                    .Select(match => match.Groups["name"].Value)
            )
            .ToHashSet();

        Assert.NotEmpty(read);

        // Where a key may stand is said by the security schemes.
        Assert.True(read.Remove("code"));
        Assert.Empty(read.Except(described));
        Assert.Empty(described.Except(read));
    }

    [Fact]
    public void Every_reference_leads_somewhere_and_everything_is_referred_to()
    {
        var references = All(document).Select(node => (string?)(node as JsonObject)?["$ref"]).OfType<string>().Distinct().ToList();

        foreach (var reference in references)
            Assert.NotNull(OpenApiDocument.Resolve(new JsonObject { ["$ref"] = reference }));
        var components = document["components"]!
            .AsObject()
            .Where(kind => kind.Key != "securitySchemes")
            .SelectMany(kind => kind.Value!.AsObject().Select(component => $"#/components/{kind.Key}/{component.Key}"));
        Assert.Empty(components.Except(references));
    }

    [Fact]
    public void The_kinds_of_problems_are_those_the_program_has()
    {
        var kinds = typeof(ProblemKind)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (ProblemKind)field.GetValue(null)!)
            .ToDictionary(kind => $"urn:crm:{kind.Code}");

        Assert.Equal(
            kinds.Keys.Order(StringComparer.Ordinal),
            document["components"]!["schemas"]!["Problem"]!["properties"]!["type"]!["enum"]!
                .AsArray()
                .Select(type => (string)type!)
                .Order(StringComparer.Ordinal)
        );
        foreach (
            var example in document["components"]!["responses"]!
                .AsObject()
                .SelectMany(response => response.Value!["content"]?["application/problem+json"]!["examples"]!.AsObject() ?? [])
        )
        {
            var value = example.Value!["value"]!;
            var kind = kinds[(string)value["type"]!];
            Assert.Equal((kind.Title, kind.Status), ((string)value["title"]!, (int)value["status"]!));
        }
    }

    [Fact]
    public void The_event_types_are_those_the_program_has() =>
        Assert.Equal(
            CrmFunctions.Domain.Events.EventTypes.All,
            document["components"]!["schemas"]!["Event"]!["properties"]!["type"]!["enum"]!.AsArray().Select(type => (string)type!)
        );

    private static string RolesOf(JsonNode operation) =>
        string.Join(
            ',',
            operation["security"]!.AsArray().Select(scheme => (string)scheme!.AsObject().Single().Value!.AsArray().Single()!).Distinct()
        );

    private static IEnumerable<(string Path, string Method, JsonNode Node)> Operations() =>
        document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(method => (path.Key, method.Key, method.Value!)));

    private static IEnumerable<JsonNode> Parameters(JsonNode operation) =>
        (operation["parameters"]?.AsArray() ?? []).Select(parameter => OpenApiDocument.Resolve(parameter!));

    private static IEnumerable<JsonNode> All(JsonNode node) =>
        node switch
        {
            JsonObject members => members.Select(member => member.Value).OfType<JsonNode>().SelectMany(All).Prepend(node),
            JsonArray items => items.OfType<JsonNode>().SelectMany(All),
            _ => [],
        };
}
