using System.Collections.Immutable;
using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Tiering;

/// <summary>Writes the receipt of an answer.</summary>
internal static class Receipts
{
    public static Receipt Write(Course course, Answer answer, DateTimeOffset now)
    {
        var terms = course.Standard.Dimensions.Select(dimension => Term(course, dimension, now)).ToImmutableArray();
        var score = terms.Sum(term => term.Points);
        var missing = terms.Where(term => !term.Known).ToList();
        var least = score - missing.Sum(term => term.Points);
        var most = least + missing.Sum(term => term.Weight);
        return new Receipt(
            course.Standard.Name,
            course.Calibration.Version,
            terms,
            score,
            Up(course, answer, terms),
            DropOf(course, now),
            [.. missing.Select(term => term.Dimension)],
            course.TierOf(least) == course.TierOf(most));
    }

    private static Term Term(Course course, Dimension dimension, DateTimeOffset now)
    {
        var reading = Measures.Of(course.Facts, dimension, course.Standard, now);
        var (points, band) = Scorecard.Points(dimension, reading, course.Calibration);
        return new Term(
            dimension.Name, dimension.Measure, reading.State == ReadingState.Known ? reading.Value : null, reading.State != ReadingState.Unknown,
            band, points, dimension.Weight, Measures.Events(course.Facts, dimension, now));
    }

    private static Drop? DropOf(Course course, DateTimeOffset now)
    {
        var at = course.FirstChange(now, static (now, then) => then.Tier > now.Tier);
        if (at is not { } instant || instant >= course.Facts.ChangesAt) return null;
        return new Drop(instant, course.Standard.Tiers[course.At(instant).Tier].Name);
    }

    private static ImmutableArray<Change> Up(Course course, Answer answer, ImmutableArray<Term> terms)
    {
        if (answer.Tier == 0) return [];
        var higher = course.Standard.Tiers[answer.Tier - 1];
        var lacking = higher.From - answer.Score;
        var changes = ImmutableArray.CreateBuilder<Change>();
        for (var i = 0; i < terms.Length; i++)
        {
            var dimension = course.Standard.Dimensions[i];
            if (terms[i].Points + lacking > dimension.Weight) continue;
            if (Smallest(dimension, terms[i].Points + lacking, course.Calibration) is { } value)
            {
                changes.Add(new Change(dimension.Name, terms[i].Value, value, higher.Name));
            }
        }

        return changes.DrainToImmutable();
    }

    /// <summary>The value nearest to the worse side that earns at least so many points.</summary>
    private static decimal? Smallest(Dimension dimension, decimal points, Calibration calibration)
    {
        var unit = Unit(dimension.Measure);
        var worse = dimension.LowerIsBetter ? unit : -unit;
        var value = Guess(dimension, points, calibration, unit);

        // The guess is right but for rounding of points; settle the last unit by asking the rule itself.
        for (var tries = 0; tries < 10 && !Enough(value); tries++) value -= worse;
        for (var tries = 0; tries < 10 && Enough(value + worse); tries++) value += worse;
        return value >= 0 && Enough(value) && !Enough(value + worse) ? value : null;

        bool Enough(decimal candidate) => Scorecard.Rated(dimension, candidate, calibration).Points >= points;
    }

    private static decimal Guess(Dimension dimension, decimal points, Calibration calibration, decimal unit)
    {
        if (dimension.Rating is LinearScale scale)
        {
            var share = points / dimension.Weight;
            var value = scale.From + ((scale.To - scale.From) * (dimension.LowerIsBetter ? 1m - share : share));
            return dimension.LowerIsBetter ? Math.Floor(value / unit) * unit : Math.Ceiling(value / unit) * unit;
        }

        var cuts = Scorecard.Cuts(dimension, dimension.Rating, calibration);
        var band = 1;
        while (band < cuts.Length && Scorecard.Round(dimension.Weight * band / cuts.Length) < points) band++;
        return dimension.LowerIsBetter
            ? (Math.Ceiling(cuts[cuts.Length - band] / unit) * unit) - unit
            : Math.Ceiling(cuts[band - 1] / unit) * unit;
    }

    private static decimal Unit(Measure measure) => measure switch
    {
        Measure.DaysSinceLastOrder or Measure.Tenure or Measure.Orders or Measure.Referrals or Measure.Complaints => 1m,
        Measure.Engagement => 0.0001m,
        _ => 0.01m,
    };
}
