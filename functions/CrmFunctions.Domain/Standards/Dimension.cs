using System.Collections.Immutable;

namespace CrmFunctions.Domain.Standards;

/// <summary>One dimension of the scorecard.</summary>
/// <param name="Name">How receipts call it.</param>
/// <param name="What">What is measured.</param>
/// <param name="Weight">Points of 100 that the best value earns.</param>
/// <param name="LowerIsBetter">The smallest value is the best.</param>
/// <param name="Rating">How a value becomes points.</param>
/// <param name="WhenUnknown">What an unknown value earns.</param>
public sealed record Dimension(string Name, Quantity What, decimal Weight, bool LowerIsBetter, PointsRule Rating, WhenUnknown WhenUnknown)
{
    /// <summary>The most points that any value earns; at most <see cref="Weight"/>.</summary>
    public decimal Cap { get; init; } = Weight;

    /// <summary>What people call it, by language tag.</summary>
    public ImmutableDictionary<string, string> Label { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>For potential: what is blended into the rating. Null: nothing.</summary>
    public Blend? Blend { get; init; }

    /// <summary>What is measured, without its window.</summary>
    public Measure Measure => What.Measure;
}

/// <summary>The objective part of a potential: a measured value, brought onto 0 to 100.</summary>
/// <param name="With">What is measured.</param>
/// <param name="Scale">Its values that stand for 0 and 100.</param>
/// <param name="Share">Its part of the whole, above 0 and below 1; the rating by people is the rest.</param>
public sealed record Blend(Quantity With, LinearScale Scale, decimal Share);

/// <summary>What an unknown value earns.</summary>
public enum WhenUnknown
{
    /// <summary>Nothing.</summary>
    Zero,

    /// <summary>Half of what it may earn: neither reward nor punishment.</summary>
    Neutral,
}

/// <summary>How a value becomes a share of the weight: a closed family.</summary>
public abstract record PointsRule;

/// <summary>Steps: the share is the number of cuts reached out of all.</summary>
/// <param name="Cuts">Ascending. A value equal to a cut has reached it.</param>
public sealed record Bands(ImmutableArray<decimal> Cuts) : PointsRule;

/// <summary>Steps whose cuts are percentiles of the base, taken from the calibration.</summary>
/// <param name="Percentiles">Ascending, between 0 and 100.</param>
public sealed record PercentileBands(ImmutableArray<decimal> Percentiles) : PointsRule;

/// <summary>A straight line: no share at or below <paramref name="From"/>, the whole at or above <paramref name="To"/>.</summary>
public sealed record LinearScale(decimal From, decimal To) : PointsRule;

/// <summary>A straight line over the logarithm of the value; <paramref name="From"/> is above zero.</summary>
public sealed record LogScale(decimal From, decimal To) : PointsRule;
