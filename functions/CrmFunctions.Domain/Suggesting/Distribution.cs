using System.Collections.Immutable;

namespace CrmFunctions.Domain.Suggesting;

/// <summary>How values of a base spread, as its percentiles 0 to 100 say.</summary>
/// <param name="percentiles">101 values, ascending.</param>
internal sealed class Distribution(ImmutableArray<decimal> percentiles)
{
    /// <summary>The smallest value.</summary>
    public decimal Least => percentiles[0];

    /// <summary>The largest value.</summary>
    public decimal Most => percentiles[^1];

    /// <summary>About the share of the base that has a value or more: exact to the distance of two percentiles.</summary>
    /// <returns>0 to 1.</returns>
    public decimal ShareFrom(decimal value)
    {
        if (value <= percentiles[0])
            return 1;
        if (value > percentiles[^1])
            return 0;
        var reached = 1;
        while (percentiles[reached] < value)
            reached++;
        var (below, above) = (percentiles[reached - 1], percentiles[reached]);
        return 1 - ((reached - 1 + ((value - below) / (above - below))) / 100);
    }

    /// <summary>The value that so large a share of the base has or exceeds.</summary>
    /// <param name="share">0 to 1.</param>
    public decimal ValueFrom(decimal share)
    {
        var place = 100 * (1 - share);
        var below = Math.Min(99, (int)place);
        return percentiles[below] + ((place - below) * (percentiles[below + 1] - percentiles[below]));
    }

    /// <summary>The next larger value that a percentile has; null: there is none.</summary>
    public decimal? Above(decimal value) =>
        percentiles.Where(percentile => percentile > value).Select(percentile => (decimal?)percentile).FirstOrDefault();

    /// <summary>Whether certainly nobody has a value in a range.</summary>
    /// <param name="from">Inclusive.</param>
    /// <param name="below">Exclusive; null: no end.</param>
    public bool NoneIn(decimal from, decimal? below) => from > percentiles[^1] || below <= percentiles[0];
}
