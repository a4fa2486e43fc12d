using CrmFunctions.Domain.ValueModels.Numerics;
using CrmFunctions.Domain.ValueModels.Purchases;

namespace CrmFunctions.Domain.ValueModels.Fitting;

/// <summary>
/// The negative mean log-likelihood of a base under the beta-geometric family, with its gradient, in units of time of
/// <paramref name="unit"/>.
/// </summary>
/// <remarks>
/// What depends on x alone is computed once for each x, logarithms of (α + T) and (α + t_x) once for each T and t_x;
/// what remains for a row is one exponential and one logarithm. The terms with Γ(k) and Σ ln(gap) are constants and left out.
/// </remarks>
internal sealed class BetaGeometricLikelihood(GroupedHistories data, int k, bool leavesAtFirst, double unit)
{
    private readonly int firstLeave = leavesAtFirst ? 1 : 0;
    private readonly double[] logAge = new double[data.Ages.Length];
    private readonly double[] logLast = new double[data.LastTimes.Length];
    private readonly double[] logLeft = new double[data.Repeats.Length];
    private readonly double[] weightOfRepeats = Weights(data);

    /// <summary>Value and gradient at the unbounded point (r, α, a, b).</summary>
    public double At(ReadOnlySpan<double> point, Span<double> gradient)
    {
        var (r, alpha) = (SearchSpace.Value(point[0]), SearchSpace.Value(point[1]));
        var (a, b) = (SearchSpace.Value(point[2]), SearchSpace.Value(point[3]));
        var sum = OfRepeats(r, a, b, out var dr, out var da, out var db);
        sum += data.Customers * r * Math.Log(alpha);
        dr += data.Customers * Math.Log(alpha);
        var dalpha = data.Customers * r / alpha;

        for (var i = 0; i < logAge.Length; i++)
            logAge[i] = Math.Log(alpha + data.Ages[i] / unit);
        for (var i = 0; i < logLast.Length; i++)
            logLast[i] = Math.Log(alpha + data.LastTimes[i] / unit);

        for (var i = 0; i < data.Rows.Length; i++)
        {
            var (history, weight) = data.Rows[i];
            var x = history.Repeats;
            var n = r + k * x;
            var (lnAge, lnLast) = (logAge[data.AgeIndex[i]], logLast[data.LastIndex[i]]);
            var alive = -n * lnAge;
            var (stages, stagesByR, stagesByAlpha) = k == 1 ? (1, 0, 0) : Stages(n, history.Silence / unit, alpha + history.Age / unit);
            if (k > 1)
                alive += Math.Log(stages);

            var left = logLeft[data.RepeatIndex[i]] - n * lnLast;
            var odds = Math.Exp(left - alive);
            var (share, value) = odds < 1 ? (odds / (1 + odds), alive + Gamma.LogOnePlus(odds)) : Swapped(alive, left);
            sum += weight * value;

            var stay = 1 - share;
            var byAge = stay * n / (alpha + history.Age / unit);
            dalpha -= weight * (byAge + share * n / (alpha + history.LastAt / unit) - stay * stagesByAlpha / stages);
            dr -= weight * (stay * (lnAge - stagesByR / stages) + share * lnLast);
            if (share == 0)
                continue;
            da += weight * share / a;
            db -= weight * share / (b + x + firstLeave - 1);
        }

        gradient[0] = -dr * SearchSpace.Slope(point[0]) / data.Customers;
        gradient[1] = -dalpha * SearchSpace.Slope(point[1]) / data.Customers;
        gradient[2] = -da * SearchSpace.Slope(point[2]) / data.Customers;
        gradient[3] = -db * SearchSpace.Slope(point[3]) / data.Customers;
        return -sum / data.Customers;
    }

    private double OfRepeats(double r, double a, double b, out double dr, out double da, out double db)
    {
        var sum = dr = da = db = 0.0;
        var (psiR, psiB, psiAb) = (Gamma.Digamma(r), Gamma.Digamma(b), Gamma.Digamma(a + b));
        var (gammaR, gammaB, gammaAb) = (Gamma.Log(r), Gamma.Log(b), Gamma.Log(a + b));
        for (var i = 0; i < data.Repeats.Length; i++)
        {
            var x = data.Repeats[i];
            var leaves = x + firstLeave;
            logLeft[i] = leaves == 0 ? double.NegativeInfinity : Math.Log(a / (b + leaves - 1));
            var weight = weightOfRepeats[i];
            if (x > 0)
            {
                sum += weight * (Gamma.Log(r + k * x) - gammaR);
                dr += weight * (Gamma.Digamma(r + k * x) - psiR);
            }

            if (leaves == 0)
                continue;
            sum += weight * (Gamma.Log(b + leaves) - gammaB - Gamma.Log(a + b + leaves) + gammaAb);
            var both = psiAb - Gamma.Digamma(a + b + leaves);
            da += weight * both;
            db += weight * (Gamma.Digamma(b + leaves) - psiB + both);
        }

        return sum;
    }

    private (double Sum, double ByR, double ByAlpha) Stages(double n, double silence, double scale)
    {
        var elapsed = silence / scale;
        var (term, byR, sum, sumByR, sumByAlpha) = (1.0, 0.0, 1.0, 0.0, 0.0);
        for (var j = 1; j < k; j++)
        {
            var factor = elapsed / j;
            byR = (byR * (n + j - 1) + term) * factor;
            term *= (n + j - 1) * factor;
            sum += term;
            sumByR += byR;
            sumByAlpha -= j * term / scale;
        }

        return (sum, sumByR, sumByAlpha);
    }

    private static (double Share, double Value) Swapped(double alive, double left)
    {
        var odds = Math.Exp(alive - left);
        return (1 / (1 + odds), left + Gamma.LogOnePlus(odds));
    }

    private static double[] Weights(GroupedHistories data)
    {
        var weights = new double[data.Repeats.Length];
        for (var i = 0; i < data.Rows.Length; i++)
            weights[data.RepeatIndex[i]] += data.Rows[i].Value;
        return weights;
    }
}
