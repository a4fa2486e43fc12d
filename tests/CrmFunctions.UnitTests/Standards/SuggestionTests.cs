using System.Collections.Immutable;
using CrmFunctions.Domain.Suggesting;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Standards;

public sealed class SuggestionTests
{
    private static readonly ImmutableArray<decimal> wanted = [0.05m, 0.15m, 0.3m, 0.5m];

    [Theory]
    [InlineData("retail")]
    [InlineData("manufacturing")]
    [InlineData("finance")]
    [InlineData("education")]
    public void Thresholds_proposed_give_tiers_of_about_the_size_wanted(string template)
    {
        var sample = SampleBase.Of(template);
        var suggestions = Suggestions.Of(sample.Standard, sample.Calibration, wanted);
        var scores = sample.Facts.Select(facts => sample.Decide(facts).Score).ToList();

        Assert.Equal(sample.Standard.Tiers.Select(tier => tier.Name), suggestions.Tiers.Select(tier => tier.Tier));
        Assert.Equal(suggestions.Tiers.Select(tier => tier.From).OrderDescending().Distinct(), suggestions.Tiers.Select(tier => tier.From));
        Assert.Equal(0, suggestions.Tiers[^1].From);
        for (var i = 0; i < wanted.Length; i++)
        {
            var tier = suggestions.Tiers[i];
            var really =
                scores.Count(score => score >= tier.From && (i == 0 || score < suggestions.Tiers[i - 1].From))
                / (decimal)SampleBase.Customers;
            Assert.InRange(really, tier.Share - 0.025m, tier.Share + 0.025m);
            Assert.InRange(really, wanted[i] - 0.05m, wanted[i] + 0.05m);
        }
    }

    [Fact]
    public void Cuts_proposed_part_the_base_into_bands_of_about_the_size_said()
    {
        var sample = SampleBase.Of("manufacturing");
        var suggestions = Suggestions.Of(sample.Standard, sample.Calibration, wanted);
        var purchases = suggestions.Dimensions.Single(dimension => dimension.Dimension == "purchases");
        var values = sample.Facts.Select(facts => sample.Decide(facts).Receipt.Terms[0].Value).OfType<decimal>().ToList();
        Assert.Equal(purchases.At.Order().Distinct(), purchases.At);
        Assert.Equal(1, purchases.Shares.Sum());
        decimal[] ends = [0, .. purchases.At, decimal.MaxValue];
        for (var i = 0; i < purchases.Shares.Length; i++)
        {
            var really = values.Count(value => value >= ends[i] && value < ends[i + 1]) / (decimal)values.Count;
            Assert.InRange(really, purchases.Shares[i] - 0.025m, purchases.Shares[i] + 0.025m);
        }
    }

    [Fact]
    public void Scores_that_many_have_in_common_are_not_parted_and_the_nearer_side_is_taken()
    {
        // A tenth has 80 points, six tenths have 40, three tenths 0.
        var scores = Enumerable
            .Range(0, Calibration.Points)
            .Select(i =>
                i <= 30 ? 0m
                : i <= 90 ? 40m
                : 80m
            );
        var standard = Make.Standard(tiers: Make.Tiers([70, 30, 0]));
        var tiers = Suggestions
            .Of(
                standard,
                new Calibration
                {
                    Version = "c",
                    Customers = 1000,
                    Scores = [.. scores],
                },
                [0.2m, 0.3m, 0.5m]
            )
            .Tiers;
        Assert.InRange(tiers[0].From, 41, 80);
        Assert.InRange(tiers[0].Share, 0.09m, 0.11m);
        Assert.InRange(tiers[1].From, 0.0001m, 40);
        Assert.InRange(tiers[1].Share, 0.58m, 0.61m);
        Assert.Equal(1000, tiers.Sum(tier => tier.Customers));
    }

    [Fact]
    public void A_base_of_one_score_still_gets_thresholds_that_descend()
    {
        var tiers = Suggestions
            .Of(
                Make.Standard(),
                new Calibration
                {
                    Version = "c",
                    Customers = 10,
                    Scores = [.. Enumerable.Repeat(0m, Calibration.Points)],
                },
                wanted
            )
            .Tiers;
        Assert.Equal(tiers.Select(tier => tier.From).OrderDescending().Distinct(), tiers.Select(tier => tier.From));
        Assert.Equal(10, tiers[^1].Customers);
    }

    [Theory]
    [InlineData("0.5,0.5", "one share for each of the 4 tiers")]
    [InlineData("0.5,0.5,0,0", "above zero")]
    [InlineData("0.5,0.3,0.1,0.2", "add to 110 %")]
    public void Shares_that_cannot_be_meant_are_refused(string shares, string expected) =>
        Assert.Contains(
            expected,
            Suggestions.Problem(
                Make.Standard(),
                [.. shares.Split(',').Select(share => decimal.Parse(share, System.Globalization.CultureInfo.InvariantCulture))]
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void Classes_and_bases_without_scores_get_cuts_alone()
    {
        var sample = SampleBase.Of("b2b");
        var suggestions = Suggestions.Of(sample.Standard, sample.Calibration, []);
        Assert.Empty(suggestions.Tiers);
        Assert.Equal(4, suggestions.Dimensions.Length);
    }
}
