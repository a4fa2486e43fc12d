using CrmFunctions.Domain.ValueModels.Churn;

namespace CrmFunctions.Domain.ValueModels.Prediction;

/// <summary>The churn rule in use for a part of the base, and how it did in the backtest that chose it.</summary>
/// <param name="Population"><c>all</c>, <c>repeat</c> or <c>active</c>, as in <see cref="PopulationResult"/>.</param>
/// <param name="Rule">Trained on everything known at the calibration.</param>
/// <param name="Why">One sentence.</param>
/// <param name="Customers">Customers of the part in the backtest; 0: there was none.</param>
/// <param name="Lost">Those of them who had no order in the holdout.</param>
/// <param name="Auc">Area under the curve on the holdout; null where it has no say.</param>
/// <param name="PlainAuc">The same of plain recency.</param>
/// <param name="Brier">Mean squared error of the probabilities on the holdout; null where there was no backtest.</param>
public sealed record ChurnChoice(
    string Population,
    ChurnRule Rule,
    string Why,
    int Customers,
    int Lost,
    double? Auc,
    double? PlainAuc,
    double? Brier
);
