using System.Text.Json.Nodes;
using CrmFunctions.Domain;
using CrmFunctions.Domain.Linting;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Standards.Templates;
using Xunit.Abstractions;

namespace CrmFunctions.UnitTests.Standards;

public sealed class TemplateTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. IndustryTemplates.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void With_a_calibration_nothing_is_to_be_said_against_a_template_but_that_models_come_with_the_first_fit(string name)
    {
        foreach (var language in new[] { Language.Chinese, Language.English })
        {
            var findings = StandardLinter.Lint(IndustryTemplates.Find(name, language)!, SampleBase.Of(name).Calibration);
            Assert.Equal(
                name == "retail" ? ["model-without-calibration", "model-without-calibration"] : [],
                findings.Select(finding => finding.Code)
            );
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Without_one_only_the_template_with_percentiles_asks_for_it(string name)
    {
        var codes = StandardLinter.Lint(IndustryTemplates.Find(name, Language.English)!).Select(finding => finding.Code).Distinct();
        Assert.Equal(name == "retail" ? ["percentiles-without-calibration", "model-without-calibration"] : [], codes);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sample_base_fills_every_tier_and_the_top_of_a_ladder_stays_small(string name)
    {
        var sample = SampleBase.Of(name);
        var decisions = sample.Facts.Select(facts => sample.Decide(facts)).ToList();
        var sizes = sample.Standard.Tiers.Select(tier => (tier.Name, Count: decisions.Count(decision => decision.Tier == tier))).ToList();
        output.WriteLine(
            $"{name}: {string.Join(", ", sizes.Select(size => $"{size.Name} {size.Count * 100.0 / SampleBase.Customers:0.0} %"))}"
        );

        Assert.All(sizes, size => Assert.InRange(size.Count, SampleBase.Customers / 100, SampleBase.Customers * 6 / 10));
        if (sample.Standard.Kind == StandardKind.Ladder)
            Assert.InRange(sizes[0].Count, SampleBase.Customers / 100, SampleBase.Customers / 5);
        foreach (var tag in sample.Standard.Rules.Select(rule => rule.Tag).OfType<string>().Distinct())
        {
            Assert.InRange(decisions.Count(decision => decision.Tags.Contains(tag)), 1, SampleBase.Customers / 3);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Both_languages_have_the_same_rules_in_other_words(string name)
    {
        var (chinese, english) = (Blank(name, Language.Chinese), Blank(name, Language.English));
        Assert.True(JsonNode.DeepEquals(chinese, english));
        Assert.NotEqual(IndustryTemplates.Find(name, Language.Chinese), IndustryTemplates.Find(name, Language.English));
        Assert.Matches("[\u4e00-\u9fff]", IndustryTemplates.Find(name, "zh-Hans")!);
    }

    [Fact]
    public void Among_them_are_a_matrix_of_classes_percentiles_a_log_scale_and_a_blended_potential()
    {
        var all = IndustryTemplates
            .Names.Select(name => StandardReader.ReadOrThrow(IndustryTemplates.Find(name, Language.English)!))
            .ToList();
        Assert.Contains(all, standard => standard is { Kind: StandardKind.Classes, Matrix: not null });
        Assert.Contains(all, standard => standard.Dimensions.Any(dimension => dimension.Rating is PercentileBands));
        Assert.Contains(
            all,
            standard =>
                standard.Dimensions.Any(dimension => dimension.Rating is LogScale)
                && standard.Dimensions.Any(dimension => dimension.Blend is not null)
        );
        Assert.All(all, standard => Assert.All(standard.Rules, rule => Assert.NotEmpty(rule.Reason)));
        Assert.All(all, standard => Assert.NotEqual(Stability.None, standard.Stability));
    }

    [Fact]
    public void There_is_no_template_of_another_name() => Assert.Null(IndustryTemplates.Find("../value", Language.English));

    // Reasons, titles and descriptions are the texts; labels have both languages already.
    private static JsonNode Blank(string name, string language)
    {
        var json = JsonNode.Parse(IndustryTemplates.Find(name, language)!)!;
        (json["title"], json["description"]) = ("", "");
        foreach (var rule in json["rules"]!.AsArray())
            rule!["reason"] = "";
        return json;
    }
}
