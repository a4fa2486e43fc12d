using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Standards;
using CrmFunctions.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace CrmFunctions.UnitTests.Domain.Laws;

/// <summary>Tiers that are held, against a plain count day by day: everything in these histories falls on whole days.</summary>
public sealed class StandingLaws
{
    private const int Length = 500;

    private static readonly Gen<Stability> stability =
        from margin in Gen.Elements(0m, 2m, 5m, 20m)
        from stay in Gen.Elements(0, 10, 30)
        from grace in Gen.Elements(0, 1, 14)
        from moves in Gen.Elements<int?>(null, 2, 3, 4)
        select new Stability(margin, TimeSpan.FromDays(stay), TimeSpan.FromDays(grace), moves);

    private static readonly Gen<Standard> standards =
        from held in stability
        from window in Gen.Elements<double?>(null, 30, 90)
        from scale in Gen.Elements<PointsRule>(new Bands([50, 200, 800]), new LinearScale(0, 1000), new LogScale(10, 2000))
        from cuts in Gen.Choose(1, 99).ListOf(3)
        let tiers = Make.Tiers(cuts.Select(cut => (decimal)cut).Append(0m).Distinct().OrderDescending())
        select Make.Standard([.. Dimensions(scale, window)], tiers) with
        {
            Stability = held,
        };

    private static readonly Gen<IReadOnlyList<CustomerEvent>> histories =
        from events in Gen.Choose(1, 25).SelectMany(count => OnADay().ListOf(count))
        select (IReadOnlyList<CustomerEvent>)[.. events.Select((e, i) => e with { Id = $"e{i}" })];

    private static IEnumerable<Dimension> Dimensions(PointsRule scale, double? window) =>
        [
            Make.Dimension(Measure.NetRevenue, 50, scale, windowDays: window, name: "money"),
            Make.Dimension(Measure.DaysSinceLastOrder, 30, new Bands([7, 30, 60]), lowerIsBetter: true, name: "recency"),
            Make.Dimension(weight: 20, whenUnknown: WhenUnknown.Neutral, name: "potential"),
        ];

    private static Gen<CustomerEvent> OnADay() =>
        from day in Gen.Choose(0, Length)
        from kind in Gen.Choose(0, 9)
        from order in Gen.Choose(1, 6)
        from amount in Gen.Choose(1, 120)
        from expires in Gen.Choose(1, 80)
        select Make.Event(
            kind switch
            {
                <= 5 => new OrderPaid($"o{order}", Make.Amount(amount * 10)),
                6 => new OrderRefunded($"o{order}", null, amount > 60 ? null : Make.Amount(amount)),
                7 => new OrderCancelled($"o{order}"),
                _ => new PotentialRated(amount % 101, "wang", "met", amount > 60 ? Make.Day(day + expires) : null),
            },
            Make.Day(day)
        );

    [Fact]
    public void Every_day_the_tier_is_that_of_a_plain_count() =>
        Any.Always(
            histories.SelectMany(_ => standards, (history, standard) => (history, standard)),
            120,
            pair =>
            {
                var (history, standard) = pair;
                var free = standard with { Stability = Stability.None };
                var first = (int)(history.Min(e => e.OccurredAt) - Make.Start).TotalDays;
                var count = new PlainCount(standard);
                for (var day = first; day <= Length + 40; day++)
                {
                    var score = Make.Decision(history, Make.Day(day), free).Score;
                    var tier = count.On(day, score);
                    Assert.Equal(standard.Tiers[tier].Name, Make.Decision(history, Make.Day(day), standard).Tier.Name);
                }
            }
        );

    [Fact]
    public void The_drop_comes_on_the_day_that_was_said() =>
        Any.Always(
            histories.SelectMany(_ => standards, (history, standard) => (history, standard)),
            400,
            pair =>
            {
                var (history, standard) = pair;
                var now = history.Max(e => e.OccurredAt).AddDays(1);
                var decision = Make.Decision(history, now, standard);
                if (decision.Receipt.Drop is not { } drop)
                    return;
                Assert.Equal(decision.Tier.Name, Make.Decision(history, drop.At.AddSeconds(-1), standard).Tier.Name);
                Assert.Equal(drop.Tier, Make.Decision(history, drop.At, standard).Tier.Name);
            }
        );

    [Fact]
    public void A_year_of_swinging_moves_twice_a_quarter_at_most_and_a_big_order_rises_at_once()
    {
        var standard = Make.Standard([Make.Dimension()], Make.Tiers([70, 0])) with
        {
            Stability = new Stability(5, TimeSpan.FromDays(30), TimeSpan.FromDays(14), 2),
        };
        var random = new Random(7);
        foreach (var swing in new[] { 1, 2, 15, 16, 29, 30, 40 })
        {
            var history = Enumerable
                .Range(0, 365 / swing)
                .Select(i =>
                    Make.Event(new PotentialRated(i % 2 == 0 ? 64 : 71, "wang", $"{i}", null), Make.Day(i * swing + random.Next(swing)))
                )
                .ToList();
            var moves = new List<int>();
            var before = "";
            for (var day = 0; day <= 365; day++)
            {
                var tier = Make.Decision(history, Make.Day(day), standard).Tier.Name;
                if (before.Length > 0 && tier != before)
                    moves.Add(day);
                before = tier;
            }

            Assert.All(moves, move => Assert.InRange(moves.Count(other => other > move - 91 && other <= move), 1, 2));
            Assert.NotEmpty(moves);
            var fallen = moves.Where((_, i) => i % 2 == 1).Select(day => Make.Day(day)).ToList();
            foreach (var day in fallen)
            {
                var big = history
                    .Where(e => e.OccurredAt <= day)
                    .Append(Make.Event(new PotentialRated(95, "wang", "big", null), day.AddSeconds(1)));
                Assert.Equal("A", Make.Decision(big, day.AddSeconds(1), standard).Tier.Name);
            }
        }
    }

    [Fact]
    public void What_was_given_back_later_counted_until_then()
    {
        var standard = Make.Standard([Make.Dimension(Measure.NetRevenue, rating: new Bands([100]))], Make.Tiers([50, 0])) with
        {
            Stability = new Stability(0, TimeSpan.FromDays(30), TimeSpan.FromDays(14), null),
        };
        var events = new[]
        {
            Make.Event(),
            Make.Paid(at: Make.Day(10)),
            Make.Event(new OrderRefunded("o1", null, null), Make.Day(12), "r"),
        };
        Assert.Equal("A", Make.Decision(events[..2], Make.Day(11), standard).Tier.Name);
        Assert.Equal("A", Make.Decision(events, Make.Day(39), standard).Tier.Name);
        Assert.Equal("B", Make.Decision(events, Make.Day(40), standard).Tier.Name);
        Assert.Equal(Make.Day(40), Make.Decision(events, Make.Day(12), standard).NextReview);
    }

    [Fact]
    public void A_late_event_puts_right_what_was_decided_without_it()
    {
        var standard = Make.Standard([Make.Dimension()], Make.Tiers([50, 0])) with
        {
            Stability = new Stability(0, TimeSpan.Zero, TimeSpan.FromDays(14), null),
        };
        var events = new[]
        {
            Make.Event(new PotentialRated(60, "wang", "a", null)),
            Make.Event(new PotentialRated(40, "wang", "b", null), Make.Day(10)),
        };
        Assert.Equal("B", Make.Decision(events, Make.Day(30), standard).Tier.Name);
        var late = Make.Event(new PotentialRated(55, "wang", "c", null), Make.Day(20));
        Assert.Equal("A", Make.Decision([.. events, late], Make.Day(30), standard).Tier.Name);
    }

    /// <summary>Stability.md once more, day by day.</summary>
    private sealed class PlainCount(Standard standard)
    {
        private readonly List<int> moves = [];
        private int tier = -1;
        private int entered;
        private int? low;

        public int On(int day, decimal score)
        {
            var says = standard.Tiers.ToList().FindIndex(each => score >= each.From);
            if (tier < 0)
                (tier, entered) = (says, day);
            var stability = standard.Stability;
            if (says < tier)
            {
                Move(day, says);
            }
            else if (says == tier || score >= standard.Tiers[tier].From - stability.DemoteMargin)
            {
                low = null;
            }
            else
            {
                low ??= day;
                var often = stability.MaxMovesPerQuarter is { } most && moves.Count(move => move > day - 91) > most - 2;
                if (day - low >= stability.Grace.TotalDays && day - entered >= stability.MinimumStay.TotalDays && !often)
                    Move(day, says);
            }

            return tier;
        }

        private void Move(int day, int to)
        {
            (tier, entered, low) = (to, day, null);
            moves.Add(day);
        }
    }
}
