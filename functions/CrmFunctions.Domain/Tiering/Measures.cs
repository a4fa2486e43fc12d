using System.Collections.Immutable;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Tiering;

/// <summary>Whether there is a value.</summary>
internal enum ReadingState
{
    /// <summary>There is one.</summary>
    Known,

    /// <summary>Known to be worse than any value: days since the last order of somebody who never ordered.</summary>
    Worst,

    /// <summary>Not known. Not zero.</summary>
    Unknown,
}

/// <summary>A measured value.</summary>
internal readonly record struct Reading(decimal Value, ReadingState State)
{
    public static Reading Unknown => new(0, ReadingState.Unknown);

    public static Reading Worst => new(0, ReadingState.Worst);

    public static implicit operator Reading(decimal value) => new(value, ReadingState.Known);
}

/// <summary>Measures one dimension of one customer at any instant from the facts' own on.</summary>
/// <remarks>
/// Source: Tiering/Measures.md. Something is inside a window of length w at t when t - w &lt; it &lt;= t.
/// Sums are prepared once: a decision takes many readings, and each costs the same for ten events and for fifty thousand.
/// </remarks>
internal sealed class Meter
{
    private readonly Facts facts;
    private readonly Dimension dimension;
    private readonly DateTimeOffset last;

    // At each place of the history, the sum from there to its end; one place more than events.
    private readonly decimal[] sums = [];
    private readonly double[] engagement = [];
    private readonly int unknownBefore;

    public Meter(Facts facts, Dimension dimension, Standard standard)
    {
        this.facts = facts;
        this.dimension = dimension;
        switch (dimension.Measure)
        {
            case Measure.NetRevenue or Measure.AverageOrder:
                sums = new decimal[facts.Orders.Length + 1];
                for (var i = facts.Orders.Length - 1; i >= 0; i--)
                {
                    var amount = Converted(facts.Orders[i].Net, standard);
                    if (amount is null) unknownBefore = Math.Max(unknownBefore, i + 1);
                    sums[i] = sums[i + 1] + (amount ?? 0m);
                }

                break;
            case Measure.Satisfaction:
                sums = new decimal[facts.Feedback.Length + 1];
                for (var i = facts.Feedback.Length - 1; i >= 0; i--) sums[i] = sums[i + 1] + facts.Feedback[i].Value;
                break;
            case Measure.Engagement when facts.Touches is [.., var touch]:
                last = touch.At;
                engagement = Tiering.Engagement.Sums(facts.Touches.AsSpan(), dimension.HalfLife);
                break;
        }
    }

    public Dimension Dimension => dimension;

    /// <summary>The value runs on by itself between its turns, one way only: engagement fades.</summary>
    public bool Decays => engagement.Length > 0;

    public Reading At(DateTimeOffset now) => dimension.Measure switch
    {
        Measure.DaysSinceLastOrder => facts.Orders is [.., var order] ? Days(now - order.At) : Reading.Worst,
        Measure.Orders => facts.Orders.Length - FirstOrder(now),
        Measure.NetRevenue => Revenue(FirstOrder(now)),
        Measure.AverageOrder => Average(FirstOrder(now)),
        Measure.Tenure => facts.Orders is [var first, ..] ? Days(now - first.At) : 0m,
        Measure.Engagement => Faded(now),
        Measure.Potential => RatingAt(now) is { } rating ? rating.Score : Reading.Unknown,
        Measure.Referrals => facts.Referrals.Length - First(facts.Referrals, now),
        Measure.Complaints => facts.Complaints.Length - First(facts.Complaints, now),
        Measure.Satisfaction => Mean(First(facts.Feedback, now)),
        _ => throw new InvalidOperationException($"No rule measures {dimension.Measure}."),
    };

    /// <summary>Names of the events behind the value.</summary>
    public ImmutableArray<string> Events(DateTimeOffset now) => dimension.Measure switch
    {
        Measure.DaysSinceLastOrder => facts.Orders is [.., var order] ? order.Events : [],
        Measure.Tenure => facts.Orders is [var first, ..] ? first.Events : [],
        Measure.Orders or Measure.NetRevenue or Measure.AverageOrder => Names(facts.Orders.AsSpan()[FirstOrder(now)..]),
        Measure.Engagement => Names(facts.Touches.AsSpan()[FirstTouch(now)..]),
        Measure.Potential => RatingAt(now) is { } rating ? [rating.Event] : [],
        Measure.Referrals => Names(facts.Referrals.AsSpan()[First(facts.Referrals, now)..]),
        Measure.Complaints => Names(facts.Complaints.AsSpan()[First(facts.Complaints, now)..]),
        Measure.Satisfaction => Names(facts.Feedback.AsSpan()[First(facts.Feedback, now)..]),
        _ => throw new InvalidOperationException($"No rule names the events of {dimension.Measure}."),
    };

    /// <summary>The instants at which the value may step by itself, past ones included. Decay, which never steps, is left out.</summary>
    public void AddTurns(Calibration calibration, Turns turns)
    {
        switch (dimension.Measure)
        {
            case Measure.DaysSinceLastOrder when facts.Orders is [.., var order]:
                AddDays(order.At, calibration, turns);
                break;
            case Measure.Tenure when facts.Orders is [var first, ..]:
                AddDays(first.At, calibration, turns);
                break;
            case Measure.Potential:
                foreach (var rating in facts.Ratings)
                {
                    if (rating.Expires is { } expires) turns.Add(expires);
                }

                break;
        }

        if (dimension.Window is not { } window) return;
        switch (dimension.Measure)
        {
            case Measure.Orders or Measure.NetRevenue or Measure.AverageOrder:
                for (var i = FirstOrder(turns.From); i < facts.Orders.Length; i++) turns.Add(facts.Orders[i].At + window);
                break;
            case Measure.Engagement:
                for (var i = FirstTouch(turns.From); i < facts.Touches.Length; i++) turns.Add(facts.Touches[i].At + window);
                break;
            case Measure.Referrals or Measure.Complaints or Measure.Satisfaction:
                var marks = dimension.Measure switch { Measure.Referrals => facts.Referrals, Measure.Complaints => facts.Complaints, _ => facts.Feedback };
                for (var i = First(marks, turns.From); i < marks.Length; i++) turns.Add(marks[i].At + window);
                break;
        }
    }

    private void AddDays(DateTimeOffset from, Calibration calibration, Turns turns)
    {
        if (dimension.Rating is LinearScale scale)
        {
            var past = (turns.From - from).Ticks / TimeSpan.TicksPerDay;
            var end = Math.Min(Math.Ceiling(scale.To), Turns.LongestDays);
            for (var day = Math.Max(past, Math.Floor(scale.From)); day <= end; day++) turns.Add(from + TimeSpan.FromDays((double)day));
            return;
        }

        foreach (var cut in Scorecard.Cuts(dimension, dimension.Rating, calibration))
        {
            if (cut is > 0 and < Turns.LongestDays) turns.Add(from + TimeSpan.FromDays((double)Math.Ceiling(cut)));
        }
    }

    private static decimal Days(TimeSpan age) => Math.Max(0, age.Ticks / TimeSpan.TicksPerDay);

    private Reading Revenue(int first) => first < unknownBefore ? Reading.Unknown : sums[first];

    private Reading Average(int first)
    {
        var orders = facts.Orders.Length - first;
        return orders == 0 || first < unknownBefore ? Reading.Unknown : Math.Round(sums[first] / orders, 2, MidpointRounding.AwayFromZero);
    }

    private Reading Mean(int first)
    {
        var marks = facts.Feedback.Length - first;
        return marks == 0 ? Reading.Unknown : Math.Round(sums[first] / marks, 2, MidpointRounding.AwayFromZero);
    }

    private Reading Faded(DateTimeOffset now)
    {
        if (engagement.Length == 0) return 0m;
        var points = engagement[FirstTouch(now)] * Math.Pow(0.5, (now - last) / dimension.HalfLife);
        return (decimal)Math.Round(points, Scorecard.Decimals, MidpointRounding.AwayFromZero);
    }

    private static decimal? Converted(Money money, Standard standard)
    {
        if (money.Currency == standard.Currency) return money.Amount;
        return standard.Rates.TryGetValue(money.Currency, out var rate) ? money.Amount * rate : null;
    }

    private Rating? RatingAt(DateTimeOffset now)
    {
        for (var i = facts.Ratings.Length - 1; i >= 0; i--)
        {
            if (facts.Ratings[i].Expires is not { } expires || now < expires) return facts.Ratings[i];
        }

        return null;
    }

    private int FirstOrder(DateTimeOffset now) => FirstInside(facts.Orders.AsSpan(), static order => order.At, now);

    private int FirstTouch(DateTimeOffset now) => FirstInside(facts.Touches.AsSpan(), static touch => touch.At, now);

    private int First(ImmutableArray<Mark> marks, DateTimeOffset now) => FirstInside(marks.AsSpan(), static mark => mark.At, now);

    // The place of the first that lies inside the window at an instant; the end where none does.
    private int FirstInside<T>(ReadOnlySpan<T> items, Func<T, DateTimeOffset> at, DateTimeOffset now)
    {
        if (dimension.Window is not { } window) return 0;
        var from = now - window;
        var (low, high) = (0, items.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (at(items[middle]) > from) high = middle;
            else low = middle + 1;
        }

        return low;
    }

    private static ImmutableArray<string> Names(ReadOnlySpan<Order> orders)
    {
        var names = ImmutableArray.CreateBuilder<string>(orders.Length);
        foreach (var order in orders) names.AddRange(order.Events);
        return names.DrainToImmutable();
    }

    private static ImmutableArray<string> Names(ReadOnlySpan<Touch> touches)
    {
        var names = ImmutableArray.CreateBuilder<string>(touches.Length);
        foreach (var touch in touches) names.Add(touch.Event);
        return names.MoveToImmutable();
    }

    private static ImmutableArray<string> Names(ReadOnlySpan<Mark> marks)
    {
        var names = ImmutableArray.CreateBuilder<string>(marks.Length);
        foreach (var mark in marks) names.Add(mark.Event);
        return names.MoveToImmutable();
    }
}
