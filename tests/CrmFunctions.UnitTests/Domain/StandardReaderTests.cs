using CrmFunctions.Domain.Service.Plans;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Domain;

public sealed class StandardReaderTests
{
    [Theory]
    [InlineData("\"weight\": 30,", "\"weight\": 31,", "dimensions", "have weights that add to 101; weights are points of 100")]
    [InlineData(
        "\"weight\": 30,",
        "\"weight\": 30.00001,",
        "dimensions[2].weight",
        "must be a number above 0, at most 100, with at most 4 decimals"
    )]
    [InlineData("\"monetary\"", "\"frequency\"", "dimensions", "must have different names")]
    [InlineData(
        "\"netRevenue\"",
        "\"1\"",
        "dimensions[2].measure",
        "must be one of daysSinceLastOrder, orders, netRevenue, averageOrder, tenure, engagement, potential, referrals, complaints, satisfaction, attribute, pAlive, predictedValue"
    )]
    [InlineData(
        "[1, 2, 4, 7]",
        "[1, \"2\", 4, 7]",
        "dimensions[1].bands.at",
        "must be 1 to 20 numbers from 0 to 1000000000000000, each larger than the one before"
    )]
    [InlineData(
        "[1, 2, 4, 7]",
        "[-1, 2, 4, 7]",
        "dimensions[1].bands.at",
        "must be 1 to 20 numbers from 0 to 1000000000000000, each larger than the one before"
    )]
    [InlineData(
        "\"at\": [1, 2, 4, 7]",
        "\"percentiles\": [20, 101]",
        "dimensions[1].bands.percentiles",
        "must be 1 to 20 numbers from 0 to 100, each larger than the one before"
    )]
    [InlineData(
        "\"halfLife\": \"P30D\"",
        "\"halfLife\": \"P99999999999D\"",
        "dimensions[3].halfLife",
        "must be a positive ISO 8601 duration in days or hours, such as P30D or PT12H, at most P36500D"
    )]
    [InlineData(
        "\"window\": \"P365D\"",
        "\"window\": \"P1Y\"",
        "dimensions[1].window",
        "must be a positive ISO 8601 duration in days or hours, such as P30D or PT12H, at most P36500D"
    )]
    [InlineData("\"revisit\": \"P60D\"", "\"revisit\": \"PT1S\"", "tiers[1].revisit", "must be a day or more: nobody is called every hour")]
    [InlineData("\"rates\": {", "\"rates\": 7, \"x\": {", "rates", "must be a JSON object of currency codes and numbers")]
    [InlineData("\"tiers\": [", "\"tiers\": [7,", "tiers[0]", "must be a JSON object")]
    [InlineData("\"dimensions\": [", "\"dimensions\": [\"x\",", "dimensions[0]", "must be a JSON object")]
    [InlineData(
        "\"钻石\"",
        "\"\\ud800\"",
        "tiers[0].label.zh-CN",
        "is not valid text: it has half of a surrogate pair, or bytes that are not UTF-8"
    )]
    [InlineData("\"dormant\": \"P90D\"", "\"dormant\": \"P150D\"", "lifecycle", "must have dormant before churnWarning before churned")]
    public void What_cannot_work_is_refused_by_field(string what, string with, string field, string message)
    {
        Assert.Contains(what, Make.StandardJson, StringComparison.Ordinal);
        Assert.Null(StandardReader.Read(Make.StandardJson.Replace(what, with, StringComparison.Ordinal), out var problems));
        Assert.Contains(problems, problem => problem.Field == field && problem.Message == message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("{\"kind\":\"ladder\",\"kind\":\"ladder\"}")]
    public void What_is_no_standard_is_refused(string json)
    {
        Assert.Null(StandardReader.Read(json, out var problems));
        Assert.NotEmpty(problems);
        Assert.Throws<FormatException>(() => StandardReader.ReadOrThrow(json));
    }

    [Fact]
    public void Engagement_cannot_be_better_both_lower_and_higher()
    {
        var json = Make.StandardJson.Replace(
            "\"measure\": \"potential\"",
            "\"measure\": \"engagement\", \"better\": \"lower\"",
            StringComparison.Ordinal
        );
        Assert.Null(StandardReader.Read(json, out var problems));
        Assert.Equal(
            "must not call what fades (engagement, pAlive) better both when lower and when higher",
            Assert.Single(problems).Message
        );
    }

    [Theory]
    [InlineData("\"scheme\": \"\\ud83d\"", "scheme")]
    [InlineData("\"\\ud83d\": 1", "")]
    public void Half_of_a_surrogate_pair_in_a_text_or_a_name_is_refused_of_a_standard_and_of_a_plan(string member, string field)
    {
        Assert.Null(StandardReader.Read($"{{{member}}}", out var ofStandard));
        Assert.Null(PlanReader.Read($"{{{member}}}", out var ofPlan, out _));
        Assert.All(
            new[] { Assert.Single(ofStandard), Assert.Single(ofPlan) },
            problem =>
            {
                Assert.Equal(field, problem.Field);
                Assert.Contains("has half of a surrogate pair", problem.Message, StringComparison.Ordinal);
            }
        );
    }

    [Fact]
    public void The_version_follows_the_text_and_not_its_line_ends()
    {
        var standard = StandardReader.ReadOrThrow(Make.StandardJson);
        Assert.Matches("^value@[0-9a-f]{12}$", standard.Name);
        Assert.Equal(standard.Version, StandardReader.ReadOrThrow(Make.StandardJson.ReplaceLineEndings("\r\n")).Version);
        Assert.NotEqual(standard.Version, StandardReader.ReadOrThrow(Make.StandardJson + " ").Version);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(100, 1)]
    [InlineData(101, -1)]
    public void A_calibration_without_the_percentiles_asked_for_ascending_is_not_used(int count, int step)
    {
        var standard = Make.Standard([Make.Dimension(rating: new PercentileBands([50, 90]))]);
        var calibration = Calibration.None with
        {
            Percentiles = Calibration.None.Percentiles.Add("Potential", [.. Enumerable.Range(0, count).Select(i => (decimal)(i * step))]),
        };
        Assert.Throws<InvalidOperationException>(() => Make.Decision([], Make.Day(1), standard, calibration));
        Assert.Throws<InvalidOperationException>(() => Make.Decision([], Make.Day(1), standard));
    }
}
