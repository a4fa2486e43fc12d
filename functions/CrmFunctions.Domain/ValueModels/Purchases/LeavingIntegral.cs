using System.Runtime.Intrinsics;
using CrmFunctions.Domain.ValueModels.Numerics;

namespace CrmFunctions.Domain.ValueModels.Purchases;

/// <summary>
/// ∫ (α + y)^(−n) (β + y)^(−s − 1) dy over y from t_x to T: the customer left at y. Its closed form is a difference of two 2F1, which loses
/// all digits for large x;
/// the integral has none to lose.
/// </summary>
/// <remarks>
/// In u = ln(α + y) the integrand falls like e^(−(n + s)·u). Panels end where it has fallen by e^12 or where (β + y) has grown fourfold, so
/// sixteen points give ten digits and more in each; panels that add nothing are left out.
/// </remarks>
internal static class LeavingIntegral
{
    /// <summary>Means under the density that the integrand is proportional to: what the gradient of ln ∫ is made of.</summary>
    public readonly record struct Moments(double Log, double LogAlphaPlus, double OverAlphaPlus, double LogBetaPlus, double OverBetaPlus);

    public static double Log(double n, double s, double alpha, double beta, double from, double to) =>
        Compute(n, s, alpha, beta, from, to, false).Log;

    public static Moments WithMoments(double n, double s, double alpha, double beta, double from, double to) =>
        Compute(n, s, alpha, beta, from, to, true);

    private static Moments Compute(double n, double s, double alpha, double beta, double from, double to, bool moments)
    {
        if (to <= from)
            return new(double.NegativeInfinity, 0, 0, 0, 0);

        var rule = GaussLegendre.Sixteen;
        var u = Math.Log(alpha + from);
        var last = Math.Log(alpha + to);
        var height = -(n - 1) * u - (s + 1) * Math.Log(beta + from);
        var (nodes, weights) = (rule.Nodes, rule.Weights);
        var sum = 0.0;
        var (byU, byInverse, byV, byInverseV) = (
            Vector256<double>.Zero,
            Vector256<double>.Zero,
            Vector256<double>.Zero,
            Vector256<double>.Zero
        );
        while (u < last)
        {
            // The rate of fall is n + s·q, q = (α + y) / (β + y): falling to 1 where β is the smaller; where it is the larger, rising to 1,
            // and at most like e^u.
            var q = Math.Exp(u) / (beta + (Math.Exp(u) - alpha));
            var width = beta < alpha ? 12 / (n + s * q) : Math.Max(12 / (n + s), Math.Min(1, 12 / (n + s * Math.E * q)));
            var end = Math.Min(last, u + width);
            if (beta < alpha)
                end = Math.Min(end, Math.Log(alpha + 4 * (beta + (Math.Exp(u) - alpha)) - beta));

            // What rounding would leave of the range.
            if (last - end < 1e-9 * (last - u) || end <= u)
                end = last;
            width = end - u;
            var panel = Vector256<double>.Zero;
            for (var i = 0; i < nodes.Length; i += Vector256<double>.Count)
            {
                var at = Vector256.Create(u) + width * Vector256.Create(nodes, i);
                var alphaPlus = Vector256.Exp(at);
                var betaPlus = alphaPlus - Vector256.Create(alpha) + Vector256.Create(beta);
                var lnBeta = Vector256.Log(betaPlus);
                var part =
                    width * Vector256.Create(weights, i) * Vector256.Exp(-(n - 1) * at - (s + 1) * lnBeta - Vector256.Create(height));
                panel += part;
                if (!moments)
                    continue;
                byU += part * at;
                byInverse += part / alphaPlus;
                byV += part * lnBeta;
                byInverseV += part / betaPlus;
            }

            var added = Vector256.Sum(panel);
            sum += added;
            if (added < 1e-17 * sum)
                break;
            u = end;
        }

        // A range too short for the digits of a double.
        if (sum == 0)
            return new(double.NegativeInfinity, 0, 0, 0, 0);
        return new(
            height + Math.Log(sum),
            Vector256.Sum(byU) / sum,
            Vector256.Sum(byInverse) / sum,
            Vector256.Sum(byV) / sum,
            Vector256.Sum(byInverseV) / sum
        );
    }
}
