namespace CrmFunctions.Domain.ValueModels.Purchases;

/// <summary>
/// All that the purchase models need to know of a customer: repeat purchases, when the last one was, how long the customer is known.
/// </summary>
/// <remarks>
/// Source: Fader, Hardie and Lee (2005), "Counting your customers the easy way", Marketing Science 24(2): (x, t_x, T). Any unit of time,
/// the same throughout.
/// </remarks>
public readonly record struct PurchaseHistory
{
    /// <summary>A history; the default value is a customer who has bought for the first time just now.</summary>
    /// <param name="repeats">x: purchases after the first, zero or more.</param>
    /// <param name="lastAt">t_x: time of the last purchase, counted from the first; zero where there was no repeat purchase.</param>
    /// <param name="age">T: time from the first purchase to the moment of looking; not before the last purchase.</param>
    /// <param name="logGaps">Σ ln(time between purchases); needed by the regular models (k above 1) to compare values of k.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A value is negative, not a number, or the last purchase comes after the moment of looking.
    /// </exception>
    public PurchaseHistory(int repeats, double lastAt, double age, double logGaps = 0)
    {
        if (repeats < 0)
            throw new ArgumentOutOfRangeException(nameof(repeats), repeats, "Repeat purchases are zero or more.");
        if (!(lastAt >= 0) || (repeats == 0 && lastAt > 0))
            throw new ArgumentOutOfRangeException(
                nameof(lastAt),
                lastAt,
                "The last purchase is at zero or later, and at zero without a repeat purchase."
            );
        if (!(age >= lastAt) || double.IsInfinity(age))
            throw new ArgumentOutOfRangeException(nameof(age), age, "The moment of looking is finite and not before the last purchase.");
        (Repeats, LastAt, Age, LogGaps) = (repeats, lastAt, age, logGaps);
    }

    /// <summary>x.</summary>
    public int Repeats { get; }

    /// <summary>t_x, in the unit of the whole base, from the first purchase.</summary>
    public double LastAt { get; }

    /// <summary>T, same unit.</summary>
    public double Age { get; }

    /// <summary>Σ ln(gap), gaps in the same unit; minus infinity where two purchases fall on the same instant.</summary>
    public double LogGaps { get; }

    /// <summary>T − t_x: how long the customer has been silent.</summary>
    public double Silence => Age - LastAt;
}
