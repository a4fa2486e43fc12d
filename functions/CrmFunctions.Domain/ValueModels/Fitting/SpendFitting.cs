using System.Collections.Immutable;
using System.Runtime.InteropServices;
using CrmFunctions.Domain.ValueModels.Numerics;
using CrmFunctions.Domain.ValueModels.Spend;

namespace CrmFunctions.Domain.ValueModels.Fitting;

/// <summary>Gamma-Gamma fitted to a base.</summary>
/// <param name="Model">The model; null where nobody has spent anything.</param>
/// <param name="LogLikelihood">ln of the likelihood of the mean spends.</param>
/// <param name="Customers">Customers with at least one purchase that counts.</param>
/// <param name="DistinctRows">Distinct pairs of purchases and mean spend.</param>
/// <param name="Converged">Whether the search ended at a maximum.</param>
/// <param name="Warnings">What to know before relying on it.</param>
public sealed record SpendFit(
    GammaGammaModel? Model,
    double LogLikelihood,
    long Customers,
    int DistinctRows,
    bool Converged,
    ImmutableArray<FitWarning> Warnings
)
{
    /// <summary>Whether expected spends of this fit may be shown.</summary>
    public bool IsUsable => Model is not null && !Warnings.Any(warning => FitWarnings.MakesUnusable(warning.Code));
}

/// <summary>Maximum likelihood for Gamma-Gamma, on grouped spend.</summary>
public static class SpendFitting
{
    /// <summary>Fits; customers without purchases are left out.</summary>
    public static SpendFit Fit(IEnumerable<SpendHistory> spends)
    {
        ArgumentNullException.ThrowIfNull(spends);
        var counts = new Dictionary<SpendHistory, double>();
        foreach (var spend in spends)
            if (spend.Purchases > 0)
                CollectionsMarshal.GetValueRefOrAddDefault(counts, spend, out _)++;
        if (counts.Count == 0)
            return new(
                null,
                0,
                0,
                0,
                false,
                [new(FitWarnings.NoRepeatPurchases, "No purchase counts, so nothing can be learned of spend.")]
            );

        var rows = counts
            .Select(pair => (Spend: pair.Key, Weight: pair.Value))
            .OrderBy(row => row.Spend.Purchases)
            .ThenBy(row => row.Spend.Mean)
            .ToArray();
        var customers = rows.Sum(row => row.Weight);
        var unit = rows.Sum(row => row.Weight * row.Spend.Mean) / customers;
        var likelihood = new GammaGammaLikelihood(rows, customers, unit);
        double[][] starts =
        [
            [2, 3, 1],
            [1, 1, 1],
            [10, 10, 1],
        ];
        Minimum? best = null;
        foreach (var start in starts)
        {
            var found = Minimiser.Minimise(likelihood.At, [.. start.Select(SearchSpace.Point)]);
            if (best is null || found.Value < best.Value - 1e-12)
                best = found;
            if (best.Converged && !best.Point.Any(SearchSpace.AtBound))
                break;
        }

        var model = new GammaGammaModel(
            SearchSpace.Value(best!.Point[0]),
            SearchSpace.Value(best.Point[1]),
            SearchSpace.Value(best.Point[2]) * unit
        );

        // A density of an amount: it changes with the unit of money.
        var logLikelihood = -best.Value * customers - customers * Math.Log(unit);
        return new(model, logLikelihood, (long)customers, rows.Length, best.Converged, Warnings(model, best, rows, customers));
    }

    private static ImmutableArray<FitWarning> Warnings(
        GammaGammaModel model,
        Minimum best,
        (SpendHistory Spend, double Weight)[] rows,
        double customers
    )
    {
        var warnings = ImmutableArray.CreateBuilder<FitWarning>();
        if (customers < 50)
            warnings.Add(
                new(FitWarnings.TooFewCustomers, $"{customers} customers with spend are too few for three parameters; use 50 or more.")
            );
        if (!best.Converged)
            warnings.Add(new(FitWarnings.NotConverged, "The search for the best parameters did not end at a maximum."));
        if (best.Point.Any(SearchSpace.AtBound))
            warnings.Add(new(FitWarnings.ParameterAtBound, "A parameter ran away: a limiting case of the model fits best."));
        if (model.Q <= 1)
            warnings.Add(
                new(
                    FitWarnings.InfiniteMeanSpend,
                    "The mean of expected spend is infinite (q of 1 or less): a few customers outspend all others."
                )
            );
        var correlation = Correlation(rows, customers);
        if (Math.Abs(correlation) > 0.3)
            warnings.Add(
                new(
                    FitWarnings.SpendDependsOnFrequency,
                    $"Mean spend and number of purchases correlate by {correlation:F2}; the model takes them for independent."
                )
            );
        return warnings.ToImmutable();
    }

    private static double Correlation((SpendHistory Spend, double Weight)[] rows, double customers)
    {
        var meanX = rows.Sum(row => row.Weight * row.Spend.Purchases) / customers;
        var meanM = rows.Sum(row => row.Weight * row.Spend.Mean) / customers;
        var xx = rows.Sum(row => row.Weight * Math.Pow(row.Spend.Purchases - meanX, 2));
        var mm = rows.Sum(row => row.Weight * Math.Pow(row.Spend.Mean - meanM, 2));
        var xm = rows.Sum(row => row.Weight * (row.Spend.Purchases - meanX) * (row.Spend.Mean - meanM));
        return xx > 0 && mm > 0 ? xm / Math.Sqrt(xx * mm) : 0;
    }
}
