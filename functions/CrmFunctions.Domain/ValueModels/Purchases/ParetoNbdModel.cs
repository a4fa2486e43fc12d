using System.Collections.Frozen;
using CrmFunctions.Domain.ValueModels.Numerics;

namespace CrmFunctions.Domain.ValueModels.Purchases;

/// <summary>
/// Pareto/NBD: purchases at a gamma-distributed rate, and customers leave at any time, at another gamma-distributed rate.
/// </summary>
/// <remarks>
/// Sources: Schmittlein, Morrison and Colombo (1987), Management Science 33(1), 1-24; Fader and Hardie (2005), "A note on deriving the
/// Pareto/NBD model and related expressions"; Fader, Hardie and Lee (2005), "RFM and CLV", Journal of Marketing Research 42(4) (DERT). The
/// difference of two 2F1 is computed as the integral it stands for.
/// </remarks>
public sealed class ParetoNbdModel : IPurchaseModel
{
    /// <summary>Parameters above zero; <paramref name="alpha"/> and <paramref name="beta"/> are times.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not a finite number above zero.</exception>
    public ParetoNbdModel(double r, double alpha, double s, double beta)
    {
        (R, Alpha, S, Beta) = (
            Positive(r, nameof(r)),
            Positive(alpha, nameof(alpha)),
            Positive(s, nameof(s)),
            Positive(beta, nameof(beta))
        );
        Parameters = new Dictionary<string, double>
        {
            ["r"] = r,
            ["alpha"] = alpha,
            ["s"] = s,
            ["beta"] = beta,
        }.ToFrozenDictionary();
    }

    /// <inheritdoc/>
    public string Name => "pareto-nbd";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Parameters { get; }

    /// <summary>Shape of the purchase rates.</summary>
    public double R { get; }

    /// <summary>Scale of the purchase rates, a time.</summary>
    public double Alpha { get; }

    /// <summary>Shape of the rates of leaving.</summary>
    public double S { get; }

    /// <summary>Scale of the rates of leaving, a time.</summary>
    public double Beta { get; }

    /// <inheritdoc/>
    public double LogLikelihood(PurchaseHistory history)
    {
        var n = R + history.Repeats;
        var alive = -n * Math.Log(Alpha + history.Age) - S * Math.Log(Beta + history.Age);
        var left = Math.Log(S) + LeavingIntegral.Log(n, S, Alpha, Beta, history.LastAt, history.Age);
        return Gamma.LogRising(R, history.Repeats) + R * Math.Log(Alpha) + S * Math.Log(Beta) + Gamma.LogSumExp(alive, left);
    }

    /// <inheritdoc/>
    public double ProbabilityAlive(PurchaseHistory history)
    {
        var n = R + history.Repeats;
        var odds =
            Math.Log(S)
            + LeavingIntegral.Log(n, S, Alpha, Beta, history.LastAt, history.Age)
            + n * Math.Log(Alpha + history.Age)
            + S * Math.Log(Beta + history.Age);
        return 1 / (1 + Math.Exp(odds));
    }

    /// <inheritdoc/>
    public double Expected(PurchaseHistory history, double horizon)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(horizon);
        var scale = Beta + history.Age;
        return ProbabilityAlive(history)
            * (R + history.Repeats)
            / (Alpha + history.Age)
            * scale
            * Gamma.OneMinusExpOver(S - 1, Math.Log((scale + horizon) / scale));
    }

    /// <inheritdoc/>
    public double Expected(double time) => Expected(default, time);

    /// <inheritdoc/>
    public double ProbabilityOf(int purchases, PurchaseHistory history, double horizon)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(horizon);
        var (shape, scale, leave) = (R + history.Repeats, Alpha + history.Age, Beta + history.Age);
        double Of(double time) => Math.Exp(NbdModel.LogProbabilityOf(purchases, shape, scale, time));

        // Either the customer stays through the horizon, or leaves at some time in it.
        var stays = Math.Exp(-S * Math.Log((leave + horizon) / leave));
        var leaves = GaussLegendre.Sixteen.IntegrateDoubling(
            time => S / leave * Math.Exp(-(S + 1) * Math.Log((leave + time) / leave)) * Of(time),
            Math.Min(scale / Math.Max(1, shape), leave / Math.Max(1, S)),
            horizon
        );
        var alive = ProbabilityAlive(history);
        return Math.Clamp(alive * (stays * Of(horizon) + leaves) + (purchases == 0 ? 1 - alive : 0), 0, 1);
    }

    /// <inheritdoc/>
    public double ProbabilityOfNoOrder(PurchaseHistory history, double horizon) => ProbabilityOf(0, history, horizon);

    /// <inheritdoc/>
    public double DiscountedExpected(PurchaseHistory history, double horizon, double rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(horizon);
        ArgumentOutOfRangeException.ThrowIfNegative(rate);
        if (rate == 0)
            return Expected(history, horizon);
        var leave = Beta + history.Age;

        // Beyond forty time constants nothing is left of e^(−rate·t).
        var value = GaussLegendre.Sixteen.IntegrateDoubling(
            time => Math.Exp(-rate * time - S * Math.Log((leave + time) / leave)),
            Math.Min(leave / Math.Max(1, S), 2 / rate),
            Math.Min(horizon, 45 / rate)
        );
        return ProbabilityAlive(history) * (R + history.Repeats) / (Alpha + history.Age) * value;
    }

    /// <summary>DERT: discounted expected purchases from T on without end.</summary>
    /// <param name="history">Known history.</param>
    /// <param name="rate">Continuous rate for one unit of time; above zero.</param>
    public double DiscountedExpectedForever(PurchaseHistory history, double rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        return DiscountedExpected(history, double.PositiveInfinity, rate);
    }

    /// <inheritdoc/>
    public double? SilenceUntil(PurchaseHistory history, double level)
    {
        if (!(level is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(level), level, "A level of P(alive) is above 0 and below 1.");
        double At(double silence) => ProbabilityAlive(new(history.Repeats, history.LastAt, history.LastAt + silence));

        var (low, high) = (0.0, Alpha + history.LastAt);
        while (At(high) > level)
        {
            (low, high) = (high, high * 2);
            if (high > 1e9 * (Alpha + Beta))
                return null;
        }

        for (var i = 0; i < 100 && high - low > 1e-12 * high; i++)
        {
            var middle = (low + high) / 2;
            if (At(middle) > level)
                low = middle;
            else
                high = middle;
        }

        return (low + high) / 2;
    }

    private static double Positive(double value, string name) =>
        value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "A parameter is a finite number above zero.");
}
