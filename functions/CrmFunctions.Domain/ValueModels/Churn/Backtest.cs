using CrmFunctions.Domain.ValueModels.Orders;

namespace CrmFunctions.Domain.ValueModels.Churn;

/// <summary>
/// Chooses a churn rule for the base it is given, without looking ahead, and shows how it and the others did. The choice rests on earlier
/// origins within the calibration: at each, every rule is trained on what was known there and scored on what came next. The holdout is
/// opened once, at the end.
/// </summary>
/// <remarks>
/// Source of the comparison: Wübben and von Wangenheim (2008), Journal of Marketing 72(3), 82-93. Rolling origins: Tashman (2000), IJF
/// 16(4), 437-450.
/// </remarks>
public static class Backtest
{
    private const int FewCustomers = 30;
    private const double Tie = 0.003;

    // Earlier origins, in horizons before the end of the calibration.
    private static readonly double[] Rolls = [1, 1.25, 1.5];

    /// <summary>Runs the backtest.</summary>
    /// <param name="book">All transactions; those after the holdout are left out.</param>
    /// <param name="calibrationEnd">The last day that may be looked at.</param>
    /// <param name="horizonDays">Days of the holdout that follows; 1 or more.</param>
    /// <param name="activeWithinDays">Longest silence of a recently active customer.</param>
    /// <param name="falseAlarmRate">
    /// Share of returning customers that may be warned of, for the lead times; above 0, below 1. Null: lead times are left out.
    /// </param>
    /// <exception cref="ArgumentException">Nobody has bought by the end of the calibration.</exception>
    public static BacktestReport Run(
        OrderBook book,
        DateOnly calibrationEnd,
        int horizonDays,
        int activeWithinDays = 182,
        double? falseAlarmRate = 0.1
    )
    {
        ArgumentNullException.ThrowIfNull(book);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizonDays, 1);
        var ledgers = book.Ledgers;
        var earlier = Math.Max(1, Math.Min(horizonDays, (calibrationEnd.DayNumber - book.First.DayNumber) / 3));
        var populations = Populations(activeWithinDays);

        var origins = Rolls
            .Select(roll => calibrationEnd.AddDays(-(int)(roll * earlier)))
            .Where(origin => origin > book.First && CustomerAt.All(ledgers, origin).Count >= FewCustomers)
            .Distinct()
            .ToArray();
        var trials = origins
            .Select(origin => Scored.At(ledgers, ChurnTraining.Train(ledgers, origin, earlier, earlier), earlier))
            .ToArray();

        var final = Scored.At(ledgers, ChurnTraining.Train(ledgers, calibrationEnd, horizonDays, earlier), horizonDays);
        var results = populations.Select(population =>
        {
            var inner = ChurnRules.All.ToDictionary(
                rule => rule,
                rule => Mean(trials.Select(trial => trial.Auc(rule, population.Includes)))
            );
            var (chosen, why) = Choose(
                inner,
                final.Trained,
                rule => Mean(trials.Select(trial => trial.LeadError(rule, ChurnRules.Recency, population.Includes))) ?? 0
            );
            var (customers, lost) = final.Count(population.Includes);
            return new PopulationResult(
                population.Name,
                customers,
                lost,
                chosen,
                why,
                falseAlarmRate is { } warned ? EarliestWarner(trials, population.Includes, warned) : null,
                [.. final.Results(population.Includes, inner)],
                falseAlarmRate is { } rate ? [.. final.LeadTimes(population.Includes, rate)] : []
            );
        });
        return new(
            calibrationEnd,
            horizonDays,
            [.. origins],
            earlier,
            activeWithinDays,
            falseAlarmRate,
            [.. results],
            ValuePrediction.Evaluate(book, ledgers, final.Customers, final.Trained.Model, calibrationEnd, horizonDays),
            final.Trained.Model.Warnings
        );
    }

    internal static (string Name, Func<CustomerAt, bool> Includes)[] Populations(int activeWithinDays) =>
        [
            ("all", _ => true),
            ("repeat", customer => customer.History.Repeats >= 1),
            ("active", customer => customer.History.Repeats >= 2 && customer.History.Silence <= activeWithinDays),
        ];

    // Of rules that lead about as much, the one that leans least on the outcomes of one earlier origin suffers least when the base changes
    // after it.
    private static readonly string[] Safest = [ChurnRules.NoOrder, ChurnRules.Blend, ChurnRules.Logistic, ChurnRules.Cadence];

    // The plain rule stands unless another leads it by what chance hardly makes: .003, and half the standard error of the lead.
    private static (string Chosen, string Why) Choose(
        Dictionary<string, double?> inner,
        TrainedRules trained,
        Func<string, double> leadError
    )
    {
        if (inner[ChurnRules.Recency] is not { } plain)
            return (
                ChurnRules.Recency,
                "The calibration is too short or too small to compare rules on an earlier origin, so the plain rule stands."
            );
        var leading = inner
            .Where(pair => trained.Rules.ContainsKey(pair.Key) && pair.Value - plain > Math.Max(Tie, leadError(pair.Key) / 2))
            .ToDictionary();
        if (leading.Count == 0)
            return (
                ChurnRules.Recency,
                FormattableString.Invariant($"No rule clearly ranked better than the plain one on earlier origins (mean AUC {plain:F4}).")
            );
        var best = Safest.First(rule => leading.TryGetValue(rule, out var auc) && leading.Values.Max() - auc < Tie);
        return (best, FormattableString.Invariant($"On earlier origins its mean AUC was {leading[best]:F4}, the plain rule's {plain:F4}."));
    }

    private static string EarliestWarner(Scored[] trials, Func<CustomerAt, bool> includes, double falseAlarmRate)
    {
        var all = trials
            .SelectMany(trial => trial.LeadTimes(includes, falseAlarmRate))
            .GroupBy(lead => lead.Rule)
            .Select(leads =>
                (Rule: leads.Key, Warned: leads.Average(lead => lead.Warned), Days: Mean(leads.Select(lead => lead.MedianDays)))
            )
            .ToArray();
        var enough = 0.9 * all.FirstOrDefault(lead => lead.Rule == ChurnRules.Recency).Warned;
        return all.Where(lead => lead.Warned >= enough && lead.Days is not null).OrderBy(lead => lead.Days).FirstOrDefault().Rule
            ?? ChurnRules.Recency;
    }

    private static double? Mean(IEnumerable<double?> values)
    {
        var known = values.Where(value => value is not null).ToArray();
        return known.Length == 0 ? null : known.Average();
    }
}
