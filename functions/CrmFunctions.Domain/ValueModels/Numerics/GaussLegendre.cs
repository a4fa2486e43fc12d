namespace CrmFunctions.Domain.ValueModels.Numerics;

/// <summary>Gauss-Legendre quadrature: nodes and weights on [0, 1].</summary>
/// <remarks>
/// Roots of the Legendre polynomials by Newton's method (Abramowitz and Stegun 25.4.29). Exact for polynomials up to degree 2n − 1.
/// </remarks>
public sealed class GaussLegendre
{
    private GaussLegendre(int points)
    {
        Nodes = new double[points];
        Weights = new double[points];
        for (var i = 0; i < points; i++)
        {
            var z = Math.Cos(Math.PI * (i + 0.75) / (points + 0.5));
            double slope;
            double step;
            do
            {
                var (before, now) = (0.0, 1.0);
                for (var j = 0; j < points; j++)
                    (before, now) = (now, ((2 * j + 1) * z * now - j * before) / (j + 1));
                slope = points * (z * now - before) / (z * z - 1);
                step = now / slope;
                z -= step;
            } while (Math.Abs(step) > 1e-15);

            Nodes[i] = (1 - z) / 2;
            Weights[i] = 1 / ((1 - z * z) * slope * slope);
        }
    }

    /// <summary>Eight points: enough for smooth curves over a horizon.</summary>
    public static GaussLegendre Eight { get; } = new(8);

    /// <summary>Sixteen points: enough for e^(−12 u) on [0, 1] to ten digits and more.</summary>
    public static GaussLegendre Sixteen { get; } = new(16);

    internal double[] Nodes { get; }

    internal double[] Weights { get; }

    /// <summary>∫ f over [from, to] in one panel.</summary>
    public double Integrate(Func<double, double> f, double from, double to)
    {
        var sum = 0.0;
        for (var i = 0; i < Nodes.Length; i++)
            sum += Weights[i] * f(from + (to - from) * Nodes[i]);
        return sum * (to - from);
    }

    /// <summary>
    /// ∫ f over [0, to] for an f that varies on the scale of (<paramref name="scale"/> + t): panels that double in length.
    /// </summary>
    /// <param name="f">Smooth on [0, to].</param>
    /// <param name="scale">Above zero, in the unit of <paramref name="to"/>.</param>
    /// <param name="to">Zero or more.</param>
    public double IntegrateDoubling(Func<double, double> f, double scale, double to)
    {
        var sum = 0.0;
        for (var start = 0.0; start < to; )
        {
            var end = Math.Min(to, 2 * (scale + start) - scale);
            sum += Integrate(f, start, end);
            start = end;
        }

        return sum;
    }
}
