using System.Collections.Frozen;
using CrmFunctions.Domain.ValueModels.Numerics;

namespace CrmFunctions.Domain.ValueModels.Spend;

/// <summary>What a customer has spent: so many purchases, and their mean.</summary>
/// <remarks>
/// Repeat purchases only by default (the first is often unlike the others); with all purchases, the count is x + 1. One currency, any unit
/// of it.
/// </remarks>
public readonly record struct SpendHistory
{
    /// <summary>A spend history.</summary>
    /// <param name="purchases">Zero or more.</param>
    /// <param name="mean">Mean spend of a purchase; above zero, or zero where there are no purchases.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public SpendHistory(int purchases, double mean)
    {
        if (purchases < 0)
            throw new ArgumentOutOfRangeException(nameof(purchases), purchases, "Purchases are zero or more.");
        if (!double.IsFinite(mean) || (purchases > 0 && mean <= 0))
            throw new ArgumentOutOfRangeException(nameof(mean), mean, "Mean spend is above zero.");
        (Purchases, Mean) = (purchases, purchases == 0 ? 0 : mean);
    }

    /// <summary>How many purchases the mean is of.</summary>
    public int Purchases { get; }

    /// <summary>Mean spend of a purchase; zero where there are none.</summary>
    public double Mean { get; }
}

/// <summary>
/// Gamma-Gamma: spend of a purchase varies about the customer's own mean, which varies between customers; independent of how often they
/// buy.
/// </summary>
/// <remarks>
/// Source: Fader and Hardie (2013), "The Gamma-Gamma model of monetary value"; Fader, Hardie and Lee (2005), Journal of Marketing Research
/// 42(4).
/// </remarks>
public sealed class GammaGammaModel
{
    /// <summary>Parameters above zero; <paramref name="v"/> is an amount of money.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not a finite number above zero.</exception>
    public GammaGammaModel(double p, double q, double v)
    {
        (P, Q, V) = (Positive(p, nameof(p)), Positive(q, nameof(q)), Positive(v, nameof(v)));
        Parameters = new Dictionary<string, double>
        {
            ["p"] = p,
            ["q"] = q,
            ["v"] = v,
        }.ToFrozenDictionary();
    }

    /// <summary>The parameters by their usual names.</summary>
    public IReadOnlyDictionary<string, double> Parameters { get; }

    /// <summary>Shape of the spend of a purchase.</summary>
    public double P { get; }

    /// <summary>Shape of the distribution between customers.</summary>
    public double Q { get; }

    /// <summary>Its scale, an amount.</summary>
    public double V { get; }

    /// <summary>Mean of expected spend over all customers; null where it is infinite (q of 1 or less).</summary>
    public double? PopulationMean => Q > 1 ? P * V / (Q - 1) : null;

    /// <summary>ln of the density of a mean spend; zero for a customer without purchases.</summary>
    public double LogLikelihood(SpendHistory history)
    {
        if (history.Purchases == 0)
            return 0;
        var shape = P * history.Purchases;
        return Gamma.LogRising(shape, Q)
            - Gamma.Log(Q)
            + Q * Math.Log(V)
            + (shape - 1) * Math.Log(history.Mean)
            + shape * Math.Log(history.Purchases)
            - (shape + Q) * Math.Log(V + history.Mean * history.Purchases);
    }

    /// <summary>Expected spend of the next purchase: between the customer's own mean and the population's.</summary>
    /// <returns>
    /// An amount; null where there are no purchases and the population's mean is infinite, or so little is known that the customer's own
    /// is.
    /// </returns>
    public double? Expected(SpendHistory history)
    {
        var known = P * history.Purchases + Q - 1;
        return known > 0 ? P * (V + history.Mean * history.Purchases) / known : null;
    }

    private static double Positive(double value, string name) =>
        value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "A parameter is a finite number above zero.");
}
