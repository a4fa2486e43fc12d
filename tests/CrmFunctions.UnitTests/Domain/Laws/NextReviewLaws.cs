using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace CrmFunctions.UnitTests.Domain.Laws;

/// <summary>The next review and the date of the drop, against asking at every turn and at many other instants.</summary>
public sealed class NextReviewLaws
{
    private static readonly int Cases = Any.Cases(2000);
    private static readonly TimeSpan second = TimeSpan.FromSeconds(1);

    [Fact]
    public void The_answer_differs_at_the_next_review_and_at_no_second_before() => DiffersFirst(Any.Situation);

    [Fact]
    public void Neither_do_stability_rules_pins_and_matrices_hide_a_change() => DiffersFirst(AnyRich.Situation);

    private static void DiffersFirst(Gen<Situation> situations) =>
        Any.Always(
            situations.SelectMany(_ => Gen.Choose(0, int.MaxValue), (given, seed) => (given, seed)),
            Cases,
            pair =>
            {
                var (given, random) = (pair.given, new Random(pair.seed));
                var facts = Make.Facts(given.History, given.Now);
                string Answer(DateTimeOffset at) => AnswerOf(Decisions.Decide(facts, given.Standard, given.Calibration, at));
                var decision = Decisions.Decide(facts, given.Standard, given.Calibration, given.Now);
                var start = AnswerOf(decision);

                Holds(given, facts, decision.NextReview, random, at => Answer(at) == start);
            }
        );

    [Fact]
    public void The_tier_is_lower_at_the_drop_and_at_no_second_before() =>
        Any.Always(
            Any.Situation.SelectMany(_ => Gen.Choose(0, int.MaxValue), (given, seed) => (given, seed)),
            Cases,
            pair =>
            {
                var (given, random) = (pair.given, new Random(pair.seed));
                var facts = Make.Facts(given.History, given.Now);
                Decision At(DateTimeOffset at) => Decisions.Decide(facts, given.Standard, given.Calibration, at);
                var decision = At(given.Now);
                var drop = decision.Receipt.Drop;

                Holds(given, facts, drop?.At ?? facts.ChangesAt, random, at => At(at).Tier.From >= decision.Tier.From);
                if (drop is not null)
                    Assert.Equal(drop.Tier, At(drop.At).Tier.Name);
            }
        );

    [Fact]
    public void A_change_in_the_very_next_second_is_found_from_within_a_second()
    {
        // From exact halving: 2.49985 of 3 points are left 682009.55 s after three visits, so tier B ends at second 682010.
        CustomerEvent[] events = [Make.Paid(), .. Enumerable.Range(0, 3).Select(i => Make.Event(id: $"v{i}"))];
        foreach (var ms in new[] { 0, 1, 500 })
        {
            Assert.Equal(
                Make.Start.AddSeconds(682_010),
                Make.Decision(events, Make.Start.AddSeconds(682_009).AddMilliseconds(ms)).NextReview
            );
        }

        Assert.NotEqual("B", Make.Decision(events, Make.Start.AddSeconds(682_010)).Tier.Name);
    }

    [Fact]
    public void A_scale_that_ends_inside_a_day_has_its_last_step_on_the_next()
    {
        var standard = Make.Standard([Make.Dimension(Measure.Tenure, rating: new LinearScale(0, 100.5m))], Make.Tiers([100, 0]));
        Assert.Equal(Make.Day(101), Make.Decision([Make.Paid(), Make.Paid("o2", at: Make.Day(99))], Make.Day(100), standard).NextReview);
    }

    [Theory]
    [InlineData("9999-12-31T23:59:59.999Z")]
    [InlineData("2300-01-01T00:00:00Z")]
    public void A_rating_that_expires_beyond_a_hundred_years_never_does(string expires)
    {
        var rating = Make.Event(new PotentialRated(100, "wang", "met", Instants.Parse(expires)));
        var standard = Make.Standard([Make.Dimension()], Make.Tiers([50, 0]));
        Assert.Null(Make.Decision([rating], Make.Day(1), standard).NextReview);
    }

    [Fact]
    public void Decisions_reach_to_the_end_of_time() =>
        Assert.Equal(
            "D",
            Make.Decision([Make.Paid(), Make.Event()], new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero)).Tier.Name
        );

    [Fact]
    public void An_erased_customer_is_not_reviewed_for_revisits()
    {
        var events = new[] { Make.Paid(amount: 5000), Make.Event(new CustomerErased(), Make.Day(31)) };
        var decision = Make.Decision(events, Make.Day(31));
        Assert.Equal(Make.Day(60), Make.Decision([events[0]], Make.Day(31)).NextReview);
        Assert.Empty(decision.Obligations);
        Assert.NotNull(decision.NextReview);
        Assert.NotEqual(AnswerOf(decision), AnswerOf(Make.Decision(events, decision.NextReview.Value)));
    }

    [Fact]
    public void The_zone_of_now_changes_nothing()
    {
        var events = new[] { Make.Paid(), Make.Event() };
        var (utc, east) = (Make.Decision(events, Make.Day(1)), Make.Decision(events, Make.Day(1).ToOffset(TimeSpan.FromHours(8))));
        Assert.Equal((utc.At, utc.NextReview, TimeSpan.Zero), (east.At, east.NextReview, east.NextReview!.Value.Offset));
        Assert.Equal(TimeSpan.Zero, east.At.Offset);
    }

    private static void Holds(Situation given, Facts facts, DateTimeOffset? until, Random random, Func<DateTimeOffset, bool> same)
    {
        var horizon = facts.ChangesAt is { } known && !(until <= known) ? known : until ?? given.Now.AddDays(1200);
        if (until is { } change)
        {
            Assert.Equal(0, change.UtcTicks % TimeSpan.TicksPerSecond * (change == facts.ChangesAt ? 0 : 1));
            Assert.True(change > given.Now);
            if (!(change >= facts.ChangesAt))
                Assert.False(same(change), $"nothing changes at {change:O}");
            if (change - second > given.Now && !(change - second >= facts.ChangesAt))
                Assert.True(same(change - second), $"it changed before {change:O}");
        }

        foreach (var at in Moments(given, horizon, random))
            Assert.True(same(at), $"it changed by {at:O}, not at {until:O}");
    }

    /// <summary>Whole seconds from now up to a horizon: about the turns that the documents name, and at hours in between.</summary>
    private static IEnumerable<DateTimeOffset> Moments(Situation given, DateTimeOffset horizon, Random random)
    {
        var rules = given.Standard.Lifecycle;
        var spans = given
            .Standard.Dimensions.Select(dimension => dimension.What.Window)
            .Concat(given.Standard.Tiers.Select(tier => tier.Revisit))
            .OfType<TimeSpan>()
            .Concat([
                TimeSpan.Zero,
                rules.NewFor,
                rules.IntentFor,
                rules.Dormant.Otherwise,
                rules.ChurnWarning.Otherwise,
                rules.ChurnedAfter,
            ])
            .Concat(Enumerable.Range(0, 12).Select(_ => TimeSpan.FromDays(random.Next(500))))
            .Distinct()
            .ToList();
        var bases = given
            .History.Select(e => e.OccurredAt)
            .Concat(given.History.Select(e => (e.What as PotentialRated)?.Expires).OfType<DateTimeOffset>());
        var held = given.Standard.Stability;
        spans.AddRange([
            held.Grace,
            held.MinimumStay,
            Stability.Quarter,
            TimeSpan.FromDays(45),
            TimeSpan.FromDays(60),
            TimeSpan.FromDays(90),
        ]);
        var turns = bases
            .SelectMany(from => spans.Select(span => Floor(from + span)))
            .SelectMany(turn => new[] { turn, turn + second })
            .ToArray();
        random.Shuffle(turns);
        var hours = (int)Math.Min(20_000, (horizon - given.Now).TotalHours);
        return turns
            .Where(turn => turn > given.Now && turn < horizon)
            .Take(80)
            .Concat(Enumerable.Range(0, 40).Select(_ => Floor(given.Now.AddHours(random.Next(hours + 1)))))
            .Where(at => at > given.Now && at < horizon);
    }

    private static DateTimeOffset Floor(DateTimeOffset instant) => instant.AddTicks(-(instant.UtcTicks % TimeSpan.TicksPerSecond));

    private static string AnswerOf(Decision decision) =>
        $"{decision.Tier.Name} {decision.Stage} {string.Join(",", decision.Tags)} {string.Join(",", decision.Obligations.Select(obligation => $"{obligation.Name}@{obligation.Since:O}"))}";
}
