using CrmFunctions.Domain.ValueModels.Churn;
using CrmFunctions.Domain.ValueModels.Orders;

namespace CrmFunctions.UnitTests.ValueModels;

/// <summary>Goals on public data sets, each met by the rule that the backtest chose before it saw the holdout.</summary>
public sealed class ReferenceBacktestTests
{
    [ReferenceDataFact]
    public void On_all_of_CDNOW_the_chosen_rules_beat_recency_by_the_goals()
    {
        var rows = File.ReadLines(Path.Combine(ReferenceData.Folder!, "cdnow", "master.txt"))
            .Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(row => new Transaction(row[0], ReferenceData.Day(row[1]), (decimal)ReferenceData.Number(row[3])));
        var report = Backtest.Run(OrderBook.From(rows), new(1997, 9, 30), 273);
        AssertAuc(report, "all", 0.7594, 0.770);
        AssertAuc(report, "repeat", 0.7113, 0.730);
    }

    [ReferenceDataFact]
    public void At_the_grocer_the_chosen_rule_beats_recency_and_cadence_warns_in_half_the_time()
    {
        var rows = ReferenceData.Csv("grocery/transactions.csv").Select(row => new Transaction(row[0], ReferenceData.Day(row[1]), null));
        var report = Backtest.Run(OrderBook.From(rows), new(2006, 12, 31), 364);
        AssertAuc(report, "active", 0.7982, 0.820);
        AssertAuc(report, "all", 0.8869, 0.8819);
        AssertAuc(report, "repeat", 0.8587, 0.8537);

        var active = report.Populations.Single(population => population.Population == "active");
        Assert.Equal(97, active.LeadTimes.Single(lead => lead.Rule == ChurnRules.Recency).MedianDays);
        Assert.Equal(ChurnRules.Cadence, active.EarliestWarner);
        var warner = active.LeadTimes.Single(lead => lead.Rule == active.EarliestWarner);
        Assert.True(warner.MedianDays <= 55 && warner.FastestThirdDays <= 40, $"{warner}");
    }

    [ReferenceDataFact]
    public void CDNOWs_predicted_value_meets_the_goals()
    {
        var rows = ReferenceData
            .Csv("cdnow/sample_transactions.csv")
            .Select(row => new Transaction(row[0], ReferenceData.Day(row[2]), (decimal)ReferenceData.Number(row[4])));
        var value = Backtest.Run(OrderBook.From(rows), new(1997, 9, 30), 273).Value;
        Assert.Equal(1882, value.Purchases.Actual);
        Assert.True(value.Purchases is { Mae: <= 0.77, Rmse: <= 1.61, Bias: >= -0.17 and <= 0.17 }, $"{value.Purchases}");
        Assert.Equal(1.024, value.NaivePurchases.Mae, 1e-3);
        Assert.True(value.TopDecileShare >= 0.50, $"{value.TopDecileShare}");
        Assert.Equal(0.481, value.PastSpendShare!.Value, 1e-3);
        Assert.Equal(0.763, value.PerfectShare!.Value, 1e-3);
    }

    private static void AssertAuc(BacktestReport report, string name, double naive, double goal)
    {
        var population = report.Populations.Single(each => each.Population == name);
        Assert.Equal(naive, population.Rules.Single(rule => rule.Rule == ChurnRules.Recency).Auc!.Value, 1e-4);
        var chosen = population.Rules.Single(rule => rule.Rule == population.Chosen);
        Assert.True(chosen.Auc >= goal, $"{name}: {chosen.Rule} {chosen.Auc}");
    }
}
