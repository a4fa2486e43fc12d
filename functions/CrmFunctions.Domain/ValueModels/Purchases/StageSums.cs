namespace CrmFunctions.Domain.ValueModels.Purchases;

/// <summary>
/// What lies ahead of a customer who is still there: the distribution of stages to come, and of staying after each purchase.
/// </summary>
/// <param name="Shape">Shape of the gamma distribution of the rate at the last purchase, r + k·x.</param>
/// <param name="Elapsed">(T − t_x) / (α + T).</param>
/// <param name="Horizon">H / (α + T).</param>
/// <param name="K">Stages in a gap.</param>
/// <param name="A">First parameter of the beta distribution of leaving.</param>
/// <param name="Stay">Second parameter after the purchases so far, counted as stayed.</param>
internal readonly record struct FutureStages(double Shape, double Elapsed, double Horizon, int K, double A, double Stay);

/// <summary>
/// Exact sums over the stages of Erlang-k gaps. A customer alive at T has j of k stages behind; given j, the stages in the horizon are
/// negative binomial with shape r + k·x + j; every k-th stage is a purchase if the customer has stayed after all before it.
/// </summary>
/// <remarks>
/// All terms are positive, so nothing cancels. For k = 1 the sums equal the closed forms with 2F1, which the tests verify. For k above 1,
/// Platzer and Reutterer (2016) scale an approximation by the base; this is the exact expectation of the same model. Derivation:
/// ValueModels/ValueModels.md.
/// </remarks>
internal static class StageSums
{
    /// <summary>Σ over j below k of (n)_j / j! · elapsed^j.</summary>
    public static double Running(double n, int k, double elapsed)
    {
        var (term, sum) = (1.0, 1.0);
        for (var j = 1; j < k; j++)
        {
            term *= (n + j - 1) / j * elapsed;
            sum += term;
        }

        return sum;
    }

    /// <summary>Expected purchases in the horizon.</summary>
    public static double Expected(FutureStages ahead)
    {
        var total = 0.0;
        ForEachStageBehind(
            ahead,
            (weight, behind) =>
            {
                // reached: Σ over m ≤ q of E[(1 − p)^(m − 1)], the purchases that q completed gaps are worth.
                var (reached, next, completed) = (0.0, 1.0, 0);
                var stages = new NegativeBinomial(ahead.Shape + behind, ahead.Horizon);
                for (; ; stages.MoveNext())
                {
                    var gaps = (behind + stages.Count) / ahead.K;
                    if (gaps > completed)
                    {
                        reached += next;
                        next *= (ahead.Stay + completed) / (ahead.A + ahead.Stay + completed);
                        completed = gaps;
                    }

                    total += weight * stages.Probability * reached;
                    if (stages.IsTail && weight * stages.Remaining * (reached + 1) < 1e-15 * total)
                        break;
                    if (stages.IsTail && stages.Remaining < 1e-18)
                        break;
                }
            }
        );
        return total;
    }

    /// <summary>Probability of exactly so many purchases in the horizon, given that the customer is alive at T.</summary>
    public static double Probability(FutureStages ahead, int purchases)
    {
        var total = 0.0;
        ForEachStageBehind(
            ahead,
            (weight, behind) =>
            {
                var (below, exactly) = (0.0, 0.0);
                for (
                    var stages = new NegativeBinomial(ahead.Shape + behind, ahead.Horizon);
                    (behind + stages.Count) / ahead.K <= purchases;
                    stages.MoveNext()
                )
                {
                    if ((behind + stages.Count) / ahead.K < purchases)
                        below += stages.Probability;
                    else
                        exactly += stages.Probability;
                }

                var (a, stay) = (ahead.A, ahead.Stay);
                var stayedAll = Math.Exp(Numerics.Gamma.LogRising(stay, purchases) - Numerics.Gamma.LogRising(a + stay, purchases));
                total += weight * exactly * stayedAll;
                if (purchases > 0)
                    total += weight * Math.Max(0, 1 - below) * stayedAll * a / (stay + purchases - 1);
            }
        );
        return Math.Clamp(total, 0, 1);
    }

    /// <summary>
    /// ln((α + T) / (α + t_x)) at which the odds of having left reach e^<paramref name="odds"/> times their first factor.
    /// </summary>
    public static double SolveSilence(double n, double scale, int k, double odds)
    {
        double At(double ratio) => n * ratio - Math.Log(Running(n, k, 1 - Math.Exp(-ratio))) - odds;

        if (scale <= 0 || At(0) >= 0)
            return 0;
        var high = 1.0;
        while (At(high) < 0 && high < 1000)
            high *= 2;
        var low = 0.0;
        for (var i = 0; i < 200 && high - low > 1e-15 * high; i++)
        {
            var middle = (low + high) / 2;
            if (At(middle) < 0)
                low = middle;
            else
                high = middle;
        }

        return (low + high) / 2;
    }

    private static void ForEachStageBehind(FutureStages ahead, Action<double, int> visit)
    {
        var running = Running(ahead.Shape, ahead.K, ahead.Elapsed);
        var term = 1.0;
        for (var j = 0; j < ahead.K; j++)
        {
            visit(term / running, j);
            term *= (ahead.Shape + j) / (j + 1) * ahead.Elapsed;
        }
    }

    /// <summary>Probabilities of 0, 1, 2, … of a negative binomial, one after the other, without underflow.</summary>
    private struct NegativeBinomial
    {
        private readonly double shape;
        private readonly double success;
        private double mantissa = 1;
        private double exponent;
        private double scale;

        public NegativeBinomial(double shape, double horizon)
        {
            this.shape = shape;
            success = horizon / (1 + horizon);
            exponent = -shape * Math.Log(1 + horizon);
            scale = Math.Exp(exponent);
        }

        public int Count { get; private set; }

        public readonly double Probability => mantissa * scale;

        private readonly double Ratio => (shape + Count) / (Count + 1) * success;

        public readonly bool IsTail => Ratio < 1 - 1e-9 || success == 0;

        // The ratio of successive terms falls towards success where shape is above 1 and rises towards it below: bound by the larger.
        public readonly double Remaining => Probability * (Count + 1) / (1 - Math.Max(Ratio, success));

        public void MoveNext()
        {
            mantissa *= Ratio;
            Count++;
            if (mantissa < 1e250)
                return;
            exponent += Math.Log(mantissa);
            mantissa = 1;
            scale = Math.Exp(exponent);
        }
    }
}
