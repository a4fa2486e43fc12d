using System.Collections.Frozen;
using CrmFunctions.Domain.ValueModels.Numerics;

namespace CrmFunctions.Domain.ValueModels.Purchases;

/// <summary>
/// NBD: purchases at a gamma-distributed rate, and nobody leaves. What a model with leaving must beat, and what it falls back to.
/// </summary>
/// <remarks>Source: Ehrenberg (1959), "The pattern of consumer purchases", Applied Statistics 8(1), 26-41.</remarks>
public sealed class NbdModel : IPurchaseModel
{
    /// <summary>Parameters above zero; <paramref name="alpha"/> is a time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not a finite number above zero.</exception>
    public NbdModel(double r, double alpha)
    {
        if (!(r > 0 && double.IsFinite(r)))
            throw new ArgumentOutOfRangeException(nameof(r), r, "A parameter is a finite number above zero.");
        if (!(alpha > 0 && double.IsFinite(alpha)))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "A parameter is a finite number above zero.");
        (R, Alpha) = (r, alpha);
        Parameters = new Dictionary<string, double> { ["r"] = r, ["alpha"] = alpha }.ToFrozenDictionary();
    }

    /// <inheritdoc/>
    public string Name => "nbd";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Parameters { get; }

    /// <summary>Shape of the rates.</summary>
    public double R { get; }

    /// <summary>Scale of the rates, a time.</summary>
    public double Alpha { get; }

    /// <inheritdoc/>
    public double LogLikelihood(PurchaseHistory history) =>
        Gamma.LogRising(R, history.Repeats) + R * Math.Log(Alpha) - (R + history.Repeats) * Math.Log(Alpha + history.Age);

    /// <inheritdoc/>
    public double ProbabilityAlive(PurchaseHistory history) => 1;

    /// <inheritdoc/>
    public double Expected(PurchaseHistory history, double horizon)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(horizon);
        return (R + history.Repeats) * horizon / (Alpha + history.Age);
    }

    /// <inheritdoc/>
    public double Expected(double time) => Expected(default, time);

    /// <inheritdoc/>
    public double ProbabilityOf(int purchases, PurchaseHistory history, double horizon) =>
        Math.Exp(LogProbabilityOf(purchases, R + history.Repeats, Alpha + history.Age, horizon));

    /// <inheritdoc/>
    public double ProbabilityOfNoOrder(PurchaseHistory history, double horizon) => ProbabilityOf(0, history, horizon);

    /// <inheritdoc/>
    public double DiscountedExpected(PurchaseHistory history, double horizon, double rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(horizon);
        ArgumentOutOfRangeException.ThrowIfNegative(rate);
        return (R + history.Repeats) / (Alpha + history.Age) * Gamma.OneMinusExpOver(rate, horizon);
    }

    /// <inheritdoc/>
    public double? SilenceUntil(PurchaseHistory history, double level) => null;

    // Negative binomial for purchases in a time, at a gamma(shape, scale) rate.
    internal static double LogProbabilityOf(int purchases, double shape, double scale, double time)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(purchases);
        ArgumentOutOfRangeException.ThrowIfNegative(time);
        if (time == 0)
            return purchases == 0 ? 0 : double.NegativeInfinity;
        return Gamma.LogRising(shape, purchases)
            - Gamma.Log(purchases + 1)
            - shape * Math.Log((scale + time) / scale)
            + purchases * Math.Log(time / (scale + time));
    }
}
