using System.Collections.Immutable;

namespace CrmFunctions.Domain.ValueModels.Churn;

/// <summary>Logistic regression with a light ridge, features standardised on the training rows.</summary>
/// <remarks>
/// Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 2nd edition, 4.4.1 (Newton's method, reweighted least
/// squares).
/// </remarks>
public sealed class LogisticModel
{
    /// <summary>A model of known weights.</summary>
    /// <param name="intercept">Log-odds where every feature is zero.</param>
    /// <param name="weights">One for each feature, as it is.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite.</exception>
    public LogisticModel(double intercept, ImmutableArray<double> weights)
    {
        if (!double.IsFinite(intercept))
            throw new ArgumentOutOfRangeException(nameof(intercept), intercept, "The intercept is a finite number.");
        if (!weights.All(double.IsFinite))
            throw new ArgumentOutOfRangeException(nameof(weights), "Weights are finite numbers.");
        (Intercept, Weights) = (intercept, weights);
    }

    /// <summary>Log-odds where every feature is zero.</summary>
    public double Intercept { get; }

    /// <summary>What one unit of each feature adds.</summary>
    public ImmutableArray<double> Weights { get; }

    /// <summary>Trains on rows of features and what happened to each.</summary>
    /// <param name="rows">As long as <paramref name="happened"/>; every row as long as the first.</param>
    /// <param name="happened">The outcomes.</param>
    /// <param name="ridge">
    /// Penalty on squared standardised weights, in customers; keeps the fit finite where features separate the outcomes.
    /// </param>
    public static LogisticModel Train(IReadOnlyList<double[]> rows, IReadOnlyList<bool> happened, double ridge = 1)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(happened);
        var n = rows[0].Length;
        var (means, scales) = (new double[n], new double[n]);
        for (var j = 0; j < n; j++)
        {
            means[j] = rows.Average(row => row[j]);
            scales[j] = Math.Sqrt(rows.Average(row => Math.Pow(row[j] - means[j], 2)));
            if (!(scales[j] > 1e-12))
                scales[j] = 1;
        }

        var weights = new double[n + 1];
        var features = new double[n + 1];
        for (var iteration = 0; iteration < 50; iteration++)
        {
            var (hessian, gradient) = (new double[n + 1, n + 1], new double[n + 1]);
            for (var i = 0; i < rows.Count; i++)
            {
                var p = 1 / (1 + Math.Exp(-Linear(rows[i])));
                var (error, weight) = ((happened[i] ? 1 : 0) - p, Math.Max(p * (1 - p), 1e-9));
                for (var j = 0; j <= n; j++)
                {
                    gradient[j] += error * features[j];
                    for (var k = 0; k <= j; k++)
                        hessian[j, k] += weight * features[j] * features[k];
                }
            }

            for (var j = 1; j <= n; j++)
            {
                gradient[j] -= ridge * weights[j];
                hessian[j, j] += ridge;
            }

            hessian[0, 0] += 1e-9;
            var step = Solve(hessian, gradient);
            var largest = step.Max(Math.Abs);

            // Far steps overshoot where the outcomes are nearly separated.
            var damping = Math.Min(1, 3 / largest);
            for (var j = 0; j <= n; j++)
                weights[j] += damping * step[j];
            if (largest < 1e-9)
                break;
        }

        // Back from standardised features to features as they are.
        var raw = ImmutableArray.CreateBuilder<double>(n);
        for (var j = 0; j < n; j++)
            raw.Add(weights[j + 1] / scales[j]);
        return new(weights[0] - raw.Select((weight, j) => weight * means[j]).Sum(), raw.MoveToImmutable());

        double Linear(double[] row)
        {
            features[0] = 1;
            var sum = weights[0];
            for (var j = 0; j < n; j++)
            {
                features[j + 1] = (row[j] - means[j]) / scales[j];
                sum += weights[j + 1] * features[j + 1];
            }

            return sum;
        }
    }

    /// <summary>Log-odds that it happens.</summary>
    /// <param name="row">As many features as there are weights.</param>
    public double LogOdds(ReadOnlySpan<double> row)
    {
        var sum = Intercept;
        for (var j = 0; j < Weights.Length; j++)
            sum += Weights[j] * row[j];
        return sum;
    }

    // Cholesky on the lower triangle.
    private static double[] Solve(double[,] matrix, double[] right)
    {
        var n = right.Length;
        for (var j = 0; j < n; j++)
        {
            for (var k = 0; k < j; k++)
                matrix[j, j] -= matrix[j, k] * matrix[j, k];
            matrix[j, j] = Math.Sqrt(Math.Max(matrix[j, j], 1e-12));
            for (var i = j + 1; i < n; i++)
            {
                for (var k = 0; k < j; k++)
                    matrix[i, j] -= matrix[i, k] * matrix[j, k];
                matrix[i, j] /= matrix[j, j];
            }
        }

        var solution = (double[])right.Clone();
        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < i; k++)
                solution[i] -= matrix[i, k] * solution[k];
            solution[i] /= matrix[i, i];
        }

        for (var i = n - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < n; k++)
                solution[i] -= matrix[k, i] * solution[k];
            solution[i] /= matrix[i, i];
        }

        return solution;
    }
}
