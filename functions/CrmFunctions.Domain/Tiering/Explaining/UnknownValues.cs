using System.Collections.Immutable;
using CrmFunctions.Domain.Tiering.Measuring;
using CrmFunctions.Domain.Tiering.Walking;

namespace CrmFunctions.Domain.Tiering.Explaining;

/// <summary>What is not known of a customer, and whether learning it now could change the tier.</summary>
/// <remarks>Source: Tiering/Scorecard.md, section "Unknown, zero, worst".</remarks>
internal sealed class UnknownValues
{
    private readonly Course course;
    private readonly List<(int Dimension, long Least, long Most)> open = [];
    private readonly ImmutableArray<string> ruled;

    public UnknownValues(Course course)
    {
        this.course = course;
        for (var i = 0; i < course.Walk.Gauges.Length; i++)
        {
            var (gauge, table) = (course.Walk.Gauges[i], course.Calibrated.Tables[i]);
            if (gauge.Range(course.Seen) is { } range)
                open.Add((i, Math.Min(table.Of(range.Least), table.Of(range.Most)), Math.Max(table.Of(range.Least), table.Of(range.Most))));
            else if (gauge.At(course.Seen).State == ReadingState.Unknown)
                open.Add((i, 0, table.Most));
        }

        ruled = course.Walk.Rules is null ? [] : [.. course.Walk.Rules.Missing(course.Seen)];
        Names =
        [
            .. open.Select(unknown => course.Standard.Dimensions[unknown.Dimension].Name).Concat(ruled).Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>What is not known.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>For any value the tier is the same, now and after all that holds tiers has passed.</summary>
    public bool ChangeNothing()
    {
        // What a rule would say of an unknown value is not followed further.
        if (!ruled.IsEmpty)
            return false;
        if (course.Calibrated.ByScore)
        {
            var known = course.Start.Score - open.Sum(unknown => Points(unknown.Dimension));
            return Fate(known + open.Sum(unknown => unknown.Least)) == Fate(known + open.Sum(unknown => unknown.Most));
        }

        if (course.Standard.Matrix is not { } matrix)
            return true;
        var targets =
            from row in Bands(matrix.Rows)
            from column in Bands(matrix.Columns)
            select course.Walk.Ruling.Applied(matrix.Cells[row][column]);
        return targets.Distinct().Count() == 1;
    }

    private long Points(int dimension) => course.Calibrated.Tables[dimension].Of(course.Walk.Gauges[dimension].At(course.Seen));

    // Where a score leads, and whether the customer is on the way there at once, later or not at all.
    private (int Tier, bool Falls) Fate(long score)
    {
        var (calibrated, tier) = (course.Calibrated, course.Walk.Standing.Tier);
        var target = course.Walk.Ruling.Applied(calibrated.TierOf(score));
        if (target <= tier)
            return (target, false);

        // A tier that was entered at this very instant would not have been, had it been known by then.
        var isHeld = course.Walk.Standing.Entered < course.Seen && score >= calibrated.From(tier) - calibrated.Margin;
        return isHeld ? (tier, false) : (target, true);
    }

    private IEnumerable<int> Bands(int dimension)
    {
        var table = course.Calibrated.Tables[dimension];
        return open.Any(unknown => unknown.Dimension == dimension)
            ? Enumerable.Range(0, table.BandCount)
            : [table.BandOf(course.Walk.Gauges[dimension].At(course.Seen)) ?? 0];
    }
}
