using System.Collections.Immutable;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Tiering.Measuring;

/// <summary>Measures one quantity of one customer while time goes forward.</summary>
/// <remarks>
/// Source: Tiering/Measures.md. Instants are UTC ticks. Something is inside a window of length w at t when t - w &lt; it &lt;= t. A gauge
/// knows what the customer's facts were at its own instant, not more: an order that was given back later counted until then.
/// </remarks>
internal abstract class Gauge
{
    /// <summary>No instant.</summary>
    public const long Never = long.MaxValue;

    /// <summary>The first instant after the last move at which the value may step. Fading, which never steps, is left out.</summary>
    public long Next { get; protected set; } = long.MinValue;

    /// <summary>The value runs down by itself between steps.</summary>
    public virtual bool Fades => false;

    /// <summary>Takes in everything up to an instant, which is not before that of the last move.</summary>
    public abstract void Move(long now);

    /// <summary>The value at an instant: that of the last move, or a later one before <see cref="Next"/>.</summary>
    public abstract Reading At(long now);

    /// <summary>
    /// The value in ten-thousandths, where it is known and a whole number of them; else null, and <see cref="At"/> says more.
    /// </summary>
    public virtual long? Fine(long now) => null;

    /// <summary>The names of the events behind the value at the last move.</summary>
    public abstract ImmutableArray<string> Events();

    /// <summary>
    /// The least and the most that the value could be if what is missing were known; null: nothing is missing, or it could be anything.
    /// </summary>
    public virtual (decimal Least, decimal Most)? Range(long now) => null;

    /// <summary>The gauge of a quantity.</summary>
    /// <param name="what">What is measured.</param>
    /// <param name="steps">Values at which more or fewer whole days make a difference.</param>
    /// <param name="customer">Whose.</param>
    public static Gauge Of(Quantity what, DaySteps steps, Subject customer) =>
        what.Measure switch
        {
            Measure.DaysSinceLastOrder => new RecencyGauge(customer.Orders, steps),
            Measure.Tenure => new TenureGauge(customer.Orders, steps),
            Measure.Orders => new OrderCountGauge(customer.Orders, what.Window),
            Measure.NetRevenue => new RevenueGauge(customer.Orders, what.Window, customer.Standard, average: false),
            Measure.AverageOrder => new RevenueGauge(customer.Orders, what.Window, customer.Standard, average: true),
            Measure.Engagement => new EngagementGauge(customer.Facts.Touches, what),
            Measure.Potential => new RatingGauge(customer.Facts.Ratings),
            Measure.Referrals => new MarkGauge(customer.Facts.Referrals, what.Window, mean: false),
            Measure.Complaints => new MarkGauge(customer.Facts.Complaints, what.Window, mean: false),
            Measure.Satisfaction => new MarkGauge(customer.Facts.Feedback, what.Window, mean: true),
            Measure.Attribute => new AttributeGauge(customer.Facts.Attributes, what.Attribute ?? ""),
            Measure.PAlive => new AliveGauge(customer),
            Measure.PredictedValue => new PredictedValueGauge(customer, what.Horizon),
            _ => throw new InvalidOperationException($"No rule measures {what.Measure}."),
        };
}

/// <summary>Whom gauges measure, with what they share.</summary>
internal sealed class Subject(Facts facts, Standard standard, Calibration calibration)
{
    private OrderLines? orders;

    public Facts Facts => facts;

    public Standard Standard => standard;

    public Calibration Calibration => calibration;

    public OrderLines Orders => orders ??= new OrderLines(facts);
}
