using System.Collections.Immutable;
using CrmFunctions.Domain.Lifecycle;

namespace CrmFunctions.Domain.Standards;

/// <summary>One version of one way of tiering, checked: a value that exists can decide.</summary>
public sealed record Standard
{
    /// <summary>The scheme it is a version of, such as <c>value</c>.</summary>
    public required string Scheme { get; init; }

    /// <summary>The version: the first 12 hexadecimal digits of the SHA-256 of the standard as written.</summary>
    public required string Version { get; init; }

    /// <summary>ISO 4217 code that money is measured in.</summary>
    public required string Currency { get; init; }

    /// <summary>Units of <see cref="Currency"/> for one unit of another currency. Amounts in a currency without a rate are unknown.</summary>
    public required ImmutableDictionary<string, decimal> Rates { get; init; }

    /// <summary>IANA zone of the business, for dates shown to people.</summary>
    public required string TimeZone { get; init; }

    /// <summary>What is measured, and what it is worth. Weights add to 100.</summary>
    public required ImmutableArray<Dimension> Dimensions { get; init; }

    /// <summary>The tiers from the highest to the lowest; the last begins at 0.</summary>
    public required ImmutableArray<Tier> Tiers { get; init; }

    /// <summary>When a customer is new, active, dormant, about to be lost, lost.</summary>
    public required LifecycleRules Lifecycle { get; init; }

    /// <summary>Scheme and version, as receipts name it.</summary>
    public string Name => $"{Scheme}@{Version}";
}

/// <summary>One tier of a ladder.</summary>
/// <param name="Name">Short name, such as A.</param>
/// <param name="From">Score from which on a customer is in it, inclusive; 0 to 100.</param>
/// <param name="Label">What people call it, by language tag.</param>
/// <param name="Revisit">How long a customer of the tier may go without contact. Null: for ever.</param>
public sealed record Tier(string Name, decimal From, ImmutableDictionary<string, string> Label, TimeSpan? Revisit)
{
    /// <summary>The label in a language, or else the name.</summary>
    public string LabelIn(string language) => Label.GetValueOrDefault(language, Name);
}

/// <summary>One dimension of the scorecard.</summary>
/// <param name="Name">How receipts call it.</param>
/// <param name="Measure">What is measured.</param>
/// <param name="Weight">Points of 100 that the best value earns.</param>
/// <param name="LowerIsBetter">The smallest value is the best.</param>
/// <param name="Window">Only what happened within this time counts. Null: all.</param>
/// <param name="HalfLife">For engagement: the age at which a point is worth half.</param>
/// <param name="Rating">How a value becomes points.</param>
/// <param name="WhenUnknown">What an unknown value earns.</param>
public sealed record Dimension(
    string Name,
    Measure Measure,
    decimal Weight,
    bool LowerIsBetter,
    TimeSpan? Window,
    TimeSpan HalfLife,
    PointsRule Rating,
    WhenUnknown WhenUnknown);

/// <summary>What can be measured of a customer.</summary>
public enum Measure
{
    /// <summary>Whole days since the last order that counts. Worst where there is none.</summary>
    DaysSinceLastOrder,

    /// <summary>Orders that count.</summary>
    Orders,

    /// <summary>Their net amount in the standard's currency, major units.</summary>
    NetRevenue,

    /// <summary>Net amount per order. Unknown without an order.</summary>
    AverageOrder,

    /// <summary>Whole days since the first order. Zero where there is none.</summary>
    Tenure,

    /// <summary>Points of engagement, decayed.</summary>
    Engagement,

    /// <summary>The last unexpired potential rating, 0 to 100. Unknown where there is none.</summary>
    Potential,

    /// <summary>Customers brought.</summary>
    Referrals,

    /// <summary>Complaints opened.</summary>
    Complaints,

    /// <summary>Mean of the feedback scores, 0 to 10. Unknown without feedback.</summary>
    Satisfaction,
}

/// <summary>What an unknown value earns.</summary>
public enum WhenUnknown
{
    /// <summary>Nothing.</summary>
    Zero,

    /// <summary>Half the weight: neither reward nor punishment.</summary>
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
