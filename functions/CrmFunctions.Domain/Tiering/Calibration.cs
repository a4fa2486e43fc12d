using System.Collections.Immutable;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.ValueModels.Prediction;

namespace CrmFunctions.Domain.Tiering;

/// <summary>
/// What was learned from the base at an instant: the percentiles that bands ask for, how scores spread, and the value models.
/// </summary>
public sealed record Calibration
{
    /// <summary>How many percentiles are kept of everything: 0 to 100.</summary>
    public const int Points = 101;

    /// <summary>Nothing learned yet: enough for standards with absolute bands.</summary>
    public static Calibration None { get; } = new() { Version = "none" };

    /// <summary>The calibration's version; <c>none</c> where there is none.</summary>
    public required string Version { get; init; }

    /// <summary>The instant the base was looked at. UTC.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Scheme and version of the standard whose dimensions were measured; empty where there is none.</summary>
    public string Standard { get; init; } = "";

    /// <summary>Customers of the base.</summary>
    public long Customers { get; init; }

    /// <summary>For a dimension's name, its values at the percentiles 0 to 100: 101 values, ascending, of type 7.</summary>
    public ImmutableDictionary<string, ImmutableArray<decimal>> Percentiles { get; init; } =
        ImmutableDictionary<string, ImmutableArray<decimal>>.Empty;

    /// <summary>The scores of the base at the percentiles 0 to 100, 101 values, ascending; empty where they are not known.</summary>
    public ImmutableArray<decimal> Scores { get; init; } = [];

    /// <summary>The value models; null where none could be fitted.</summary>
    public CustomerModel? Model { get; init; }

    /// <summary>What the value models expect of a customer, in a standard's currency.</summary>
    /// <param name="facts">As of any instant: they hold until the next event.</param>
    /// <param name="standard">Its currency and rates measure money.</param>
    public Outlook OutlookOf(Facts facts, Standard standard) => new(facts, Model, standard.Currency, standard.Rates);

    /// <summary>The cuts of a dimension's percentile bands; between two whole percentiles, linear.</summary>
    /// <exception cref="InvalidOperationException">
    /// The calibration has not the percentiles of the dimension, ascending: the standard must not be used with it.
    /// </exception>
    public ImmutableArray<decimal> Cuts(Dimension dimension)
    {
        ArgumentNullException.ThrowIfNull(dimension);
        ImmutableArray<decimal> asked = dimension.Rating is PercentileBands bands ? bands.Percentiles : [];
        if (!Percentiles.TryGetValue(dimension.Name, out var values))
        {
            throw new InvalidOperationException(
                $"Calibration {Version} has not the {asked.Length} percentiles of dimension '{dimension.Name}'."
            );
        }

        if (Problem(values) is { } problem)
            throw new InvalidOperationException($"Calibration {Version} {problem} for dimension '{dimension.Name}'.");
        return [.. asked.Select(percentile => Value(values, percentile))];
    }

    /// <summary>What is wrong with percentiles; null where nothing is.</summary>
    internal static string? Problem(ImmutableArray<decimal> values)
    {
        if (values.IsDefault || values.Length != Points)
            return $"has {(values.IsDefault ? 0 : values.Length)} percentiles instead of {Points}";
        for (var i = 1; i < Points; i++)
        {
            if (values[i - 1] > values[i])
                return $"has descending percentiles ({i - 1} and {i})";
        }

        return null;
    }

    private static decimal Value(ImmutableArray<decimal> values, decimal percentile)
    {
        var below = (int)percentile;
        return below == percentile ? values[below] : values[below] + (percentile - below) * (values[below + 1] - values[below]);
    }
}
