using System.Collections.Immutable;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.ValueModels.Churn;
using CrmFunctions.Domain.ValueModels.Fitting;
using CrmFunctions.Domain.ValueModels.Orders;
using CrmFunctions.Domain.ValueModels.Prediction;

namespace CrmFunctions.Domain.Calibrating;

/// <summary>
/// Chooses the churn rules of a base by a backtest on the last horizon, and trains the chosen ones on everything known now.
/// </summary>
internal static class ChurnSelection
{
    // A shorter holdout says little, and a rule that falls further behind there is not used, also where it was better before.
    private const int ShortestHoldout = 14;
    private const double Behind = 0.005;

    public static ImmutableArray<ChurnChoice> Select(
        IEnumerable<(string Customer, Facts Facts)> sample,
        Standard standard,
        DateOnly today,
        PurchaseFit fit,
        int horizonDays
    )
    {
        var book = OrderBook.From(
            sample.SelectMany(each => each.Facts.Orders.Select(order => Row(each.Customer, order, standard))).Where(row => row.Day <= today)
        );
        if (book.Rows == 0)
            return
            [
                .. CustomerModel.Populations.Select(name =>
                    Unproved(name, new NoOrderRule(fit.Model, horizonDays), "The sample has no order.")
                ),
            ];

        var span = today.DayNumber - book.First.DayNumber;
        var holdout = Math.Min(horizonDays, span / 3);
        var trained = ChurnTraining.Train(book.Ledgers, today, horizonDays, Math.Max(1, holdout), fit);
        if (holdout < ShortestHoldout)
        {
            var rule = trained.Rules[fit.IsUsable ? ChurnRules.NoOrder : ChurnRules.Recency];
            return
            [
                .. CustomerModel.Populations.Select(name => Unproved(name, rule, $"{span} days of orders are too few for a backtest.")),
            ];
        }

        var report = Backtest.Run(book, today.AddDays(-holdout), holdout, falseAlarmRate: null);
        return
        [
            .. CustomerModel.Populations.Select(name =>
                Choice(report.Populations.Single(population => population.Population == name), trained)
            ),
        ];
    }

    private static ChurnChoice Choice(PopulationResult result, TrainedRules trained)
    {
        var plain = result.Rules.Single(rule => rule.Rule == ChurnRules.Recency);
        var chosen = result.Rules.SingleOrDefault(rule => rule.Rule == result.Chosen) ?? plain;
        var why = result.Why;
        if (chosen.Auc < plain.Auc - Behind)
        {
            why = FormattableString.Invariant(
                $"{chosen.Rule} led on earlier origins and fell behind on the last (AUC {chosen.Auc:F4}, the plain rule's {plain.Auc:F4}), so the plain rule stands."
            );
            chosen = plain;
        }

        if (!trained.Rules.ContainsKey(chosen.Rule))
        {
            why = $"{chosen.Rule} cannot be trained on what is known now, so the plain rule stands.";
            chosen = plain;
        }

        return new(
            result.Population,
            trained.Rules[chosen.Rule],
            why,
            result.Customers,
            result.Lost,
            chosen.Auc,
            plain.Auc,
            result.Customers == 0 ? null : chosen.Brier
        );
    }

    private static ChurnChoice Unproved(string population, ChurnRule rule, string why) =>
        new(population, rule, why, 0, 0, null, null, null);

    private static Transaction Row(string customer, Order order, Standard standard)
    {
        var rate = order.Net.Currency == standard.Currency ? 1m : standard.Rates.GetValueOrDefault(order.Net.Currency);
        return new(customer, DateOnly.FromDateTime(order.At.UtcDateTime), rate == 0 ? null : order.Net.Amount * rate);
    }
}
