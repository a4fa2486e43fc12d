using CrmFunctions.Domain.ValueModels.Numerics;
using CrmFunctions.Domain.ValueModels.Purchases;

namespace CrmFunctions.Domain.ValueModels.Fitting;

/// <summary>
/// The negative mean log-likelihood of a base under NBD, with its gradient. Its cost grows with the distinct T and x, not with the rows.
/// </summary>
internal sealed class NbdLikelihood
{
    private readonly GroupedHistories data;
    private readonly double unit;
    private readonly double[] customersAt;
    private readonly double[] repeatsAt;
    private readonly double[] customersWith;

    public NbdLikelihood(GroupedHistories data, double unit)
    {
        (this.data, this.unit) = (data, unit);
        (customersAt, repeatsAt, customersWith) = (
            new double[data.Ages.Length],
            new double[data.Ages.Length],
            new double[data.Repeats.Length]
        );
        for (var i = 0; i < data.Rows.Length; i++)
        {
            var (history, weight) = data.Rows[i];
            customersAt[data.AgeIndex[i]] += weight;
            repeatsAt[data.AgeIndex[i]] += weight * history.Repeats;
            customersWith[data.RepeatIndex[i]] += weight;
        }
    }

    /// <summary>Value and gradient at the unbounded point (r, α).</summary>
    public double At(ReadOnlySpan<double> point, Span<double> gradient)
    {
        var (r, alpha) = (SearchSpace.Value(point[0]), SearchSpace.Value(point[1]));
        var sum = data.Customers * r * Math.Log(alpha);
        var (dr, dalpha) = (data.Customers * Math.Log(alpha), data.Customers * r / alpha);
        for (var i = 0; i < customersWith.Length; i++)
        {
            sum += customersWith[i] * Gamma.LogRising(r, data.Repeats[i]);
            if (data.Repeats[i] > 0)
                dr += customersWith[i] * (Gamma.Digamma(r + data.Repeats[i]) - Gamma.Digamma(r));
        }

        for (var i = 0; i < customersAt.Length; i++)
        {
            var scale = alpha + data.Ages[i] / unit;
            var shapes = r * customersAt[i] + repeatsAt[i];
            sum -= shapes * Math.Log(scale);
            dr -= customersAt[i] * Math.Log(scale);
            dalpha -= shapes / scale;
        }

        gradient[0] = -dr * SearchSpace.Slope(point[0]) / data.Customers;
        gradient[1] = -dalpha * SearchSpace.Slope(point[1]) / data.Customers;
        return -sum / data.Customers;
    }
}
