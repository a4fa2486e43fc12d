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
    /// <param name="lookBack">Days before <paramref name="origin"/> of the earlier origin, whose outcomes until <paramref name="origin"/> the trained rules learn from.</param>
    public static TrainedRules Train(IReadOnlyList<CustomerLedger> ledgers, DateOnly origin, int horizon, int lookBack)
    {
        var now = CustomerAt.All(ledgers, origin);
        if (now.Count == 0) throw new ArgumentException($"Nobody has bought by {origin:yyyy-MM-dd}.", nameof(origin));
        var fit = BestFit(now);
        var model = fit.Model;
        double NoOrder(CustomerAt customer, int days) => LogOddsOf(model.ProbabilityOfNoOrder(customer.History, days));
        var rules = new Dictionary<string, ChurnRule>();
        void Add(string name, Func<CustomerAt, double> logOdds) => rules[name] = new(name, logOdds);

        // Rules that learn from outcomes learn them for the days looked back; the purchase model says how much rarer "no order" is over the horizon.
        var shift = LogOddsOf(now.Average(customer => model.ProbabilityOfNoOrder(customer.History, horizon)))
            - LogOddsOf(now.Average(customer => model.ProbabilityOfNoOrder(customer.History, lookBack)));
        var then = CustomerAt.All(ledgers, origin.AddDays(-lookBack));
        var lost = then.Select(customer => !HasOrdered(ledgers[customer.Index], origin.AddDays(-lookBack), origin)).ToArray();
        var canLearn = Math.Min(lost.Count(gone => gone), lost.Count(gone => !gone)) >= FewRows / 4 && then.Count >= FewRows;

        var cadence = Cadence.From(now);
        if (!canLearn)
        {
            var level = LogOddsOf(now.Average(customer => model.ProbabilityOfNoOrder(customer.History, horizon)));
            Add(ChurnRules.Recency, Rising(LogSilence, now, level));
            Add(ChurnRules.Cadence, Rising(cadence.Score, now, level));
            Add(ChurnRules.NoOrder, customer => NoOrder(customer, horizon));
            return new(origin, fit, rules);
        }

        var earlier = Cadence.From(then);
        Add(ChurnRules.Recency, Calibrated(LogSilence, LogSilence, then, lost, shift));
        Add(ChurnRules.Cadence, Calibrated(earlier.Score, cadence.Score, then, lost, shift));
        Add(ChurnRules.NoOrder, customer => NoOrder(customer, horizon));

        var logistic = LogisticModel.Train([.. then.Select(Features)], lost);
        Add(ChurnRules.Logistic, customer => logistic.LogOdds(Features(customer)) + shift);
        Add(ChurnRules.Blend, customer => (logistic.LogOdds(Features(customer)) + shift + NoOrder(customer, horizon)) / 2);
        return new(origin, fit, rules);
    }

    /// <summary>Whether a customer has bought after one day and until another; what is refunded by then was not bought.</summary>
    public static bool HasOrdered(CustomerLedger ledger, DateOnly after, DateOnly until)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        var purchases = ledger.PurchasesUntil(until);
        return purchases.Count > 0 && purchases[^1].Day > after.DayNumber;
    }

    /// <summary>The usable purchase model with the highest likelihood; NBD where none is usable.</summary>
    public static PurchaseFit BestFit(IEnumerable<CustomerAt> customers)
    {
        var data = GroupedHistories.From(customers.Select(customer => customer.History));
        PurchaseModelKind[] kinds = [PurchaseModelKind.MbgCnbd, PurchaseModelKind.MbgNbd, PurchaseModelKind.BgNbd, PurchaseModelKind.ParetoNbd];
        var fits = kinds.Select(kind => PurchaseFitting.Fit(kind, data)).ToArray();
        var usable = fits.Where(fit => fit.IsUsable).MaxBy(fit => fit.LogLikelihood);
        if (usable is not null) return usable;
        var told = new FitWarning(FitWarnings.FellBack, "No model with leaving is usable on this base; nbd answers instead.");
        return PurchaseFitting.Fit(PurchaseModelKind.Nbd, data) with { Warnings = [told, .. fits.SelectMany(fit => fit.Warnings).Distinct()] };
    }

    private static double LogSilence(CustomerAt customer) => Math.Log(1 + customer.History.Silence);

    private static double[] Features(CustomerAt customer) =>
    [
        LogSilence(customer), Math.Log(customer.Purchases), Math.Log(1 + Math.Max(0, customer.Revenue / customer.Purchases)), Math.Log(1 + customer.History.Age),
    ];

    private static Func<CustomerAt, double> Calibrated(
        Func<CustomerAt, double> scoreThen, Func<CustomerAt, double> scoreNow, List<CustomerAt> then, bool[] lost, double shift)
    {
        var line = LogisticModel.Train([.. then.Select(customer => new[] { scoreThen(customer) })], lost);
        var (at0, at1) = (line.LogOdds([0]), line.LogOdds([1]));

        // The order by the score is the rule: it is kept also where the outcomes happen to speak against it.
        var slope = Math.Max(at1 - at0, 1e-6);
        return customer => at0 + slope * scoreNow(customer) + shift;
    }

    private static Func<CustomerAt, double> Rising(Func<CustomerAt, double> score, List<CustomerAt> now, double level)
    {
        var mean = now.Average(score);
        return customer => score(customer) - mean + level;
    }

    private static double LogOddsOf(double probability)
    {
        var inside = Math.Clamp(probability, 1e-12, 1 - 1e-12);
        return Math.Log(inside / (1 - inside));
    }
}
