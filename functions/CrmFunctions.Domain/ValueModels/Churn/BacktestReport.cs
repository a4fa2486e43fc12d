using System.Collections.Immutable;
using CrmFunctions.Domain.ValueModels.Fitting;

namespace CrmFunctions.Domain.ValueModels.Churn;

/// <summary>How a rule did on the holdout.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Auc">Area under the curve for "no order in the holdout"; null where all or none ordered.</param>
/// <param name="Brier">Mean squared error of its probability.</param>
/// <param name="EarlierAuc">Mean AUC on the earlier origins that the choice rests on; null where they allow none.</param>
public sealed record RuleResult(string Rule, double? Auc, double Brier, double? EarlierAuc);

/// <summary>How soon a rule warns, at a level that a given share of returning customers passes.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Warned">Share of the lost customers who were warned of by the end of the calibration.</param>
/// <param name="MedianDays">
/// Days from the last order to the warning, median over the lost customers who were warned of; null where there are none.
/// </param>
/// <param name="FastestThirdDays">The same for the third of customers with the shortest gaps.</param>
/// <param name="SlowestThirdDays">The same for the third with the longest gaps.</param>
/// <param name="FalseAlarms">Share of the returning customers warned of: of the fastest third, the middle and the slowest.</param>
public sealed record LeadTime(
    string Rule,
    double Warned,
    double? MedianDays,
    double? FastestThirdDays,
    double? SlowestThirdDays,
    ImmutableArray<double?> FalseAlarms
);

/// <summary>A part of the base and the rule chosen for it.</summary>
/// <param name="Population">
/// <c>all</c>, <c>repeat</c> (at least one repeat) or <c>active</c> (two repeats or more and recently active).
/// </param>
/// <param name="Customers">How many.</param>
/// <param name="Lost">How many had no order in the holdout.</param>
/// <param name="Chosen">The rule chosen on earlier origins, before the holdout was looked at.</param>
/// <param name="Why">One sentence.</param>
/// <param name="EarliestWarner">
/// The rule that warned soonest on earlier origins, of those that warned of as many lost customers as the plain rule, to within a tenth;
/// null without lead times.
/// </param>
/// <param name="Rules">Each rule's result.</param>
/// <param name="LeadTimes">Each rule's lead time at the false-alarm rate asked for.</param>
public sealed record PopulationResult(
    string Population,
    int Customers,
    int Lost,
    string Chosen,
    string Why,
    string? EarliestWarner,
    ImmutableArray<RuleResult> Rules,
    ImmutableArray<LeadTime> LeadTimes
);

/// <summary>How predictions of a quantity did on the holdout.</summary>
/// <param name="Mae">Mean absolute error per customer.</param>
/// <param name="Rmse">Root of the mean squared error.</param>
/// <param name="Bias">Predicted over actual total, less one.</param>
/// <param name="Predicted">Predicted total.</param>
/// <param name="Actual">Actual total.</param>
public sealed record ErrorSummary(double Mae, double Rmse, double? Bias, double Predicted, double Actual);

/// <summary>Predicted purchases and revenue against what came.</summary>
/// <param name="Model">The purchase model used.</param>
/// <param name="Purchases">Errors of expected purchases.</param>
/// <param name="NaivePurchases">Errors of the plain rate, repeats / age × horizon.</param>
/// <param name="Revenue">Errors of expected revenue; null without amounts.</param>
/// <param name="TopDecileShare">
/// Share of the actual revenue (purchases, without amounts) that the tenth with the highest prediction brought.
/// </param>
/// <param name="PastSpendShare">The same for past spend, the plain rule.</param>
/// <param name="PerfectShare">The same with foreknowledge.</param>
public sealed record ValueResult(
    string Model,
    ErrorSummary Purchases,
    ErrorSummary NaivePurchases,
    ErrorSummary? Revenue,
    double? TopDecileShare,
    double? PastSpendShare,
    double? PerfectShare
);

/// <summary>A backtest of churn rules and of predicted value.</summary>
/// <param name="CalibrationEnd">The last day that rules and models saw.</param>
/// <param name="HorizonDays">Length of the holdout.</param>
/// <param name="EarlierOrigins">The origins within the calibration that the choice of rules rests on.</param>
/// <param name="EarlierHorizonDays">The horizon used there.</param>
/// <param name="ActiveWithinDays">Longest silence of a recently active customer.</param>
/// <param name="FalseAlarmRate">The rate at which lead times are given; null: they are not.</param>
/// <param name="Populations">The parts of the base.</param>
/// <param name="Value">Predicted value.</param>
/// <param name="Warnings">What to know before relying on it.</param>
public sealed record BacktestReport(
    DateOnly CalibrationEnd,
    int HorizonDays,
    ImmutableArray<DateOnly> EarlierOrigins,
    int EarlierHorizonDays,
    int ActiveWithinDays,
    double? FalseAlarmRate,
    ImmutableArray<PopulationResult> Populations,
    ValueResult Value,
    ImmutableArray<FitWarning> Warnings
);
