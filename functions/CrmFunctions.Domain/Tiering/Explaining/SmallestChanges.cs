using System.Collections.Immutable;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering.Scoring;
using CrmFunctions.Domain.Tiering.Walking;

namespace CrmFunctions.Domain.Tiering.Explaining;

/// <summary>The smallest changes of single values that would move a customer.</summary>
/// <remarks>
/// Source: Tiering/Counterfactuals.md. Points never fall towards the better side, so each is found by bisection in the measure's units.
/// </remarks>
internal static class SmallestChanges
{
    public static (ImmutableArray<Change> Up, ImmutableArray<Change> Down) Of(Course course, ImmutableArray<Term> terms)
    {
        if (course.Walk.Pins.Tier >= 0 || course.Walk.Ruling.Is >= 0)
            return ([], []);
        if (course.Calibrated.ByScore)
            return (UpByScore(course, terms), DownByScore(course, terms));
        return course.Standard.Matrix is { } matrix
            ? (ByBand(course, terms, matrix, better: true), ByBand(course, terms, matrix, better: false))
            : ([], []);
    }

    private static ImmutableArray<Change> UpByScore(Course course, ImmutableArray<Term> terms)
    {
        var (calibrated, tier) = (course.Calibrated, course.Walk.Standing.Tier);
        if (tier == 0 || course.Walk.Ruling.AtMost >= tier)
            return [];
        var lacking = calibrated.From(tier - 1) - course.Start.Score;
        return Each(
            course,
            terms,
            (index, table) =>
            {
                var needed = Points(course, index) + lacking;
                return needed > table.Most ? null : (value => table.Of(value) >= needed, true, course.Standard.Tiers[tier - 1]);
            }
        );
    }

    private static ImmutableArray<Change> DownByScore(Course course, ImmutableArray<Term> terms)
    {
        var (calibrated, tier) = (course.Calibrated, course.Walk.Standing.Tier);
        var spare = course.Start.Score - (calibrated.From(tier) - calibrated.Margin);
        if (tier == course.Standard.Tiers.Length - 1 || spare < 0 || course.Walk.Ruling.AtLeast <= tier)
            return [];
        return Each(
            course,
            terms,
            (index, table) =>
            {
                // A value that is unknown, or worse than any, cannot become worse.
                var limit = Points(course, index) - spare;
                if (limit <= 0 || terms[index].Value is null)
                    return null;
                var left = course.Start.Score - Points(course, index);
                return (
                    value => table.Of(value) >= limit,
                    false,
                    course.Standard.Tiers[course.Walk.Ruling.Applied(calibrated.TierOf(left + table.Below(limit)))]
                );
            }
        );
    }

    private static ImmutableArray<Change> ByBand(Course course, ImmutableArray<Term> terms, Matrix matrix, bool better)
    {
        var tier = course.Walk.Standing.Tier;
        var ladder = course.Standard.Kind == StandardKind.Ladder;
        int BandOf(int dimension) => course.Calibrated.Tables[dimension].BandOf(course.Walk.Gauges[dimension].At(course.Seen)) ?? 0;
        var (row, column) = (BandOf(matrix.Rows), BandOf(matrix.Columns));
        int Cell(int axis, int band) =>
            course.Walk.Ruling.Applied(axis == matrix.Rows ? matrix.Cells[band][column] : matrix.Cells[row][band]);
        bool Moves(int axis, int band) =>
            !ladder ? Cell(axis, band) != tier
            : better ? Cell(axis, band) < tier
            : Cell(axis, band) > tier;

        return Each(
            course,
            terms,
            (index, table) =>
            {
                if (index != matrix.Rows && index != matrix.Columns)
                    return null;
                if (terms[index].Value is null && !better)
                    return null;
                var now = index == matrix.Rows ? row : column;
                var bands = better ? Enumerable.Range(now + 1, table.BandCount - now - 1) : Enumerable.Range(0, now).Reverse();
                var first = bands.Select(band => (int?)band).FirstOrDefault(band => Moves(index, band!.Value));
                if (first is not { } reached)
                    return null;
                var destination = course.Standard.Tiers[Cell(index, reached)];
                return better
                    ? (value => table.BandOf(value) >= reached, true, destination)
                    : (value => table.BandOf(value) > reached, false, destination);
            }
        );
    }

    private static long Points(Course course, int index) => course.Calibrated.Tables[index].Of(course.Walk.Gauges[index].At(course.Seen));

    /// <summary>For each dimension the value at which a test that holds for all better values begins to hold, or just does not.</summary>
    private static ImmutableArray<Change> Each(
        Course course,
        ImmutableArray<Term> terms,
        Func<int, PointsTable, (Func<decimal, bool> Holds, bool Begins, Tier Tier)?> test
    )
    {
        var changes = ImmutableArray.CreateBuilder<Change>();
        for (var i = 0; i < terms.Length; i++)
        {
            var (dimension, table) = (course.Standard.Dimensions[i], course.Calibrated.Tables[i]);
            if (test(i, table) is not var (holds, begins, tier))
                continue;
            if (Edge(course, dimension, table, holds, begins) is { } value)
                changes.Add(new Change(dimension.Name, terms[i].Value, value, tier.Name));
        }

        return changes.DrainToImmutable();
    }

    private static decimal? Edge(Course course, Dimension dimension, PointsTable table, Func<decimal, bool> holds, bool begins)
    {
        var unit = dimension.Measure.Unit(Currencies.Factor(course.Standard.Currency));
        var (below, above) = (Math.Floor(table.Ends.First / unit) - 1, Math.Ceiling(table.Ends.Last / unit) + 1);
        var (worst, best) = dimension.LowerIsBetter ? (above, below) : (below, above);
        if (holds(worst * unit) || !holds(best * unit))
            return null;
        while (Math.Abs(best - worst) > 1)
        {
            var middle = Math.Floor((worst + best) / 2);
            if (holds(middle * unit))
                best = middle;
            else
                worst = middle;
        }

        var value = (begins ? best : worst) * unit;
        var largest = dimension.Measure.Largest() ?? decimal.MaxValue;
        if (value < 0)
            return null;
        if (value <= largest)
            return value;

        // Beyond the largest there is nothing: where the largest itself does, it does.
        return holds(largest) == begins ? largest : null;
    }
}
