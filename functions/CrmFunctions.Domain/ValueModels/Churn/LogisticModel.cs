namespace CrmFunctions.Domain.ValueModels.Churn;

/// <summary>Logistic regression with a light ridge, features standardised on the training rows.</summary>
/// <remarks>Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 2nd edition, 4.4.1 (Newton's method, reweighted least squares).</remarks>
public sealed class LogisticModel
{
    private readonly double[] means;
    private readonly double[] scales;
    private readonly double[] weights;

    private LogisticModel(double[] means, double[] scales, double[] weights) => (this.means, this.scales, this.weights) = (means, scales, weights);

    /// <summary>Trains on rows of features and what happened to each.</summary>
    /// <param name="rows">As long as <paramref name="happened"/>; every row as long as the first.</param>
    /// <param name="happened">The outcomes.</param>
    /// <param name="ridge">Penalty on squared standardised weights, in customers; keeps the fit finite where features separate the outcomes.</param>
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
            if (!(scales[j] > 1e-12)) scales[j] = 1;
        }

        var model = new LogisticModel(means, scales, new double[n + 1]);
        var features = new double[n + 1];
        for (var iteration = 0; iteration < 50; iteration++)
        {
            var (hessian, gradient) = (new double[n + 1, n + 1], new double[n + 1]);
            for (var i = 0; i < rows.Count; i++)
            {
                var p = 1 / (1 + Math.Exp(-model.Linear(rows[i], features)));
                var (error, weight) = ((happened[i] ? 1 : 0) - p, Math.Max(p * (1 - p), 1e-9));
                for (var j = 0; j <= n; j++)
                {
                    gradient[j] += error * features[j];
                    for (var k = 0; k <= j; k++) hessian[j, k] += weight * features[j] * features[k];
                }
            }

            for (var j = 1; j <= n; j++)
            {
                gradient[j] -= ridge * model.weights[j];
                hessian[j, j] += ridge;
            }

            hessian[0, 0] += 1e-9;
            var step = Solve(hessian, gradient);
            var largest = step.Max(Math.Abs);

            // Far steps overshoot where the outcomes are nearly separated.
            var damping = Math.Min(1, 3 / largest);
            for (var j = 0; j <= n; j++) model.weights[j] += damping * step[j];
            if (largest < 1e-9) break;
        }

        return model;
    }

    /// <summary>Log-odds that it happens.</summary>
    public double LogOdds(double[] row) => Linear(row, new double[weights.Length]);

    private double Linear(double[] row, double[] features)
    {
        features[0] = 1;
        var sum = weights[0];
        for (var j = 0; j < row.Length; j++)
        {
            features[j + 1] = (row[j] - means[j]) / scales[j];
            sum += weights[j + 1] * features[j + 1];
        }

        return sum;
    }

    // Cholesky on the lower triangle.
    private static double[] Solve(double[,] matrix, double[] right)
    {
        var n = right.Length;
        for (var j = 0; j < n; j++)
        {
            for (var k = 0; k < j; k++) matrix[j, j] -= matrix[j, k] * matrix[j, k];
            matrix[j, j] = Math.Sqrt(Math.Max(matrix[j, j], 1e-12));
            for (var i = j + 1; i < n; i++)
            {
                for (var k = 0; k < j; k++) matrix[i, j] -= matrix[i, k] * matrix[j, k];
                matrix[i, j] /= matrix[j, j];
            }
        }

        var solution = (double[])right.Clone();
        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < i; k++) solution[i] -= matrix[i, k] * solution[k];
            solution[i] /= matrix[i, i];
        }

        for (var i = n - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < n; k++) solution[i] -= matrix[k, i] * solution[k];
            solution[i] /= matrix[i, i];
        }

        return solution;
    }
}
