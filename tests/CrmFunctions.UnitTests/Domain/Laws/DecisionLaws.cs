using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Standards;
using CrmFunctions.TestKit;
using FsCheck.Fluent;

namespace CrmFunctions.UnitTests.Domain.Laws;

public sealed class DecisionLaws
{
    private static readonly int Cases = Any.Cases(2000);

    [Fact]
    public void The_terms_of_a_receipt_add_up_to_its_score_exactly() =>
        Any.Always(
            Any.Situation,
            Cases,
            given =>
            {
                var decision = given.Decide();
                Assert.Equal(decision.Score, decision.Receipt.Terms.Sum(term => term.Points));
                Assert.Equal(decision.Score, decision.Receipt.Score);
                Assert.InRange(decision.Score, 0, 100);
                Assert.All(decision.Receipt.Terms, term => Assert.InRange(term.Points, 0, term.Cap));
                Assert.Equal(Reference.TierOf(given.Standard, decision.Score), decision.Tier);
            }
        );

    [Fact]
    public void Known_values_earn_what_the_scorecard_says() =>
        Any.Always(
            Any.Situation,
            Cases,
            given =>
                Assert.All(
                    given.Decide().Receipt.Terms.Zip(given.Standard.Dimensions),
                    pair =>
                    {
                        if (pair.First.Value is { } value)
                            Assert.Equal(Reference.Points(pair.Second, value, given.Calibration), pair.First.Points);
                    }
                )
        );

    [Fact]
    public void One_more_purchase_never_lowers_the_points_of_frequency_and_money() =>
        Any.Always(
            Any.Situation.SelectMany(_ => Gen.Choose(0, 1_000_000), (given, minor) => (given, minor)),
            Cases,
            pair =>
            {
                var (given, minor) = pair;
                var higher = given with
                {
                    Standard = given.Standard with
                    {
                        Dimensions =
                        [
                            .. given.Standard.Dimensions.Select(d =>
                                d with
                                {
                                    LowerIsBetter = d.LowerIsBetter && d.Measure is not (Measure.Orders or Measure.NetRevenue),
                                }
                            ),
                        ],
                    },
                };
                var more = higher with
                {
                    History = [.. given.History, Make.Event(new OrderPaid("one more", new Money(minor, "CNY")), given.Now)],
                };
                foreach (var (before, after) in higher.Decide().Receipt.Terms.Zip(more.Decide().Receipt.Terms))
                {
                    if (before.Measure is Measure.Orders or Measure.NetRevenue)
                        Assert.True(after.Points >= before.Points, $"{before} became {after}");
                }
            }
        );

    [Fact]
    public void Each_change_upwards_moves_the_tier_up_and_one_unit_less_does_not() =>
        Any.Always(
            Any.Situation,
            Cases,
            given =>
            {
                var decision = given.Decide();
                foreach (var change in decision.Receipt.Up)
                {
                    var (term, dimension) = decision
                        .Receipt.Terms.Zip(given.Standard.Dimensions)
                        .Single(pair => pair.First.Dimension == change.Dimension);
                    var unit = Reference.Unit(dimension.Measure) * (dimension.LowerIsBetter ? -1 : 1);
                    Tier With(decimal value) =>
                        Reference.TierOf(
                            given.Standard,
                            decision.Score - term.Points + Reference.Points(dimension, value, given.Calibration)
                        );

                    Assert.True(With(change.To).From > decision.Tier.From, $"{change} leaves tier {decision.Tier.Name}");
                    if (Possible(dimension.Measure, change.To - unit))
                        Assert.True(With(change.To - unit).From <= decision.Tier.From, $"{change} could be smaller");
                }
            }
        );

    [Fact]
    public void Every_dimension_that_alone_could_lift_the_tier_is_named() =>
        Any.Always(
            Any.Situation,
            Cases,
            given =>
            {
                var decision = given.Decide();
                var higher = given.Standard.Tiers.LastOrDefault(tier => tier.From > decision.Tier.From);
                foreach (var (term, dimension) in decision.Receipt.Terms.Zip(given.Standard.Dimensions))
                {
                    // The best value there is: everything for a scale or bands that possible values can reach.
                    decimal best = dimension.LowerIsBetter
                        ? 0
                        : dimension.Measure switch
                        {
                            Measure.Potential => 100,
                            Measure.Satisfaction => 10,
                            Measure.PAlive => 1,
                            _ => 1_000_000,
                        };
                    var could =
                        higher is not null
                        && decision.Score - term.Points + Reference.Points(dimension, best, given.Calibration) >= higher.From;
                    Assert.True(
                        could == decision.Receipt.Up.Any(change => change.Dimension == dimension.Name),
                        $"{term} at {decision.Score} to {higher} is {(could ? "not " : "")}named"
                    );
                }
            }
        );

    [Fact]
    public void A_certain_receipt_survives_every_completion_of_what_is_missing() =>
        Any.Always(
            Any.Situation.SelectMany(_ => Gen.Choose(0, 10_000).ListOf(6), (given, values) => (given, values.ToArray())),
            Cases,
            pair =>
            {
                var (given, values) = pair;
                var decision = given.Decide();
                if (!decision.Receipt.Certain)
                    return;
                var completed = decision
                    .Receipt.Terms.Zip(given.Standard.Dimensions)
                    .Select(
                        (both, i) =>
                            both.First.Known ? both.First.Points : Reference.Points(both.Second, values[i] / 100m, given.Calibration)
                    )
                    .Sum();
                Assert.Equal(decision.Tier, Reference.TierOf(given.Standard, completed));

                var rated = given.History.Append(
                    Make.Event(new PotentialRated(values[0] / 100m, "li", "asked", null), given.Now, "completed")
                );
                var converted = given.Standard with { Rates = given.Standard.Rates.SetItem("CHF", (values[1] + 1) / 100m) };
                if (decision.Receipt.Missing.Any(name => name.StartsWith("potential", StringComparison.OrdinalIgnoreCase)))
                {
                    Assert.Equal(decision.Tier, (given with { History = [.. rated] }).Decide().Tier);
                }

                Assert.Equal(decision.Tier, (given with { Standard = converted }).Decide().Tier);
            }
        );

    [Fact]
    public void An_uncertain_receipt_has_values_for_two_tiers()
    {
        var standard = Make.Standard([Make.Dimension()], Make.Tiers([50, 0]));
        Assert.False(Make.Decision([], Make.Day(1), standard).Receipt.Certain);
        Assert.True(Make.Decision([], Make.Day(1), standard with { Tiers = Make.Tiers([0]) }).Receipt.Certain);
    }

    [Fact]
    public void Long_plateaus_of_rounding_hide_no_change_upwards()
    {
        // One cent is worth 0.000001 points here: a hundred values earn the same.
        var standard = Make.Standard([Make.Dimension(Measure.NetRevenue, 100, new LinearScale(0, 1_000_000))], Make.Tiers([50, 0]));
        var change = Assert.Single(Make.Decision([], Make.Day(1), standard).Receipt.Up);
        Assert.Equal(499_999.5m, change.To);
    }

    private static bool Possible(Measure measure, decimal value) =>
        value >= 0
        && value
            <= measure switch
            {
                Measure.Potential => 100,
                Measure.Satisfaction => 10,
                Measure.PAlive => 1,
                _ => decimal.MaxValue,
            };
}
