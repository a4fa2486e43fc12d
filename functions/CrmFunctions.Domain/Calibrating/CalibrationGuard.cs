using System.Collections.Immutable;
using CrmFunctions.Domain.Tiering;

namespace CrmFunctions.Domain.Calibrating;

/// <summary>What a new calibration must keep to be used by itself.</summary>
/// <param name="FewestCustomers">Fewer are no base to calibrate on.</param>
/// <param name="LargestShift">The largest share of the base that may have moved to the other side of any value; 0 to 1.</param>
public sealed record GuardRules(int FewestCustomers = 50, double LargestShift = 0.2);

/// <summary>Whether a new calibration may replace the last.</summary>
/// <param name="Reasons">Why not, a sentence each; empty: it may.</param>
/// <param name="Shifts">The shift of every distribution known to both, largest first.</param>
public sealed record GuardVerdict(ImmutableArray<string> Reasons, ImmutableArray<Shift> Shifts)
{
    /// <summary>Whether it may be used.</summary>
    public bool Passes => Reasons.IsEmpty;
}

/// <summary>How far a distribution has moved.</summary>
/// <param name="Of">A dimension's name, or <c>score</c>.</param>
/// <param name="Share">Kolmogorov's distance, 0 to 1, to the nearest percentile.</param>
public sealed record Shift(string Of, double Share);

/// <summary>Keeps a calibration of a broken or half-read base from being used.</summary>
/// <remarks>Source: Calibrating/Calibrating.md, section 5.</remarks>
public static class CalibrationGuard
{
    /// <summary>Judges a new calibration against the last one used.</summary>
    /// <param name="next">The new one.</param>
    /// <param name="last">Null: there was none; then its size alone counts.</param>
    /// <param name="rules">What it must keep.</param>
    public static GuardVerdict Judge(Calibration next, Calibration? last, GuardRules rules)
    {
        ArgumentNullException.ThrowIfNull(next);
        ArgumentNullException.ThrowIfNull(rules);
        var reasons = ImmutableArray.CreateBuilder<string>();
        if (next.Customers < rules.FewestCustomers)
            reasons.Add($"The base has {next.Customers} customers; fewer than {rules.FewestCustomers} are no base to calibrate on.");
        if (last is null)
            return new(reasons.ToImmutable(), []);

        if (next.Customers < last.Customers * (1 - rules.LargestShift))
        {
            reasons.Add($"The base has {next.Customers} customers and had {last.Customers}: some are missing.");
        }

        var shifts = next
            .Percentiles.Where(pair => last.Percentiles.ContainsKey(pair.Key) && last.Standard == next.Standard)
            .Select(pair => new Shift(pair.Key, Distance(last.Percentiles[pair.Key], pair.Value)));
        if (last.Standard == next.Standard && !last.Scores.IsEmpty && !next.Scores.IsEmpty)
            shifts = shifts.Append(new("score", Distance(last.Scores, next.Scores)));
        ImmutableArray<Shift> sorted =
        [
            .. shifts.OrderByDescending(shift => shift.Share).ThenBy(shift => shift.Of, StringComparer.Ordinal),
        ];
        reasons.AddRange(
            sorted
                .Where(shift => shift.Share > rules.LargestShift)
                .Select(shift =>
                    FormattableString.Invariant(
                        $"'{shift.Of}' has shifted: {shift.Share:P0} of the base have moved across one value since {last.At:yyyy-MM-dd}; more than {rules.LargestShift:P0} need a look."
                    )
                )
        );
        return new(reasons.ToImmutable(), sorted);
    }

    /// <summary>
    /// Kolmogorov's distance of two distributions given by their percentiles: the largest difference between the shares at or below any
    /// value.
    /// </summary>
    internal static double Distance(ImmutableArray<decimal> one, ImmutableArray<decimal> other) =>
        one.Concat(other).Max(value => Math.Abs(Share(one, value) - Share(other, value)));

    // Between two percentiles the share is linear in the value, as percentiles are; where several are equal, the highest counts.
    private static double Share(ImmutableArray<decimal> percentiles, decimal value)
    {
        var (low, high) = (-1, percentiles.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (percentiles[middle] <= value)
                low = middle;
            else
                high = middle - 1;
        }

        if (low < 0)
            return 0;
        var last = percentiles.Length - 1;
        if (low == last)
            return 1;
        return (low + (double)((value - percentiles[low]) / (percentiles[low + 1] - percentiles[low]))) / last;
    }
}
