namespace CrmFunctions.Domain.ValueModels.Numerics;

/// <summary>A function's value at a point; fills <paramref name="gradient"/> with its partial derivatives there.</summary>
public delegate double Objective(ReadOnlySpan<double> point, Span<double> gradient);

/// <summary>Where a minimisation ended.</summary>
/// <param name="Point">The best point seen.</param>
/// <param name="Value">The function there.</param>
/// <param name="Converged">Whether the gradient vanished; false after too many steps or where no step helped.</param>
/// <param name="Evaluations">How often the function was evaluated.</param>
public sealed record Minimum(double[] Point, double Value, bool Converged, int Evaluations);

/// <summary>Unconstrained minimisation by BFGS with a line search on value and slope.</summary>
/// <remarks>
/// Source: Nocedal and Wright, Numerical Optimization, 2nd edition, algorithms 6.1 and 3.5 (weak Wolfe conditions by bisection).
/// </remarks>
public static class Minimiser
{
    private const int MaxIterations = 300;
    private const double GradientTolerance = 1e-9;

    /// <summary>Minimises from one start.</summary>
    /// <param name="objective">Returns infinity or not-a-number where it is undefined; the search stays away from there.</param>
    /// <param name="start">The first point; the objective is finite there.</param>
    public static Minimum Minimise(Objective objective, ReadOnlySpan<double> start)
    {
        var n = start.Length;
        var point = start.ToArray();
        var gradient = new double[n];
        var value = objective(point, gradient);
        var evaluations = 1;
        var inverse = Identity(n);
        var scaled = false;
        var stalls = 0;
        var (direction, next, nextGradient) = (new double[n], new double[n], new double[n]);

        for (var iteration = 0; iteration < MaxIterations; iteration++)
        {
            if (Largest(gradient) <= GradientTolerance * Math.Max(1, Math.Abs(value)))
                return new(point, value, true, evaluations);

            var slope = Descend(inverse, gradient, direction);
            if (!(slope < 0))
            {
                inverse = Identity(n);
                slope = Descend(inverse, gradient, direction);
            }

            var (low, high, step) = (0.0, double.PositiveInfinity, Math.Min(1, 2 / Largest(direction)));
            var nextValue = double.NaN;
            var found = false;
            for (var attempt = 0; attempt < 40 && !found; attempt++)
            {
                for (var i = 0; i < n; i++)
                    next[i] = point[i] + step * direction[i];
                nextValue = objective(next, nextGradient);
                evaluations++;
                var newSlope = Dot(nextGradient, direction);
                if (!double.IsFinite(nextValue) || !double.IsFinite(newSlope) || nextValue > value + 1e-4 * step * slope)
                    high = step;
                else if (newSlope < 0.9 * slope)
                    low = step;
                else
                    found = true;
                if (!found)
                    step = double.IsInfinity(high) ? 2 * low : (low + high) / 2;
            }

            if (!found && !(nextValue < value && double.IsFinite(Dot(nextGradient, direction))))
            {
                // Rounding hides any further descent.
                if (stalls++ > 0)
                    return new(point, value, Largest(gradient) <= 1e-5 * Math.Max(1, Math.Abs(value)), evaluations);
                inverse = Identity(n);
                continue;
            }

            stalls = value - nextValue <= 1e-14 * Math.Abs(value) ? stalls + 1 : 0;
            Update(ref inverse, ref scaled, point, gradient, next, nextGradient);
            (point, next) = (next, point);
            (gradient, nextGradient) = (nextGradient, gradient);
            value = nextValue;
            if (stalls >= 2)
                return new(point, value, Largest(gradient) <= 1e-5 * Math.Max(1, Math.Abs(value)), evaluations);
        }

        return new(point, value, false, evaluations);
    }

    private static double Descend(double[,] inverse, double[] gradient, double[] direction)
    {
        for (var i = 0; i < gradient.Length; i++)
        {
            direction[i] = 0;
            for (var j = 0; j < gradient.Length; j++)
                direction[i] -= inverse[i, j] * gradient[j];
        }

        return Dot(direction, gradient);
    }

    private static void Update(ref double[,] inverse, ref bool scaled, double[] from, double[] gradient, double[] to, double[] nextGradient)
    {
        var n = from.Length;
        var (s, y) = (new double[n], new double[n]);
        for (var i = 0; i < n; i++)
            (s[i], y[i]) = (to[i] - from[i], nextGradient[i] - gradient[i]);
        var curvature = Dot(s, y);
        if (curvature <= 1e-14 * Math.Sqrt(Dot(s, s) * Dot(y, y)))
            return;

        if (!scaled)
        {
            var scale = curvature / Dot(y, y);
            for (var i = 0; i < n; i++)
                inverse[i, i] = scale;
            scaled = true;
        }

        var hy = new double[n];
        for (var i = 0; i < n; i++)
        for (var j = 0; j < n; j++)
            hy[i] += inverse[i, j] * y[j];
        var factor = (1 + Dot(y, hy) / curvature) / curvature;
        for (var i = 0; i < n; i++)
        for (var j = 0; j < n; j++)
            inverse[i, j] += factor * s[i] * s[j] - (hy[i] * s[j] + s[i] * hy[j]) / curvature;
    }

    private static double[,] Identity(int n)
    {
        var identity = new double[n, n];
        for (var i = 0; i < n; i++)
            identity[i, i] = 1;
        return identity;
    }

    private static double Largest(double[] v) => v.Max(Math.Abs);

    private static double Dot(double[] p, double[] q)
    {
        var sum = 0.0;
        for (var i = 0; i < p.Length; i++)
            sum += p[i] * q[i];
        return sum;
    }
}
