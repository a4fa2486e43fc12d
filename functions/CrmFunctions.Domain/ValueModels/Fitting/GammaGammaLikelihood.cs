using CrmFunctions.Domain.ValueModels.Numerics;
using CrmFunctions.Domain.ValueModels.Spend;

namespace CrmFunctions.Domain.ValueModels.Fitting;

/// <summary>
/// The negative mean log-likelihood of spend under Gamma-Gamma, with its gradient, amounts in multiples of <paramref name="unit"/>.
/// </summary>
internal sealed class GammaGammaLikelihood((SpendHistory Spend, double Weight)[] rows, double customers, double unit)
{
    /// <summary>Value and gradient at the unbounded point (p, q, v). Rows come in ascending order of purchases.</summary>
    public double At(ReadOnlySpan<double> point, Span<double> gradient)
    {
        var (p, q, v) = (SearchSpace.Value(point[0]), SearchSpace.Value(point[1]), SearchSpace.Value(point[2]));
        var (sum, dp, dq, dv) = (0.0, 0.0, 0.0, 0.0);
        var (gammaQ, psiQ, lnV) = (Gamma.Log(q), Gamma.Digamma(q), Math.Log(v));
        var (last, shape, lnX, gamma, psiBoth, psiShape) = (0, 0.0, 0.0, 0.0, 0.0, 0.0);
        foreach (var (spend, weight) in rows)
        {
            var x = spend.Purchases;
            if (x != last)
            {
                (last, shape, lnX) = (x, p * x, Math.Log(x));
                gamma = Gamma.Log(shape + q) - Gamma.Log(shape) - gammaQ;
                (psiBoth, psiShape) = (Gamma.Digamma(shape + q), Gamma.Digamma(shape));
            }

            var mean = spend.Mean / unit;
            var (lnMean, total) = (Math.Log(mean), v + mean * x);
            var lnTotal = Math.Log(total);
            sum += weight * (gamma + q * lnV + (shape - 1) * lnMean + shape * lnX - (shape + q) * lnTotal);
            dp += weight * x * (psiBoth - psiShape + lnMean + lnX - lnTotal);
            dq += weight * (psiBoth - psiQ + lnV - lnTotal);
            dv += weight * (q / v - (shape + q) / total);
        }

        gradient[0] = -dp / customers * SearchSpace.Slope(point[0]);
        gradient[1] = -dq / customers * SearchSpace.Slope(point[1]);
        gradient[2] = -dv / customers * SearchSpace.Slope(point[2]);
        return -sum / customers;
    }
}
