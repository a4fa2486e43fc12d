using CrmFunctions.Domain.ValueModels.Fitting;
using CrmFunctions.Domain.ValueModels.Orders;
using CrmFunctions.Domain.ValueModels.Purchases;

namespace CrmFunctions.Domain.ValueModels.Churn;

/// <summary>Trains the rules on what is known at one day; nothing later is looked at.</summary>
public static class ChurnTraining
{
    private const int FewRows = 40;

    /// <summary>Trains all rules that the base allows.</summary>
    /// <param name="ledgers">The base.</param>
    /// <param name="origin">The last day to look at.</param>
    /// <param name="horizon">Days for which "no order" is foretold.</param>
    /// <param name="lookBack">Days before <paramref name="origin"/> of the earlier origin, whose outcomes until <paramref name="origin"/>
    /// the trained rules learn from.</param>
    /// <param name="known">The purchase model to use; null: the best fit to these customers.</param>
    public static TrainedRules Train(
        IReadOnlyList<CustomerLedger> ledgers,
        DateOnly origin,
        int horizon,
        int lookBack,
        PurchaseFit? known = null
    )
    {
        var now = CustomerAt.All(ledgers, origin);
        if (now.Count == 0)
            throw new ArgumentException($"Nobody has bought by {origin:yyyy-MM-dd}.", nameof(origin));
        var fit = known ?? BestFit(GroupedHistories.From(now.Select(customer => customer.History)));
        var model = fit.Model;
        var noOrder = new NoOrderRule(model, horizon);
        TrainedRules Trained(params ChurnRule[] rules) => new(origin, fit, rules.ToDictionary(rule => rule.Name));

        // Rules that learn from outcomes learn them for the days looked back; the purchase model says how much rarer "no order" is over the
        // horizon.
        var shift =
            ChurnRule.LogOddsOf(now.Average(customer => model.ProbabilityOfNoOrder(customer.History, horizon)))
            - ChurnRule.LogOddsOf(now.Average(customer => model.ProbabilityOfNoOrder(customer.History, lookBack)));
        var then = CustomerAt.All(ledgers, origin.AddDays(-lookBack));
        var lost = then.Select(customer => !HasOrdered(ledgers[customer.Index], origin.AddDays(-lookBack), origin)).ToArray();
        var canLearn = Math.Min(lost.Count(gone => gone), lost.Count(gone => !gone)) >= FewRows / 4 && then.Count >= FewRows;

        var cadence = PurchaseCadence.From(now);
        if (!canLearn)
        {
            var level = ChurnRule.LogOddsOf(now.Average(customer => model.ProbabilityOfNoOrder(customer.History, horizon)));
            return Trained(Rising(ChurnRules.Recency, null, now, level), Rising(ChurnRules.Cadence, cadence, now, level), noOrder);
        }

        var logistic = new LogisticRule(LogisticModel.Train([.. then.Select(LogisticRule.Features)], lost), shift);
        return Trained(
            Calibrated(ChurnRules.Recency, null, null, then, lost, shift),
            Calibrated(ChurnRules.Cadence, PurchaseCadence.From(then), cadence, then, lost, shift),
            noOrder,
            logistic,
            new BlendRule(logistic, noOrder)
        );
    }

    /// <summary>Whether a customer has bought after one day and until another; what is refunded by then was not bought.</summary>
    public static bool HasOrdered(CustomerLedger ledger, DateOnly after, DateOnly until)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        var purchases = ledger.PurchasesUntil(until);
        return purchases.Count > 0 && purchases[^1].Day > after.DayNumber;
    }

    /// <summary>The usable purchase model with the highest likelihood; NBD where none is usable.</summary>
    public static PurchaseFit BestFit(GroupedHistories data)
    {
        // With k = 1, MBG/CNBD-k is MBG/NBD.
        var regular = PurchaseFitting.Fit(PurchaseModelKind.MbgCnbd, data);
        PurchaseModelKind[] others = regular.Model is BetaGeometricModel { K: > 1 }
            ? [PurchaseModelKind.MbgNbd, PurchaseModelKind.BgNbd, PurchaseModelKind.ParetoNbd]
            : [PurchaseModelKind.BgNbd, PurchaseModelKind.ParetoNbd];
        PurchaseFit[] fits = [regular, .. others.Select(kind => PurchaseFitting.Fit(kind, data))];
        var usable = fits.Where(fit => fit.IsUsable).MaxBy(fit => fit.LogLikelihood);
        if (usable is not null)
            return usable with
            {
                Warnings = [.. usable.Warnings, .. fits.Where(fit => !fit.IsUsable).Select(fit => LeftOut(fit, usable.Model))],
            };
        var nbd = PurchaseFitting.Fit(PurchaseModelKind.Nbd, data);
        return nbd with
        {
            Warnings =
            [
                .. fits.Select(fit => LeftOut(fit, nbd.Model)),
                .. fits.SelectMany(fit => fit.Warnings).DistinctBy(warning => warning.Code),
            ],
        };
    }

    private static FitWarning LeftOut(PurchaseFit fit, IPurchaseModel instead)
    {
        var why = fit.Warnings.First(warning => FitWarnings.MakesUnusable(warning.Code));
        return new(
            FitWarnings.FellBack,
            $"{fit.Model.Name} is not usable on this base ({why.Code}); {instead.Name} answers instead. {why.Message}"
        );
    }

    // What silence scored at the earlier origin against what came is a line of log-odds. The order by the score is the rule: it is kept
    // also where the outcomes happen to speak against it.
    private static ScoreRule Calibrated(
        string name,
        PurchaseCadence? earlier,
        PurchaseCadence? cadence,
        List<CustomerAt> then,
        bool[] lost,
        double shift
    )
    {
        double Score(CustomerAt customer) => earlier?.Score(customer) ?? ScoreRule.LogSilence(customer);
        var line = LogisticModel.Train([.. then.Select(customer => new[] { Score(customer) })], lost);
        return new(name, cadence, line.Intercept + shift, Math.Max(line.Weights[0], 1e-6));
    }

    private static ScoreRule Rising(string name, PurchaseCadence? cadence, List<CustomerAt> now, double level)
    {
        var score = new ScoreRule(name, cadence, 0, 1);
        return score with { Intercept = level - now.Average(score.LogOdds) };
    }
}
