using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CrmFunctions.Domain;
using CrmFunctions.Domain.Linting;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Standards.Templates;
using CrmFunctions.TestKit;
using CrmFunctions.UnitTests.Domain.Documents;

namespace CrmFunctions.UnitTests.Standards;

/// <summary>The schema and the reader say the same.</summary>
public sealed partial class SchemaTests
{
    private static readonly string[] describing = ["$schema", "title", "description", "comment"];
    private static readonly JsonNode schema = JsonNode.Parse(StandardSchema.Json)!;

    /// <summary>The standard's schema.</summary>
    internal static SchemaDocument Document { get; } = Open();

    public static TheoryData<string> Good =>
        [
            .. IndustryTemplates
                .Names.SelectMany(name =>
                    new[] { IndustryTemplates.Find(name, Language.Chinese)!, IndustryTemplates.Find(name, Language.English)! }
                )
                .Concat(
                    RuleDocument.Rows("Standards/Standards.md", "Members, by example").Select(row => LinterTests.Changed(row["example"]))
                )
                .Prepend(Make.StandardJson)
                .Distinct(),
        ];

    /// <summary>Changes that both refuse, or that the schema refuses and the reader calls meaningless.</summary>
    public static TheoryData<string> Bad =>
        [
            "\"scheme\": \"Value\"",
            "\"scheme\": null",
            "\"kind\": \"steps\"",
            "\"currency\": \"yuan\"",
            "\"timeZone\": null",
            "\"rates\": { \"EUR\": 0 }",
            "\"rates\": { \"euro\": 7 }",
            "\"colour\": 1",
            "\"tiers\": []",
            "\"tiers\": 7",
            "\"tiers.0.name\": null",
            "\"tiers.0.from\": 101",
            "\"tiers.0.from\": \"70\"",
            "\"tiers.0.revisit\": \"P1M\"",
            "\"tiers.0.revisit\": 30",
            "\"tiers.0.label\": { \"en\": 5 }",
            "\"tiers.0.label\": { \"de\": \"Gold\" }",
            "\"tiers.0.color\": \"red\"",
            "\"dimensions.0.measure\": \"recency\"",
            "\"dimensions.0.measure\": null",
            "\"dimensions.0.name\": \" \"",
            "\"dimensions.0.weight\": 0",
            "\"dimensions.0.weight\": null",
            "\"dimensions.0.cap\": 0",
            "\"dimensions.0.better\": \"down\"",
            "\"dimensions.0.bands\": null",
            "\"dimensions.0.bands\": {}",
            "\"dimensions.0.bands.at\": []",
            "\"dimensions.0.bands.at\": [\"1\"]",
            "\"dimensions.0.bands.at\": [-1]",
            "\"dimensions.0.bands\": { \"percentiles\": [101] }",
            "\"dimensions.0.scale\": { \"from\": 0, \"to\": 9 }",
            "\"dimensions.3.scale\": { \"from\": 0 }",
            "\"dimensions.3.scale.type\": \"cubic\"",
            "\"dimensions.3.scale.type\": \"log\"",
            "\"dimensions.0.window\": \"P1Y\"",
            "\"dimensions.3.halfLife\": \"P0D\"",
            "\"dimensions.4.whenUnknown\": \"half\"",
            "\"dimensions.3.measure\": \"attribute\"",
            "\"dimensions.4.blend\": { \"measure\": \"tenure\", \"share\": 40 }",
            "\"dimensions.4.blend\": { \"measure\": \"engagement\", \"scale\": { \"from\": 0, \"to\": 9 }, \"share\": 40 }",
            "\"dimensions.0.blend\": { \"measure\": \"tenure\", \"scale\": { \"from\": 0, \"to\": 9 }, \"share\": 40 }",
            "\"dimensions.4.blend\": { \"measure\": \"tenure\", \"scale\": { \"from\": 0, \"to\": 9 }, \"share\": 100 }",
            "\"matrix\": {}",
            "\"matrix\": 7",
            "\"stability\": 7",
            "\"stability.demoteMargin\": -1",
            "\"stability.grace\": \"soon\"",
            "\"stability.maxMovesPerQuarter\": 1",
            "\"stability.maxMovesPerQuarter\": 2.5",
            "\"stability.patience\": 1",
            "\"rules\": {}",
            "\"rules\": [{ \"when\": \"vip\", \"tier\": \"A\", \"reason\": \"r\" }]",
            "\"rules\": [{ \"when\": \"tag:vip\", \"tier\": \"A\" }]",
            "\"rules\": [{ \"when\": \"tag:vip\", \"reason\": \"r\" }]",
            "\"rules\": [{ \"tier\": \"A\", \"reason\": \"r\" }]",
            "\"rules\": [{ \"when\": \"tag:vip\", \"tier\": \"A\", \"atMost\": \"B\", \"reason\": \"r\" }]",
            "\"rules\": [{ \"when\": { \"measure\": \"orders\" }, \"tier\": \"A\", \"reason\": \"r\" }]",
            "\"rules\": [{ \"when\": { \"all\": [] }, \"tier\": \"A\", \"reason\": \"r\" }]",
            "\"rules\": [{ \"when\": { \"attribute\": \"x\", \"is\": 7 }, \"tier\": \"A\", \"reason\": \"r\" }]",
            "\"rules\": [{ \"when\": { \"is\": \"x\" }, \"tier\": \"A\", \"reason\": \"r\" }]",
            "\"rules\": [{ \"when\": { \"attribute\": \"x\", \"atLeast\": 7 }, \"tier\": \"A\", \"reason\": \"r\" }]",
            "\"rules\": [{ \"when\": \"tag:vip\", \"tag\": \"\", \"reason\": \"r\" }]",
            "\"lifecycle\": null",
            "\"lifecycle.newFor\": null",
            "\"lifecycle.dormant\": 90",
            "\"lifecycle.dormant\": { \"atLeast\": \"P9D\" }",
            "\"lifecycle.dormant\": { \"pAliveBelow\": 1 }",
            "\"lifecycle.churnWarning\": { \"pNoOrderAbove\": 0.8 }",
            "\"lifecycle.dormant\": { \"pAliveBelow\": 0.5, \"churnAbove\": 0.5 }",
            "\"lifecycle.sleepy\": \"P9D\"",
            // Found by the laws: one of the two took them, and said nothing.
            "\"dimensions\": null",
            "\"tiers.0.from\": null",
            "\"tiers.0.revisit\": \" P30D\"",
            "\"dimensions.0.attribute\": 7",
            "\"dimensions.0.bands\": { \"at\": [1], \"percentiles\": [50] }",
            "\"dimensions.3.scale.type\": 7",
            "\"dimensions.4.blend\": { \"measure\": \"tenure\", \"scale\": { \"type\": \"log\", \"from\": 1, \"to\": 9 }, \"share\": 40 }",
            "\"dimensions.4.blend\": { \"measure\": \"attribute\", \"scale\": { \"from\": 0, \"to\": 9 }, \"share\": 40 }",
            "\"kind\": \"classes\", \"rules\": [{ \"when\": \"tag:vip\", \"atLeast\": \"A\", \"reason\": \"r\" }]",
            "\"rules\": [{ \"when\": { \"measure\": \"orders\", \"atLeast\": 1, \"below\": \"9\" }, \"tier\": \"A\", \"reason\": \"r\" }]",
            "\"rules\": [{ \"when\": { \"attribute\": \"x\", \"is\": [\"a\", 7] }, \"tier\": \"A\", \"reason\": \"r\" }]",
            "\"lifecycle.dormant\": { \"pAliveBelow\": 0.5, \"horizon\": 7 }",
        ];

    [Theory]
    [MemberData(nameof(Good))]
    public void What_the_reader_takes_fits_the_schema(string json)
    {
        Assert.NotNull(StandardReader.Read(json, out _));
        Assert.Empty(Document.Complaints(JsonNode.Parse(json), Document.Json));
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void What_does_not_fit_the_schema_the_reader_refuses_or_calls_meaningless(string change)
    {
        var json = LinterTests.Changed(change);
        Assert.False(Document.Fits(JsonNode.Parse(json), Document.Json));
        Assert.Contains(StandardLinter.Lint(json), finding => finding.Severity == FindingSeverity.Error || finding.Code == "means-nothing");
    }

    [Theory]
    [InlineData("", "", "#")]
    [InlineData("", "dimensions.0.", "dimension")]
    [InlineData("", "tiers.0.label.", "label")]
    [InlineData("", "dimensions.0.bands.", "bands")]
    [InlineData("", "dimensions.3.scale.", "scale")]
    [InlineData(
        "\"dimensions.4.blend\": { \"measure\": \"tenure\", \"scale\": { \"from\": 0, \"to\": 9 }, \"share\": 40 }, ",
        "dimensions.4.blend.",
        "blend"
    )]
    [InlineData("", "tiers.0.", "tier")]
    [InlineData("", "stability.", "#stability")]
    [InlineData("", "lifecycle.", "#lifecycle")]
    [InlineData("\"matrix\": { \"rows\": \"recency\", \"columns\": \"frequency\", \"cells\": [] }, ", "matrix.", "#matrix")]
    [InlineData("\"lifecycle.dormant\": { \"pAliveBelow\": 0.5 }, ", "lifecycle.dormant.", "askedSilence")]
    [InlineData("\"rules\": [{ \"when\": \"tag:x\", \"tier\": \"A\", \"reason\": \"r\" }], ", "rules.0.", "rule")]
    [InlineData(
        "\"rules\": [{ \"when\": { \"measure\": \"orders\", \"below\": 9 }, \"tier\": \"A\", \"reason\": \"r\" }], ",
        "rules.0.when.",
        "range"
    )]
    [InlineData(
        "\"rules\": [{ \"when\": { \"attribute\": \"a\", \"is\": \"b\" }, \"tier\": \"A\", \"reason\": \"r\" }], ",
        "rules.0.when.",
        "texts"
    )]
    [InlineData("\"rules\": [{ \"when\": { \"all\": [\"tag:x\"] }, \"tier\": \"A\", \"reason\": \"r\" }], ", "rules.0.when.", "all")]
    [InlineData("\"rules\": [{ \"when\": { \"any\": [\"tag:x\"] }, \"tier\": \"A\", \"reason\": \"r\" }], ", "rules.0.when.", "any")]
    [InlineData("\"rules\": [{ \"when\": { \"not\": \"tag:x\" }, \"tier\": \"A\", \"reason\": \"r\" }], ", "rules.0.when.", "not")]
    public void Each_object_has_the_members_that_the_reader_knows(string before, string path, string definition)
    {
        // Asked for a member like no other, the reader lists those it knows.
        var finding = StandardLinter
            .Lint(LinterTests.Changed($"{before}\"{path}qqqqqqqqqqqqqqqqqqqqqqqqqqqqqq\": 1"))
            .Single(each => each.Path.EndsWith("qqqqqq", StringComparison.Ordinal));
        var known = Listed().Match(finding.Problem.English).Groups[1].Value.Split(", ");
        var described = definition.StartsWith('#')
            ? definition.Length == 1
                ? schema
                : schema["properties"]![definition[1..]]!
            : schema["$defs"]![definition]!;
        Assert.Equal(
            known.Order(StringComparer.Ordinal),
            described["properties"]!.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Measures_are_those_of_the_reader() =>
        Assert.Equal(
            Enum.GetNames<Measure>().Select(JsonNamingPolicy.CamelCase.ConvertName),
            schema["$defs"]!["measure"]!["enum"]!.AsArray().Select(name => (string)name!)
        );

    [Fact]
    public void Every_choice_of_the_schema_is_taken()
    {
        string[] changes =
        [
            .. Choices("dimension", "better").Select(choice => $"\"dimensions.0.better\": \"{choice}\""),
            .. Choices("dimension", "whenUnknown").Select(choice => $"\"dimensions.0.whenUnknown\": \"{choice}\""),
            .. Choices("scale", "type").Select(choice => $"\"dimensions.3.scale\": {{ \"type\": \"{choice}\", \"from\": 1, \"to\": 9 }}"),
            .. schema["properties"]!["kind"]!["enum"]!.AsArray().Select(choice => $"\"kind\": \"{choice}\""),
        ];
        Assert.Equal(8, changes.Length);
        Assert.All(changes, change => Assert.NotNull(StandardReader.Read(LinterTests.Changed(change), out _)));
    }

    [Fact]
    public void Everything_in_it_is_described_in_both_languages_and_has_an_example_in_the_document()
    {
        var shown = RuleDocument
            .Rows("Standards/Standards.md", "Members, by example")
            .SelectMany(row => row["member"].Split(", "))
            .ToHashSet();
        var members = Members(schema).Where(name => !describing.Contains(name)).ToHashSet();
        Assert.Equal(members.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
        Assert.All(schema["properties"]!.AsObject(), member => Assert.Matches("[\u4e00-\u9fff]", (string)member.Value!["description"]!));
    }

    // By an address of the tests: under a name of its own, references would begin there.
    private static SchemaDocument Open()
    {
        var json = JsonNode.Parse(StandardSchema.Json)!;
        json.AsObject().Remove("$id");
        json.AsObject().Remove("$schema");
        return new SchemaDocument(json, new Uri("https://crm.invalid/standard.json"));
    }

    private static IEnumerable<string> Choices(string definition, string member) =>
        schema["$defs"]![definition]!["properties"]![member]!["enum"]!.AsArray().Select(choice => (string)choice!);

    private static IEnumerable<string> Members(JsonNode? node) =>
        node switch
        {
            JsonObject part => part.SelectMany(member =>
                (member.Key == "properties" ? member.Value!.AsObject().Select(inner => inner.Key) : []).Concat(Members(member.Value))
            ),
            JsonArray list => list.SelectMany(Members),
            _ => [],
        };

    [GeneratedRegex("known are (.*)$")]
    private static partial Regex Listed();
}
