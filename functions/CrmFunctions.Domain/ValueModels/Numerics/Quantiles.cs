namespace CrmFunctions.Domain.ValueModels.Numerics;

/// <summary>Sample quantiles.</summary>
public static class Quantiles
{
    /// <summary>The quantile of type 7, the default of R, NumPy and Excel: linear between the two nearest order statistics.</summary>
    /// <param name="sorted">Ascending, at least one value.</param>
    /// <param name="probability">0 to 1.</param>
    /// <remarks>
    /// Source: Hyndman and Fan (1996), "Sample quantiles in statistical packages", The American Statistician 50(4), definition 7.
    /// </remarks>
    /// <exception cref="ArgumentException">There is no value.</exception>
    public static double Type7(ReadOnlySpan<double> sorted, double probability)
    {
        if (sorted.IsEmpty)
            throw new ArgumentException("A quantile needs at least one value.", nameof(sorted));
        if (!(probability is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability is 0 to 1.");
        var place = (sorted.Length - 1) * probability;
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
