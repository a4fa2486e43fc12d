using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.Domain.Tiering.Explaining;
using CrmFunctions.TestKit;
using FsCheck.Fluent;

namespace CrmFunctions.UnitTests.Domain.Laws;

/// <summary>What a receipt of a standard with stability, rules and matrices says would change the tier, by doing it.</summary>
public sealed class ChangeLaws
{
    private static readonly int Cases = Any.Cases(2000);
    private static readonly TimeSpan never = TimeSpan.FromDays(400);

    [Fact]
    public void The_terms_add_up_to_the_score_also_where_a_pin_or_a_rule_decides() =>
        Any.Always(
            AnyRich.Situation,
            Cases,
            given =>
            {
                var receipt = given.Decide().Receipt;
                Assert.Equal(receipt.Score, receipt.Terms.Sum(term => term.Points));
                Assert.All(receipt.Terms, term => Assert.InRange(term.Points, 0, term.Cap));
            }
        );

    [Fact]
    public void A_rating_that_would_lift_the_tier_lifts_it_at_once_and_one_hundredth_less_does_not()
    {
        var tried = 0;
        Any.Always(
            AnyRich.Situation,
            Cases,
            given =>
            {
                var rated = OnlyPotentialOf(given);
                foreach (var change in rated.Decide().Receipt.Up.Where(change => change.Dimension == "potential"))
                {
                    tried++;
                    Assert.Equal(change.Tier, Rated(rated, change.To).Tier.Name);
                    if (change.To >= 0.01m)
                        Assert.NotEqual(change.Tier, Rated(rated, change.To - 0.01m).Tier.Name);
                }
            }
        );
        Assert.InRange(tried, Cases / 10, Cases);
    }

    [Fact]
    public void A_rating_that_would_lose_the_tier_loses_it_when_all_that_holds_has_passed_and_one_hundredth_more_does_not()
    {
        var tried = 0;
        Any.Always(
            AnyRich.Situation,
            Cases,
            given =>
            {
                // Rules that look at the clock would say something else by then.
                var rated = OnlyPotentialOf(given);
                rated = rated with { Standard = rated.Standard with { Rules = [] } };
                var decision = rated.Decide();
                foreach (var change in decision.Receipt.Down.Where(change => change.Dimension == "potential"))
                {
                    tried++;
                    Assert.Equal(change.Tier, Rated(rated, change.To, never).Tier.Name);
                    Assert.Equal(decision.Tier.Name, Rated(rated, change.To + 0.01m, never).Tier.Name);
                }
            }
        );
        Assert.InRange(tried, Cases / 20, Cases);
    }

    [Fact]
    public void A_certain_receipt_survives_every_rating_and_attribute_learned_now()
    {
        var tried = 0;
        Any.Always(
            AnyRich.Situation.SelectMany(_ => Gen.Choose(0, 10_000), (given, value) => (given, value)),
            Cases,
            pair =>
            {
                var (given, value) = pair;
                var decision = given.Decide();
                if (!decision.Receipt.Certain || decision.Receipt.Missing.IsEmpty)
                    return;
                CustomerEvent[] learned =
                [
                    Make.Event(new PotentialRated(value / 100m, "li", "asked", null), given.Now, "learned-1"),
                    Make.Event(
                        new CustomerUpdated(
                            new Dictionary<string, System.Text.Json.JsonElement>
                            {
                                ["size"] = System.Text.Json.JsonSerializer.SerializeToElement(value / 100m),
                            }
                        ),
                        given.Now,
                        "learned-2"
                    ),
                ];
                foreach (var one in learned)
                {
                    var asked = one.What is PotentialRated ? Measure.Potential : Measure.Attribute;
                    if (
                        !given.Standard.Dimensions.Any(dimension =>
                            dimension.Measure == asked && decision.Receipt.Missing.Contains(dimension.Name)
                        )
                    )
                        continue;
                    tried++;
                    Assert.Equal(decision.Tier, (given with { History = [.. given.History, one] }).Decide().Tier);
                }
            }
        );
        Assert.InRange(tried, Cases / 50, Cases * 2);
    }

    [Fact]
    public void A_pin_wins_until_it_ends_and_then_the_tier_is_as_if_it_had_never_been() =>
        Any.Always(
            AnyRich.Situation,
            Cases,
            given =>
            {
                // Before the first event there is no engine's own tier that could go on beneath.
                if (!given.History.Any(e => e.OccurredAt < given.Now && e.What is not TierPinned))
                    return;
                var free = given with { History = [.. given.History.Where(e => e.What is not TierPinned)] };
                var until = given.Now.AddDays(3);
                var lowest = given.Standard.Tiers[^1].Name;
                var pinned = free with
                {
                    History =
                    [
                        .. free.History,
                        Make.Event(new TierPinned("value", lowest, "wang", "signed", until), given.Now.AddMilliseconds(-1), "pin"),
                    ],
                };
                var decision = pinned.Decide();
                Assert.Equal((lowest, BasisKind.Pin), (decision.Tier.Name, decision.Receipt.Basis.Kind));
                Assert.Empty(decision.Receipt.Up);
                var at = given with { Now = until.AddSeconds(1) };
                Assert.Equal((at with { History = free.History }).Decide().Tier, (at with { History = pinned.History }).Decide().Tier);
            }
        );

    // The dimensions' values cannot be set one by one, but a rating can: it is given the whole score, beside what the other dimensions
    // earn.
    private static Situation OnlyPotentialOf(Situation given) =>
        given with
        {
            Standard = given.Standard with
            {
                Matrix = null,
                Kind = StandardKind.Ladder,
                Rules = [.. given.Standard.Rules.Where(rule => rule.When is not (AllOf or AnyOf or Negation))],
                Dimensions =
                [
                    Make.Dimension(weight: 60, name: "potential"),
                    Make.Dimension(Measure.Orders, 40, new Bands([1, 3]), name: "frequency"),
                ],
            },
            History =
            [
                .. given.History.Where(e =>
                    e.OccurredAt <= given.Now && e.What is not (PotentialRated or TierPinned or FormSubmitted or Visit)
                ),
                Make.Event(new PotentialRated(50, "wang", "met", null), given.Now, "rated"),
            ],
        };

    private static Decision Rated(Situation given, decimal score, TimeSpan later = default) =>
        Make.Decision(
            [.. given.History, Make.Event(new PotentialRated(score, "li", "met again", null), given.Now.AddMilliseconds(1), "again")],
            given.Now.AddMilliseconds(1) + later,
            given.Standard
        );
}
