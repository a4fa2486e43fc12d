using CrmFunctions.Domain.ValueModels.Orders;

namespace CrmFunctions.Domain.ValueModels.Churn;

/// <summary>Customers at an origin with every rule's log-odds and what came in the horizon after it.</summary>
internal sealed class Scored
{
    private readonly Dictionary<string, double[]> scores;
    private readonly bool[] lost;

    private Scored(TrainedRules trained, List<CustomerAt> customers, bool[] lost)
    {
        (Trained, Customers, this.lost) = (trained, customers, lost);
        scores = trained.Rules.Values.ToDictionary(rule => rule.Name, rule => customers.Select(rule.LogOdds).ToArray());
    }

    public TrainedRules Trained { get; }

    public List<CustomerAt> Customers { get; }

    public static Scored At(IReadOnlyList<CustomerLedger> ledgers, TrainedRules trained, int horizon)
    {
        var customers = CustomerAt.All(ledgers, trained.Origin);
        return new(
            trained,
            customers,
            [.. customers.Select(c => !ChurnTraining.HasOrdered(ledgers[c.Index], trained.Origin, trained.Origin.AddDays(horizon)))]
        );
    }

    /// <summary>AUC in a population; null where it has no say.</summary>
    public double? Auc(string rule, Func<CustomerAt, bool> includes)
    {
        if (!scores.TryGetValue(rule, out var values))
            return null;
        var chosen = Chosen(includes);
        var auc = Metrics.Auc(chosen.Select(i => values[i]).ToArray(), chosen.Select(i => lost[i]).ToArray());
        return double.IsNaN(auc) ? null : auc;
    }

    /// <summary>Standard error of the lead of a rule's AUC over another's; null where it has no say.</summary>
    public double? LeadError(string rule, string other, Func<CustomerAt, bool> includes)
    {
        if (!scores.TryGetValue(rule, out var values) || !scores.TryGetValue(other, out var others))
            return null;
        var chosen = Chosen(includes);
        var error = Metrics.AucLeadError(
            chosen.Select(i => values[i]).ToArray(),
            chosen.Select(i => others[i]).ToArray(),
            chosen.Select(i => lost[i]).ToArray()
        );
        return double.IsNaN(error) ? null : error;
    }

    /// <summary>Customers of a population, and those of them who had no order.</summary>
    public (int Customers, int Lost) Count(Func<CustomerAt, bool> includes)
    {
        var chosen = Chosen(includes);
        return (chosen.Length, chosen.Count(i => lost[i]));
    }

    /// <summary>Every rule's result in a population.</summary>
    public IEnumerable<RuleResult> Results(Func<CustomerAt, bool> includes, Dictionary<string, double?> earlier)
    {
        var chosen = Chosen(includes);
        var gone = chosen.Select(i => lost[i]).ToArray();
        return ChurnRules
            .All.Where(scores.ContainsKey)
            .Select(rule => new RuleResult(
                rule,
                Auc(rule, includes),
                chosen.Length == 0 ? 0 : Metrics.Brier(chosen.Select(i => 1 / (1 + Math.Exp(-scores[rule][i]))).ToArray(), gone),
                earlier[rule]
            ));
    }

    /// <summary>Every rule's lead time in a population; none where fewer than ten customers returned.</summary>
    public IEnumerable<LeadTime> LeadTimes(Func<CustomerAt, bool> includes, double falseAlarmRate)
    {
        var chosen = Chosen(includes);
        return chosen.Count(i => !lost[i]) < 10
            ? []
            : ChurnRules.All.Where(scores.ContainsKey).Select(rule => LeadTimeOf(Trained.Rules[rule], chosen, falseAlarmRate));
    }

    // The level that the given share of returning customers has passed; from there, each customer's own day.
    private LeadTime LeadTimeOf(ChurnRule rule, int[] chosen, double falseAlarmRate)
    {
        var values = scores[rule.Name];
        var level = CrmFunctions.Domain.ValueModels.Numerics.Quantiles.Type7(
            [.. chosen.Where(i => !lost[i]).Select(i => values[i]).Order()],
            1 - falseAlarmRate
        );
        var byGap = chosen.OrderBy(i => Gap(Customers[i])).ThenBy(i => Customers[i].Index).ToArray();
        var third = byGap.Length / 3;
        int[][] thirds = [byGap[..third], byGap[third..^third], byGap[^third..]];
        double? Median(int[] some)
        {
            var days = some.Where(i => lost[i] && values[i] > level)
                .Select(i => Math.Min(rule.SilenceUntil(Customers[i], level) ?? double.MaxValue, Customers[i].History.Silence))
                .Order()
                .ToArray();
            return days.Length == 0 ? null : CrmFunctions.Domain.ValueModels.Numerics.Quantiles.Type7(days, 0.5);
        }

        var gone = chosen.Count(i => lost[i]);
        return new(
            rule.Name,
            gone == 0 ? 0 : chosen.Count(i => lost[i] && values[i] > level) / (double)gone,
            Median(chosen),
            Median(thirds[0]),
            Median(thirds[2]),
            [.. thirds.Select(some => Share(some.Where(i => !lost[i]), i => values[i] > level))]
        );
    }

    private static double? Share(IEnumerable<int> some, Func<int, bool> holds)
    {
        var all = some.ToArray();
        return all.Length == 0 ? null : all.Count(holds) / (double)all.Length;
    }

    private int[] Chosen(Func<CustomerAt, bool> includes) => [.. Enumerable.Range(0, Customers.Count).Where(i => includes(Customers[i]))];

    private static double Gap(CustomerAt customer) =>
        customer.History.Repeats == 0 ? double.MaxValue : customer.History.LastAt / customer.History.Repeats;
}
