using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Linting;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.TestKit;
using CrmFunctions.UnitTests.Domain.Documents;

namespace CrmFunctions.UnitTests.Standards;

public sealed class LinterTests
{
    private const string Document = "Standards/Standards.md";

    public static TheoryData<Row> Warnings => RuleDocument.Theory(Document, "Warnings, by example");

    public static TheoryData<Row> Members => RuleDocument.Theory(Document, "Members, by example");

    [Theory]
    [MemberData(nameof(Warnings))]
    public void Each_warning_of_the_document_is_given_for_its_change(Row row)
    {
        var json = Changed(row["change"]);
        Assert.DoesNotContain(StandardLinter.Lint(Base()), finding => finding.Code == row["code"]);
        var finding = StandardLinter
            .Lint(json, row["code"] is "empty-tier" or "crowded-tier" or "no-difference" ? Learned : null)
            .FirstOrDefault(each => each.Code == row["code"]);
        Assert.True(finding is not null, $"{row["change"]} draws {string.Join(", ", StandardLinter.Lint(json))}");
        Assert.Equal(row["path"], finding.Path);
        Assert.Equal(FindingSeverity.Warning, finding.Severity);
        Assert.NotNull(StandardReader.Read(json, out _));
        Assert.All(new[] { finding.Problem, finding.Advice }, words => Assert.True(words.English.Length > 10 && words.Chinese.Length > 4));
        if (row["code"] != "means-nothing")
            Assert.Matches("[\u4e00-\u9fff]", finding.Problem.Chinese);
    }

    [Fact]
    public void Every_warning_there_is_stands_in_the_document()
    {
        var folder = Path.Combine(NodeTools.RepositoryRoot, "functions", "CrmFunctions.Domain", "Linting");
        var source = string.Concat(Directory.EnumerateFiles(folder, "*.cs").Select(File.ReadAllText));
        var codes = System
            .Text.RegularExpressions.Regex.Matches(source, "findings\\.Warn\\(\\s*\"([a-z-]+)\"")
            .Select(match => match.Groups[1].Value)
            .Append("means-nothing");
        Assert.Equal(
            codes.Distinct().Order(StringComparer.Ordinal),
            RuleDocument.Rows(Document, "Warnings, by example").Select(row => row["code"]).Distinct().Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void Each_member_of_the_document_is_read_without_a_word(Row row)
    {
        var json = Changed(row["example"]);
        Assert.True(StandardReader.Read(json, out var problems) is not null, string.Join("; ", problems));
        Assert.DoesNotContain(StandardLinter.Lint(json), finding => finding.Code == "means-nothing");
    }

    [Fact]
    public void The_standard_of_the_examples_lints_clean() => Assert.Empty(StandardLinter.Lint(Base()));

    [Fact]
    public void What_cannot_work_comes_first_with_its_path()
    {
        var findings = StandardLinter.Lint(Changed("\"tiers\": 7, \"wieght\": 3"));
        Assert.Equal(
            (FindingSeverity.Error, StandardLinter.CannotWork, "tiers"),
            (findings[0].Severity, findings[0].Code, findings[0].Path)
        );
        Assert.Contains(findings, finding => finding is { Severity: FindingSeverity.Warning, Code: "means-nothing", Path: "wieght" });
        Assert.Equal(FindingSeverity.Error, Assert.Single(StandardLinter.Lint("no JSON")).Severity);
    }

    [Fact]
    public void A_tier_that_bands_jump_over_is_found_though_scores_above_and_below_it_exist()
    {
        var standard = Make.Standard([Make.Dimension(Measure.Orders, 100, new Bands([1, 2]))], Make.Tiers([60, 51, 0]));
        Assert.Equal(["tiers[1].from"], Paths(standard, "unreachable-tier"));
        Assert.Empty(Paths(standard with { Tiers = Make.Tiers([60, 50, 0]) }, "unreachable-tier"));
    }

    [Fact]
    public void A_tier_that_only_a_rule_gives_is_not_called_unreachable()
    {
        var standard = Make.Standard([Make.Dimension(Measure.Orders, 100, new Bands([1, 2]))], Make.Tiers([60, 51, 0]));
        Assert.Empty(Paths(standard with { Rules = [new Rule(new HasTag("x"), RuleEffect.Is, 1, null, "why")] }, "unreachable-tier"));
    }

    [Theory]
    [InlineData("tag:a", "tag:a", true)]
    [InlineData("tag:a", "tag:b", false)]
    [InlineData("""{"measure":"orders","atLeast":5}""", """{"measure":"orders","atLeast":3}""", true)]
    [InlineData("""{"measure":"orders","atLeast":3}""", """{"measure":"orders","atLeast":5}""", false)]
    [InlineData("""{"measure":"orders","atLeast":5,"below":9}""", """{"measure":"orders","below":9}""", true)]
    [InlineData("""{"measure":"orders","window":"P30D","atLeast":5}""", """{"measure":"orders","atLeast":3}""", false)]
    [InlineData("""{"all":["tag:a","tag:b"]}""", "tag:b", true)]
    [InlineData("tag:a", """{"any":["tag:a","tag:b"]}""", true)]
    [InlineData("""{"any":["tag:a","tag:b"]}""", "tag:a", false)]
    [InlineData("""{"attribute":"c","is":"x"}""", """{"attribute":"c","is":["X","y"]}""", true)]
    [InlineData("""{"not":{"measure":"orders","atLeast":3}}""", """{"not":{"measure":"orders","atLeast":5}}""", true)]
    public void A_rule_behind_one_that_concerns_all_whom_it_concerns_never_wins(string narrow, string wide, bool never)
    {
        static string Quoted(string condition) => condition.StartsWith('{') ? condition : $"\"{condition}\"";
        var json = Changed(
            $$"""
            "rules": [{ "when": {{Quoted(wide)}}, "tier": "A", "reason": "one" }, { "when": {{Quoted(
                narrow
            )}}, "tier": "B", "reason": "two" }]
            """
        );
        Assert.Equal(
            never ? ["rules[1]"] : [],
            StandardLinter.Lint(json).Where(finding => finding.Code == "rule-never-wins").Select(finding => finding.Path)
        );
    }

    private static IEnumerable<string> Paths(Standard standard, string code) =>
        StandardLinter.Warnings(standard).Where(finding => finding.Code == code).Select(finding => finding.Path);

    private static string Base()
    {
        var json = JsonNode.Parse(Make.StandardJson)!;
        json["stability"] = JsonNode.Parse("""{ "demoteMargin": 5, "minimumStay": "P30D", "grace": "P14D" }""");
        return json.ToJsonString();
    }

    /// <summary>The standard of the examples with members replaced: names with dots and indices reach inside, null takes away.</summary>
    public static string Changed(string change)
    {
        var json = JsonNode.Parse(Base())!;
        foreach (var (path, value) in JsonNode.Parse($"{{{change}}}")!.AsObject())
        {
            var parts = path.Split('.');
            var at = json;
            foreach (var part in parts[..^1])
                at = int.TryParse(part, out var index) ? at![index] : at![part];
            if (value is null)
                at!.AsObject().Remove(parts[^1]);
            else if (at is JsonArray list)
                list.Add(value.DeepClone());
            else
                at![parts[^1]] = value.DeepClone();
        }

        return json.ToJsonString();
    }

    // Half of the base has nothing, the other half one to fifty of everything; nobody reaches 70 points.
    private static Calibration Learned { get; } =
        new()
        {
            Version = "c1",
            Customers = 1000,
            Percentiles = ImmutableDictionary<string, ImmutableArray<decimal>>.Empty.Add(
                "monetary",
                [.. Enumerable.Range(0, Calibration.Points).Select(i => (decimal)Math.Max(0, i - 50))]
            ),
            Scores = [.. Enumerable.Range(0, Calibration.Points).Select(i => i * 0.6m)],
        };
}
