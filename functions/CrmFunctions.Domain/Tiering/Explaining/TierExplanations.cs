using System.Collections.Immutable;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering.Measuring;
using CrmFunctions.Domain.Tiering.Scoring;
using CrmFunctions.Domain.Tiering.Walking;

namespace CrmFunctions.Domain.Tiering.Explaining;

/// <summary>Writes the receipt of an answer.</summary>
internal static class TierExplanations
{
    public static TierExplanation Write(Facts facts, Standard standard, Calibration calibration, DateTimeOffset now)
    {
        var course = new Course(facts, standard, calibration, now);
        var (walk, seen) = (course.Walk, course.Seen);
        ImmutableArray<Term> terms = [.. Enumerable.Range(0, standard.Dimensions.Length).Select(i => Term(course, i))];
        var unknown = new UnknownValues(course);
        var (up, down) = SmallestChanges.Of(course, terms);
        var basis = BasisOf(course, seen);
        var certain = walk.Pins.Tier >= 0 || unknown.ChangeNothing();

        // The last question: it takes the walk away from now.
        var drop = Drop(course);
        return new TierExplanation(
            standard.Name,
            calibration.Version,
            terms,
            PointsTable.Points(course.Start.Score),
            basis,
            up,
            down,
            drop,
            unknown.Names,
            certain
        );
    }

    private static Term Term(Course course, int index)
    {
        var (dimension, table, gauge) = (course.Standard.Dimensions[index], course.Calibrated.Tables[index], course.Walk.Gauges[index]);
        var reading = gauge.At(course.Seen);
        return new Term(
            dimension.Name,
            dimension.Measure,
            reading.State == ReadingState.Known ? Plain(reading.Value) : null,
            reading.State != ReadingState.Unknown,
            reading.State == ReadingState.Unknown ? null : table.BandOf(reading),
            Plain(PointsTable.Points(table.Of(reading))),
            dimension.Weight,
            dimension.Cap,
            gauge.Events()
        );
    }

    private static Basis BasisOf(Course course, long seen)
    {
        var (standard, walk) = (course.Standard, course.Walk);
        var says = walk.Says(seen);
        var reached = standard.Tiers[says].Name;
        if (walk.Pins is { Tier: >= 0, Current: { } pin })
            return new Basis(BasisKind.Pin, reached, pin.Reason, pin.Author, pin.Expires, [pin.Event]);

        var tier = walk.Standing.Tier;
        if (walk.Ruling.Applied(says) is var ruled && ruled == tier && ruled != says)
            return Ruled(course, reached, tier);
        if (ruled != tier)
            return Held(course, reached, seen);
        if (walk.Ruling.Is == tier)
            return Ruled(course, reached, tier);
        var kind =
            standard.Matrix is not null ? BasisKind.Matrix
            : standard.Kind == StandardKind.Ladder ? BasisKind.Score
            : BasisKind.Otherwise;
        return new Basis(kind, reached, null, null, null, []);
    }

    private static Basis Ruled(Course course, string reached, int tier)
    {
        var rules = course
            .Standard.Rules.Where(
                (rule, i) => rule.Effect is not null && rule.Tier == tier && (course.Walk.Ruling.Matched & (1UL << i)) != 0
            )
            .ToList();
        return new Basis(
            BasisKind.Rule,
            reached,
            string.Join("; ", rules.Select(rule => rule.Reason)),
            null,
            null,
            [.. rules.SelectMany(rule => course.Walk.Rules!.Events(rule)).Distinct()]
        );
    }

    private static Basis Held(Course course, string reached, long seen)
    {
        var (standing, stability) = (course.Walk.Standing, course.Standard.Stability);
        if (standing.Due == Gauge.Never)
            return new Basis(BasisKind.Held, reached, "margin", null, null, []);
        var until = new DateTimeOffset(standing.Due, TimeSpan.Zero);
        var why =
            standing.Due == standing.Since + stability.Grace.Ticks ? "grace"
            : standing.Due == standing.Entered + stability.MinimumStay.Ticks ? "minimumStay"
            : "maxMovesPerQuarter";
        return new Basis(BasisKind.Held, reached, why, null, until, []);
    }

    private static Drop? Drop(Course course)
    {
        var ladder = course.Standard.Kind == StandardKind.Ladder;
        if (ladder && course.Start.Tier == course.Standard.Tiers.Length - 1)
            return null;
        var end = course.Facts.ChangesAt;
        var left = course.FirstChange((now, then) => ladder ? then.Tier > now.Tier : then.Tier != now.Tier);
        return left is { } gone && gone.Answer.Tier != course.Start.Tier && !(gone.At >= end)
            ? new Drop(gone.At, course.Standard.Tiers[gone.Answer.Tier].Name)
            : null;
    }

    // As people write it: without zeros at the end.
    private static decimal Plain(decimal value) => value / 1.000000000000000000000000000m;
}
