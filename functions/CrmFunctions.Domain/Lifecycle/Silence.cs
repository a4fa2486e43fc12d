using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Tiering;

namespace CrmFunctions.Domain.Lifecycle;

/// <summary>How long a customer must be silent for something to be true.</summary>
/// <param name="AtLeast">Never before so long a silence.</param>
/// <param name="Otherwise">The length where no model is asked, or none can answer; not less than <paramref name="AtLeast"/>.</param>
/// <remarks>Source: Lifecycle/Lifecycle.md.</remarks>
public sealed record Silence(TimeSpan AtLeast, TimeSpan Otherwise)
{
    /// <summary>The customer's probability of still buying must have fallen below it, 0 to 1. Null: not asked.</summary>
    public double? PAliveBelow { get; init; }

    /// <summary>The probability of no order within <see cref="Horizon"/> must be above it, 0 to 1. Null: not asked.</summary>
    public double? PNoOrderAbove { get; init; }

    /// <summary>See <see cref="PNoOrderAbove"/>.</summary>
    public TimeSpan Horizon { get; init; }

    /// <summary>The same length for everybody.</summary>
    public static Silence Of(TimeSpan length) => new(length, length);

    /// <summary>The length for a customer with an order.</summary>
    public TimeSpan Of(Facts facts, Calibration calibration) => Otherwise;
}
