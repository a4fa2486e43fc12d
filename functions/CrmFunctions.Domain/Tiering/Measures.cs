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

/// <summary>Measures one dimension of a customer at an instant.</summary>
/// <remarks>Source: Tiering/Measures.md. Something is inside a window of length w at t when t - w &lt; it &lt;= t.</remarks>
internal static class Measures
{
    public static Reading Of(Facts facts, Dimension dimension, Standard standard, DateTimeOffset now)
    {
        var from = dimension.Window is { } window ? now - window : DateTimeOffset.MinValue;
        return dimension.Measure switch
        {
            Measure.DaysSinceLastOrder => facts.Orders is [.., var last] ? Days(now - last.At) : Reading.Worst,
            Measure.Orders => OrdersSince(facts, from).Length,
            Measure.NetRevenue => Revenue(OrdersSince(facts, from), standard),
            Measure.AverageOrder => Average(OrdersSince(facts, from), standard),
            Measure.Tenure => facts.Orders is [var first, ..] ? Days(now - first.At) : 0m,
            Measure.Engagement => (decimal)Math.Round(Tiering.Engagement.At(TouchesSince(facts, from), dimension.HalfLife, now), Scorecard.Decimals),
            Measure.Potential => RatingAt(facts, now) is { } rating ? rating.Score : Reading.Unknown,
            Measure.Referrals => Since(facts.Referrals, from).Length,
            Measure.Complaints => Since(facts.Complaints, from).Length,
            Measure.Satisfaction => Mean(Since(facts.Feedback, from)),
            _ => throw new ArgumentOutOfRangeException(nameof(dimension), dimension.Measure, "No rule measures it."),
        };
    }

    /// <summary>Names of the events behind a value.</summary>
    public static ImmutableArray<string> Events(Facts facts, Dimension dimension, DateTimeOffset now)
    {
        var from = dimension.Window is { } window ? now - window : DateTimeOffset.MinValue;
        return dimension.Measure switch
        {
            Measure.DaysSinceLastOrder => facts.Orders is [.., var last] ? last.Events : [],
            Measure.Tenure => facts.Orders is [var first, ..] ? first.Events : [],
            Measure.Orders or Measure.NetRevenue or Measure.AverageOrder => Names(OrdersSince(facts, from)),
            Measure.Engagement => Names(TouchesSince(facts, from)),
            Measure.Potential => RatingAt(facts, now) is { } rating ? [rating.Event] : [],
            Measure.Referrals => Names(Since(facts.Referrals, from)),
            Measure.Complaints => Names(Since(facts.Complaints, from)),
            Measure.Satisfaction => Names(Since(facts.Feedback, from)),
            _ => throw new ArgumentOutOfRangeException(nameof(dimension), dimension.Measure, "No rule names its events."),
        };
    }

    /// <summary>The instants at which a value may step by itself, past ones included. Decay, which never steps, is left out.</summary>
    public static void AddTurns(Facts facts, Dimension dimension, Calibration calibration, List<DateTimeOffset> turns)
    {
        switch (dimension.Measure)
        {
            case Measure.DaysSinceLastOrder when facts.Orders is [.., var last]:
                AddDays(last.At, dimension, calibration, turns);
                break;
            case Measure.Tenure when facts.Orders is [var first, ..]:
                AddDays(first.At, dimension, calibration, turns);
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
                foreach (var order in facts.Orders) turns.Add(order.At + window);
                break;
            case Measure.Engagement:
                foreach (var touch in facts.Touches) turns.Add(touch.At + window);
                break;
            case Measure.Referrals or Measure.Complaints or Measure.Satisfaction:
                var marks = dimension.Measure switch { Measure.Referrals => facts.Referrals, Measure.Complaints => facts.Complaints, _ => facts.Feedback };
                foreach (var mark in marks) turns.Add(mark.At + window);
                break;
        }
    }

    private static void AddDays(DateTimeOffset from, Dimension dimension, Calibration calibration, List<DateTimeOffset> turns)
    {
        if (dimension.Rating is LinearScale scale)
        {
            for (var day = Math.Max(0, (int)scale.From); day <= scale.To; day++) turns.Add(from + TimeSpan.FromDays(day));
            return;
        }

        foreach (var cut in Scorecard.Cuts(dimension, dimension.Rating, calibration))
        {
            if (cut < 36500) turns.Add(from + TimeSpan.FromDays((double)Math.Ceiling(cut)));
        }
    }

    private static decimal Days(TimeSpan age) => Math.Max(0, age.Ticks / TimeSpan.TicksPerDay);

    private static Reading Revenue(ReadOnlySpan<Order> orders, Standard standard)
    {
        var sum = 0m;
        foreach (var order in orders)
        {
            if (Converted(order.Net, standard) is not { } amount) return Reading.Unknown;
            sum += amount;
        }

        return sum;
    }

    private static Reading Average(ReadOnlySpan<Order> orders, Standard standard)
    {
        var revenue = Revenue(orders, standard);
        return orders.Length == 0 || revenue.State != ReadingState.Known ? Reading.Unknown : Math.Round(revenue.Value / orders.Length, 2);
    }

    private static decimal? Converted(Money money, Standard standard)
    {
        if (money.Currency == standard.Currency) return money.Amount;
        return standard.Rates.TryGetValue(money.Currency, out var rate) ? money.Amount * rate : null;
    }

    private static Reading Mean(ReadOnlySpan<Mark> marks)
    {
        if (marks.Length == 0) return Reading.Unknown;
        var sum = 0m;
        foreach (var mark in marks) sum += mark.Value;
        return Math.Round(sum / marks.Length, 2);
    }

    private static Rating? RatingAt(Facts facts, DateTimeOffset now)
    {
        for (var i = facts.Ratings.Length - 1; i >= 0; i--)
        {
            if (facts.Ratings[i].Expires is not { } expires || now < expires) return facts.Ratings[i];
        }

        return null;
    }

    private static ReadOnlySpan<Order> OrdersSince(Facts facts, DateTimeOffset from)
    {
        var orders = facts.Orders.AsSpan();
        var start = orders.Length;
        while (start > 0 && orders[start - 1].At > from) start--;
        return orders[start..];
    }

    private static ReadOnlySpan<Touch> TouchesSince(Facts facts, DateTimeOffset from)
    {
        var touches = facts.Touches.AsSpan();
        var start = touches.Length;
        while (start > 0 && touches[start - 1].At > from) start--;
        return touches[start..];
    }

    private static ReadOnlySpan<Mark> Since(ImmutableArray<Mark> marks, DateTimeOffset from)
    {
        var start = marks.Length;
        while (start > 0 && marks[start - 1].At > from) start--;
        return marks.AsSpan()[start..];
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
