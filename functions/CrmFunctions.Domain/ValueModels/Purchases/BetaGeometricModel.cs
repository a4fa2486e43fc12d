using System.Collections.Frozen;
using CrmFunctions.Domain.ValueModels.Numerics;

namespace CrmFunctions.Domain.ValueModels.Purchases;

/// <summary>
/// The beta-geometric family: purchases at a gamma-distributed rate, Erlang-k gaps, and after a purchase the customer leaves with a
/// beta-distributed probability. BG/NBD (k = 1, nobody leaves at the first purchase), MBG/NBD (k = 1, one may) and MBG/CNBD-k.
/// </summary>
/// <remarks>
/// Sources: Fader, Hardie and Lee (2005), Marketing Science 24(2), 275-284; Batislam, Denizel and Filiztekin (2007), IJRM 24(3), 201-209;
/// Platzer and Reutterer (2016), Marketing Science 35(5), 779-799. Derivations: ValueModels/ValueModels.md.
/// </remarks>
public sealed class BetaGeometricModel : IPurchaseModel
{
    private readonly double firstLeave;

    private BetaGeometricModel(double r, double alpha, double a, double b, int k, bool leavesAtFirst)
    {
        (R, Alpha, A, B) = (Positive(r, nameof(r)), Positive(alpha, nameof(alpha)), Positive(a, nameof(a)), Positive(b, nameof(b)));
        if (k is < 1 or > 20)
            throw new ArgumentOutOfRangeException(nameof(k), k, "Regularity k is 1 to 20.");
        (K, LeavesAtFirst) = (k, leavesAtFirst);
        firstLeave = leavesAtFirst ? 1 : 0;
        Name =
            k > 1 ? "mbg-cnbd"
            : leavesAtFirst ? "mbg-nbd"
            : "bg-nbd";
        var parameters = new Dictionary<string, double>
        {
            ["r"] = r,
            ["alpha"] = alpha,
            ["a"] = a,
            ["b"] = b,
        };
        if (k > 1)
            parameters["k"] = k;
        Parameters = parameters.ToFrozenDictionary();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Parameters { get; }

    /// <summary>Shape of the gamma distribution of rates; for k above 1, of stages of a gap.</summary>
    public double R { get; }

    /// <summary>Its scale, a time.</summary>
    public double Alpha { get; }

    /// <summary>First parameter of the beta distribution of leaving.</summary>
    public double A { get; }

    /// <summary>Second parameter.</summary>
    public double B { get; }

    /// <summary>Regularity: 1 for purchases at random, more for regular ones.</summary>
    public int K { get; }

    /// <summary>Whether a customer may leave right after the first purchase (the modified models).</summary>
    public bool LeavesAtFirst { get; }

    /// <summary>BG/NBD; all parameters above zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not a finite number above zero.</exception>
    public static BetaGeometricModel BgNbd(double r, double alpha, double a, double b) => new(r, alpha, a, b, 1, false);

    /// <summary>MBG/NBD; all parameters above zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not a finite number above zero.</exception>
    public static BetaGeometricModel MbgNbd(double r, double alpha, double a, double b) => new(r, alpha, a, b, 1, true);

    /// <summary>MBG/CNBD-k; parameters above zero, k 1 to 20.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static BetaGeometricModel MbgCnbd(int k, double r, double alpha, double a, double b) => new(r, alpha, a, b, k, true);

    /// <inheritdoc/>
    public double LogLikelihood(PurchaseHistory history)
    {
        var x = history.Repeats;
        var n = R + K * x;
        var leaves = x + firstLeave;
        var alive = Math.Log(Stages(n, history)) - n * Math.Log(Alpha + history.Age);
        var left = leaves == 0 ? double.NegativeInfinity : Math.Log(A / (B + leaves - 1)) - n * Math.Log(Alpha + history.LastAt);
        var gaps = K == 1 ? 0 : (K - 1) * history.LogGaps - x * Gamma.Log(K);
        return gaps
            + Gamma.LogRising(R, K * x)
            + R * Math.Log(Alpha)
            + Gamma.LogRising(B, leaves)
            - Gamma.LogRising(A + B, leaves)
            + Gamma.LogSumExp(alive, left);
    }

    /// <inheritdoc/>
    public double ProbabilityAlive(PurchaseHistory history)
    {
        var leaves = history.Repeats + firstLeave;
        if (leaves == 0)
            return 1;
        var n = R + K * history.Repeats;
        var odds = Math.Log(A / (B + leaves - 1)) + n * Math.Log((Alpha + history.Age) / (Alpha + history.LastAt));
        if (K > 1)
            odds -= Math.Log(Stages(n, history));
        return 1 / (1 + Math.Exp(odds));
    }

    /// <inheritdoc/>
    public double Expected(PurchaseHistory history, double horizon)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(horizon);
        return horizon == 0 ? 0 : ProbabilityAlive(history) * ExpectedAlive(history, horizon);
    }

    /// <inheritdoc/>
    public double Expected(double time) => Expected(default, time);

    /// <inheritdoc/>
    public double ProbabilityOf(int purchases, PurchaseHistory history, double horizon)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(purchases);
        var alive = ProbabilityAlive(history);
        var of = StageSums.Probability(Future(history, horizon), purchases);
        return purchases == 0 ? 1 - alive * (1 - of) : alive * of;
    }

    /// <inheritdoc/>
    public double ProbabilityOfNoOrder(PurchaseHistory history, double horizon)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(horizon);
        if (K > 1)
            return ProbabilityOf(0, history, horizon);
        var silent = Math.Exp(-(R + history.Repeats) * Math.Log((Alpha + history.Age + horizon) / (Alpha + history.Age)));
        return 1 - ProbabilityAlive(history) * (1 - silent);
    }

    /// <inheritdoc/>
    public double DiscountedExpected(PurchaseHistory history, double horizon, double rate) =>
        Discounting.OfExpected(time => Expected(history, time), horizon, rate);

    /// <inheritdoc/>
    public double? SilenceUntil(PurchaseHistory history, double level)
    {
        var leaves = history.Repeats + firstLeave;
        if (!(level is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(level), level, "A level of P(alive) is above 0 and below 1.");
        if (leaves == 0)
            return null;
        var n = R + K * history.Repeats;
        var odds = Math.Log((1 - level) / level * (B + leaves - 1) / A);

        // Closed form for k = 1: (α + T) / (α + t_x) at which the odds of having left equal (1 − θ) / θ.
        var ratio = odds / n;
        if (K > 1)
            ratio = StageSums.SolveSilence(n, Alpha + history.LastAt, K, odds);
        return ratio <= 0 ? 0
            : ratio > 300 ? null
            : (Alpha + history.LastAt) * (Math.Exp(ratio) - 1);
    }

    // Σ over the stages of the running gap, j < k, relative to none: 1 for k = 1.
    private double Stages(double n, PurchaseHistory history) => StageSums.Running(n, K, history.Silence / (Alpha + history.Age));

    private FutureStages Future(PurchaseHistory history, double horizon) =>
        new(
            R + K * history.Repeats,
            history.Silence / (Alpha + history.Age),
            horizon / (Alpha + history.Age),
            K,
            A,
            B + history.Repeats + firstLeave
        );

    // The Euler transform of 2F1 with the factor (a − 1) divided out: no singularity at a = 1, no cancellation for x in the hundreds.
    private double ExpectedAlive(PurchaseHistory history, double horizon)
    {
        if (K > 1)
            return StageSums.Expected(Future(history, horizon));
        var n = R + history.Repeats;
        var c = A + B + history.Repeats + firstLeave - 1;
        var e = A - 1;
        var upper = c - n;
        var z = horizon / (Alpha + history.Age + horizon);
        var l = Math.Log((Alpha + history.Age + horizon) / (Alpha + history.Age));

        // Terms that alternate, or grow, before they fall: the sum over purchases has positive terms only, and no more than one each.
        if (upper * z < -8 || z > 0.98 || A * z > 50)
            return StageSums.Expected(Future(history, horizon));

        var term = upper * z;
        var sum = term;
        for (var i = 1; i < 5000 && Math.Abs(term) > 1e-16 * Math.Abs(sum); i++)
        {
            term *= (upper + i) * (A + i - 1) / ((c + i) * (i + 1)) * z;
            sum += term;
        }

        return Math.Max(0, c * Gamma.OneMinusExpOver(e, l) - Math.Exp(-e * l) * sum);
    }

    private static double Positive(double value, string name) =>
        value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "A parameter is a finite number above zero.");
}
