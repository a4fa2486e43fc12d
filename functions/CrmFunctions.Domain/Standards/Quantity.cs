namespace CrmFunctions.Domain.Standards;

/// <summary>Something that is measured of a customer.</summary>
/// <param name="Measure">What.</param>
/// <param name="Window">Only what happened within this time counts. Null: all.</param>
/// <param name="HalfLife">For engagement: the age at which a point is worth half.</param>
/// <param name="Attribute">For attributes: which.</param>
/// <param name="Horizon">For predicted value: how far ahead.</param>
public sealed record Quantity(
    Measure Measure,
    TimeSpan? Window = null,
    TimeSpan HalfLife = default,
    string? Attribute = null,
    TimeSpan Horizon = default
);

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

    /// <summary>The last word on an attribute, where it is a number. Unknown otherwise.</summary>
    Attribute,

    /// <summary>The probability that the customer still buys, 0 to 1. Unknown without a model, and without an order.</summary>
    PAlive,

    /// <summary>
    /// Expected net revenue within the horizon, in the standard's currency, looked at every 30 days of silence. Unknown without a model,
    /// and without an order.
    /// </summary>
    PredictedValue,
}

/// <summary>Facts about measures that hold for every standard.</summary>
public static class Measures
{
    /// <summary>The measure falls by itself, second by second, while nothing happens.</summary>
    public static bool Fades(this Measure measure) => measure is Measure.Engagement or Measure.PAlive;

    /// <summary>The largest value there can be; null: there is none.</summary>
    public static decimal? Largest(this Measure measure) =>
        measure switch
        {
            Measure.Potential => 100m,
            Measure.Satisfaction => 10m,
            Measure.PAlive => 1m,
            _ => null,
        };

    /// <summary>The smallest step of the measure, in its unit.</summary>
    /// <param name="measure">The measure.</param>
    /// <param name="minorUnits">Minor units of the standard's currency in one major unit.</param>
    public static decimal Unit(this Measure measure, decimal minorUnits) =>
        measure switch
        {
            Measure.DaysSinceLastOrder or Measure.Tenure or Measure.Orders or Measure.Referrals or Measure.Complaints => 1m,
            Measure.NetRevenue or Measure.AverageOrder or Measure.PredictedValue => 1m / minorUnits,
            Measure.Engagement or Measure.PAlive or Measure.Attribute => 0.0001m,
            _ => 0.01m,
        };
}
