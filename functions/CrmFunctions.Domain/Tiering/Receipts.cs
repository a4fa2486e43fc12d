using System.Collections.Immutable;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Tiering;

/// <summary>Writes the receipt of an answer.</summary>
internal static class Receipts
{
    public static Receipt Write(Course course)
    {
        ImmutableArray<Term> terms = [.. course.Meters.Select(meter => Term(course, meter))];
        var score = course.Start.Score;
        var missing = terms.Where(term => !term.Known).ToList();
        var least = score - missing.Sum(term => term.Points);
        var most = least + missing.Sum(term => term.Weight);
        return new Receipt(
            course.Standard.Name,
            course.Calibration.Version,
            terms,
            score,
            Up(course, terms),
            DropOf(course),
            [.. missing.Select(term => term.Dimension)],
            course.TierOf(least) == course.TierOf(most));
    }

    private static Term Term(Course course, Meter meter)
    {
        var dimension = meter.Dimension;
        var reading = meter.At(course.Now);
        var (points, band) = Scorecard.Points(dimension, reading, course.Calibration);
        return new Term(
            dimension.Name, dimension.Measure, reading.State == ReadingState.Known ? reading.Value : null, reading.State != ReadingState.Unknown,
            band, points, dimension.Weight, meter.Events(course.Now));
    }

    private static Drop? DropOf(Course course)
    {
        if (course.Start.Tier == course.Standard.Tiers.Length - 1) return null;
        var at = course.FirstChange(static (now, then) => then.Tier > now.Tier);
        if (at is not { } instant || instant >= course.Facts.ChangesAt) return null;
        return new Drop(instant, course.Standard.Tiers[course.At(instant).Tier].Name);
    }

    private static ImmutableArray<Change> Up(Course course, ImmutableArray<Term> terms)
    {
        if (course.Start.Tier == 0) return [];
        var higher = course.Standard.Tiers[course.Start.Tier - 1];
        var lacking = higher.From - course.Start.Score;
        var changes = ImmutableArray.CreateBuilder<Change>();
        for (var i = 0; i < terms.Length; i++)
        {
            var dimension = course.Standard.Dimensions[i];
            if (terms[i].Points + lacking > dimension.Weight) continue;
            if (Smallest(course, dimension, terms[i].Points + lacking) is { } value)
            {
                changes.Add(new Change(dimension.Name, terms[i].Value, value, higher.Name));
            }
        }

        return changes.DrainToImmutable();
    }

    /// <summary>The value nearest to the worse side that earns at least so many points; null where no possible value is.</summary>
    private static decimal? Smallest(Course course, Dimension dimension, decimal points)
    {
        var unit = Unit(dimension.Measure, course.Standard);
        var (worst, best) = Ends(course, dimension, unit);
        if (Enough(worst) || !Enough(best)) return null;

        // Points never fall towards the better side: bisection in units, between a value that is not enough and one that is.
        while (Math.Abs(best - worst) > 1)
        {
            var middle = Math.Floor((worst + best) / 2);
            if (Enough(middle)) best = middle;
            else worst = middle;
        }

        var value = best * unit;
        var largest = Largest(dimension.Measure) ?? value;
        return value < 0 || (value > largest && !dimension.LowerIsBetter) ? null : Math.Min(value, largest);

        bool Enough(decimal units) => Scorecard.Rated(dimension, units * unit, course.Calibration).Points >= points;
    }

    /// <summary>In units, a value beyond the worst that earns anything and one that earns everything.</summary>
    private static (decimal Worst, decimal Best) Ends(Course course, Dimension dimension, decimal unit)
    {
        var (low, high) = dimension.Rating is LinearScale scale
            ? (scale.From, scale.To)
            : Scorecard.Cuts(dimension, dimension.Rating, course.Calibration) is [var first, ..] cuts ? (first, cuts[^1]) : (0m, 0m);
        var (below, above) = (Math.Floor(low / unit) - 1, Math.Ceiling(high / unit) + 1);
        return dimension.LowerIsBetter ? (above, below) : (below, above);
    }

    private static decimal Unit(Measure measure, Standard standard) => measure switch
    {
        Measure.DaysSinceLastOrder or Measure.Tenure or Measure.Orders or Measure.Referrals or Measure.Complaints => 1m,
        Measure.NetRevenue or Measure.AverageOrder => 1m / Currencies.Factor(standard.Currency),
        Measure.Engagement => 0.0001m,
        _ => 0.01m,
    };

    private static decimal? Largest(Measure measure) => measure switch
    {
        Measure.Potential => 100m,
        Measure.Satisfaction => 10m,
        _ => null,
    };
}
