using CrmFunctions.Domain.ValueModels.Numerics;

namespace CrmFunctions.Domain.ValueModels.Purchases;

/// <summary>Present value of purchases to come.</summary>
internal static class Discounting
{
    /// <summary>∫ e^(−rate·t) dE(t) over the horizon, by parts: e^(−rate·H)·E(H) + rate·∫ e^(−rate·t)·E(t) dt.</summary>
    public static double OfExpected(Func<double, double> expected, double horizon, double rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(horizon);
        ArgumentOutOfRangeException.ThrowIfNegative(rate);
        if (horizon == 0)
            return 0;
        if (rate == 0)
            return expected(horizon);
        return Math.Exp(-rate * horizon) * expected(horizon)
            + rate * GaussLegendre.Eight.Integrate(time => Math.Exp(-rate * time) * expected(time), 0, horizon);
    }
}
