using CrmFunctions.Domain.ValueModels.Numerics;
using CrmFunctions.Domain.ValueModels.Purchases;

namespace CrmFunctions.Domain.ValueModels.Fitting;

/// <summary>The negative mean log-likelihood of a base under Pareto/NBD, with its gradient.</summary>
internal sealed class ParetoNbdLikelihood(GroupedHistories data, double unit)
{
    /// <summary>Value and gradient at the unbounded point (r, α, s, β).</summary>
    public double At(ReadOnlySpan<double> point, Span<double> gradient)
    {
        var (r, alpha) = (SearchSpace.Value(point[0]), SearchSpace.Value(point[1]));
        var (s, beta) = (SearchSpace.Value(point[2]), SearchSpace.Value(point[3]));
        var (sum, dr, dalpha, ds, dbeta) = (0.0, 0.0, 0.0, 0.0, 0.0);
        var (lastRepeats, gamma, psi) = (-1, 0.0, 0.0);
        var (gammaR, psiR) = (Gamma.Log(r), Gamma.Digamma(r));
        foreach (var (history, weight) in data.Rows)
        {
            // Rows come in ascending order of x.
            if (history.Repeats != lastRepeats)
            {
                lastRepeats = history.Repeats;
                (gamma, psi) = (Gamma.Log(r + lastRepeats) - gammaR, Gamma.Digamma(r + lastRepeats) - psiR);
            }

            var n = r + history.Repeats;
            var (age, last) = (history.Age / unit, history.LastAt / unit);
            var (lnAlpha, lnBeta) = (Math.Log(alpha + age), Math.Log(beta + age));
            var alive = -n * lnAlpha - s * lnBeta;
            var integral = LeavingIntegral.WithMoments(n, s, alpha, beta, last, age);
            var left = Math.Log(s) + integral.Log;
            var value = Gamma.LogSumExp(alive, left);
            var share = Math.Exp(left - value);
            var stay = 1 - share;

            sum += weight * (gamma + value);
            dr += weight * (psi - stay * lnAlpha - share * integral.LogAlphaPlus);
            dalpha -= weight * n * (stay / (alpha + age) + share * integral.OverAlphaPlus);
            ds += weight * (share / s - stay * lnBeta - share * integral.LogBetaPlus);
            dbeta -= weight * (stay * s / (beta + age) + share * (s + 1) * integral.OverBetaPlus);
        }

        var customers = (double)data.Customers;
        sum += customers * (r * Math.Log(alpha) + s * Math.Log(beta));
        gradient[0] = -(dr / customers + Math.Log(alpha)) * SearchSpace.Slope(point[0]);
        gradient[1] = -(dalpha / customers + r / alpha) * SearchSpace.Slope(point[1]);
        gradient[2] = -(ds / customers + Math.Log(beta)) * SearchSpace.Slope(point[2]);
        gradient[3] = -(dbeta / customers + s / beta) * SearchSpace.Slope(point[3]);
        return -sum / customers;
    }
}
