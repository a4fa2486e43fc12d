using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using CrmFunctions.Http;
using CrmFunctions.TestKit;
using CrmFunctions.UnitTests.OpenApi;

namespace CrmFunctions.UnitTests.Project;

/// <summary>The schemas of answers are those of the records that the functions write, by their names.</summary>
public sealed partial class OpenApiSchemaTests
{
    private static readonly JsonSchemaExporterOptions exporting = new() { TreatNullObliviousAsNonNullable = true };

    private static readonly ILookup<string, JsonTypeInfo> written = ApiSchemas
        .Known.SelectMany(infos => infos)
        .ToLookup(info => NameOf(info.Type));

    /// <summary>The schemas that answers in JSON refer to. Youzan's receipt is a text that Youzan prescribes.</summary>
    public static TheoryData<string> Answers =>
        [
            .. OpenApiDocument.Json["paths"]!
                .AsObject()
                .SelectMany(path => path.Value!.AsObject())
                .SelectMany(operation => operation.Value!["responses"]!.AsObject())
                .SelectMany(response => OpenApiDocument.Resolve(response.Value!)["content"]?.AsObject() ?? [])
                .SelectMany(media => Reference().Matches(media.Value!["schema"]!.ToJsonString()).Select(found => found.Groups[1].Value))
                .Distinct()
                .Where(name => name != "YouzanReceipt")
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Answers))]
    public void The_schema_of_an_answer_has_the_members_the_types_and_the_nullability_of_its_record(string schema)
    {
        Assert.True(written.Contains(schema), $"No function writes a record {schema}; a schema has the name of its record.");
        var info = written[schema].First();

        var code = info.GetJsonSchemaAsNode(exporting);
        var comparison = new Comparison(code, info.Options.DefaultIgnoreCondition == JsonIgnoreCondition.WhenWritingNull);

        var differences = comparison.Differences(code, OpenApiDocument.Schema(schema), isMember: true, schema);

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static string NameOf(Type type) => type == typeof(ProblemBody) ? "Problem" : type.Name;

    [GeneratedRegex("schemas/(\\w+)")]
    private static partial Regex Reference();

    /// <summary>What a record's schema has otherwise than the document's.</summary>
    /// <param name="root">The schema of the record, which its references begin at.</param>
    /// <param name="nullIsLeftOut">Whether a member that is null is not written.</param>
    private sealed class Comparison(JsonNode root, bool nullIsLeftOut)
    {
        private readonly HashSet<(JsonNode Code, JsonNode Document)> compared = [];

        public IReadOnlyList<string> Differences(JsonNode code, JsonNode document, bool isMember, string place)
        {
            code = SchemaDocument.Resolve(code, root);
            document = OpenApiDocument.Resolve(document);

            // A converter may write anything, and the end-to-end tests see what it wrote. What refers to itself is compared once.
            if (Types(code) is not { Count: > 0 } types || !compared.Add((code, document)))
                return [];

            var described = Types(document);
            if (!types.Except(["null"]).ToHashSet().SetEquals(described.Except(["null"])))
                return [$"{place} is {string.Join(" or ", types)} in the code, {string.Join(" or ", described)} in the document"];
            var nullable = types.Contains("null") && !(isMember && nullIsLeftOut);
            return
            [
                .. nullable == described.Contains("null") ? [] : new[] { $"{place} {(nullable ? "can" : "cannot")} be null in the code" },
                .. Same(code["enum"], document["enum"]) ? [] : new[] { $"{place} has other values in the code: {code["enum"]}" },
                .. (string?)code["format"] is { } format && format != (string?)document["format"]
                    ? new[] { $"{place} has the format {format} in the code" }
                    : [],
                .. code["properties"] is JsonObject members ? Members(members, document, place) : [],
                .. code["items"] is { } items && document["items"] is { } ofDocument
                    ? Differences(items, ofDocument, isMember: false, $"{place}[]")
                    : [],
                .. code["additionalProperties"] is JsonObject values && document["additionalProperties"] is JsonObject others
                    ? Differences(values, others, isMember: false, $"{place}.*")
                    : [],
            ];
        }

        private IEnumerable<string> Members(JsonObject members, JsonNode document, string place)
        {
            var described = document["properties"]?.AsObject() ?? [];
            var required = (document["required"]?.AsArray() ?? []).Select(name => (string)name!).ToHashSet();
            foreach (var name in described.Select(member => member.Key).Except(members.Select(member => member.Key)))
                yield return $"{place}.{name} is not in the code";
            foreach (var (name, member) in members)
            {
                if (described[name] is not { } ofDocument)
                {
                    yield return $"{place}.{name} is not in the document";
                    continue;
                }

                var types = Types(SchemaDocument.Resolve(member!, root));
                var optional = nullIsLeftOut && types.Contains("null");
                if (types.Count > 0 && optional == required.Contains(name))
                    yield return $"{place}.{name} is {(optional ? "left out when it is null" : "always there")} in the code";
                foreach (var difference in Differences(member!, ofDocument, isMember: true, $"{place}.{name}"))
                    yield return difference;
            }
        }

        // The exporter gives an enumeration its values, and no type.
        private static HashSet<string> Types(JsonNode schema) =>
            schema switch
            {
                JsonObject when schema["type"] is JsonArray several => [.. several.Select(type => (string)type!)],
                JsonObject when schema["type"] is { } one => [(string)one!],
                JsonObject when schema["enum"] is JsonArray values => [.. values.Select(value => value is null ? "null" : "string")],
                _ => [],
            };

        // A text may have its values in the document alone.
        private static bool Same(JsonNode? code, JsonNode? document) =>
            code is not JsonArray values || document is JsonArray described && Values(values).SetEquals(Values(described));

        private static HashSet<string> Values(JsonArray values) => [.. values.OfType<JsonNode>().Select(value => (string)value!)];
    }
}
