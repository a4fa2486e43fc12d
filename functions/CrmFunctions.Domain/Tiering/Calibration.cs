using System.Collections.Immutable;
using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Tiering;

/// <summary>What was learned from the base: the cut points that percentile bands use.</summary>
/// <param name="Version">The calibration's version; <c>none</c> where there is none.</param>
/// <param name="Percentiles">For a dimension's name, the values at the percentiles it asks for.</param>
public sealed record Calibration(string Version, ImmutableDictionary<string, ImmutableArray<decimal>> Percentiles)
{
    /// <summary>Nothing learned yet: enough for standards with absolute bands.</summary>
    public static Calibration None { get; } = new("none", ImmutableDictionary<string, ImmutableArray<decimal>>.Empty);

    /// <summary>The cuts of a dimension's percentile bands.</summary>
    /// <exception cref="InvalidOperationException">
    /// The calibration has not one value for each percentile of the dimension, ascending: the standard must not be used with it.
    /// </exception>
    public ImmutableArray<decimal> Cuts(Dimension dimension)
    {
        var asked = dimension.Rating is PercentileBands bands ? bands.Percentiles.Length : 0;
        if (!Percentiles.TryGetValue(dimension.Name, out var cuts) || cuts.Length != asked)
        {
            throw new InvalidOperationException($"Calibration {Version} has not the {asked} percentiles of dimension '{dimension.Name}'.");
        }

        for (var i = 1; i < cuts.Length; i++)
        {
            if (cuts[i - 1] > cuts[i]) throw new InvalidOperationException($"Calibration {Version} has descending percentiles for dimension '{dimension.Name}'.");
        }

        return cuts;
    }
}
