using CrmFunctions.Domain.ValueModels.Churn;
using CrmFunctions.Domain.ValueModels.Orders;
using CrmFunctions.Domain.ValueModels.Purchases;

namespace CrmFunctions.UnitTests.ValueModels;

public sealed class ChurnTests
{
    [Fact]
    public void The_area_under_the_curve_counts_pairs_and_ties_as_half()
    {
        double[] scores = [1, 2, 2, 3, 4, 4, 5];
        bool[] happened = [false, false, true, false, true, false, true];
        var (better, pairs) = (0.0, 0);
        for (var i = 0; i < 7; i++)
        for (var j = 0; j < 7; j++)
        {
            if (!happened[i] || happened[j])
                continue;
            pairs++;
            better +=
                scores[i] > scores[j] ? 1
                : scores[i] == scores[j] ? 0.5
                : 0;
        }

        Assert.Equal(better / pairs, Metrics.Auc(scores, happened), 1e-15);
        Assert.True(double.IsNaN(Metrics.Auc([1, 2], [true, true])));
    }

    [Fact]
    public void The_error_of_a_lead_is_zero_against_itself_and_near_the_spread_of_repeated_samples()
    {
        var random = new Random(2);
        var (leads, errors) = (new List<double>(), new List<double>());
        for (var round = 0; round < 200; round++)
        {
            var happened = Enumerable.Range(0, 150).Select(i => i % 3 == 0).ToArray();
            var good = happened.Select(h => (h ? 1 : 0) + 2 * random.NextDouble()).ToArray();
            var poor = happened.Select((h, i) => good[i] + 2 * random.NextDouble()).ToArray();
            leads.Add(Metrics.Auc(good, happened) - Metrics.Auc(poor, happened));
            errors.Add(Metrics.AucLeadError(good, poor, happened));
            Assert.Equal(0, Metrics.AucLeadError(good, good, happened), 1e-12);
        }

        var spread = Math.Sqrt(leads.Average(lead => Math.Pow(lead - leads.Average(), 2)));
        Assert.InRange(errors.Average() / spread, 0.8, 1.25);
    }

    [Fact]
    public void Ties_at_the_border_of_the_top_decile_share_it_evenly()
    {
        double[] actual = [10, 0, 0, 0, 0, 0, 0, 0, 0, 10];
        Assert.Equal(0.1, Metrics.TopShare(new double[10], actual, 0.1), 1e-12);
        Assert.Equal(0.5, Metrics.TopShare(actual, actual, 0.1), 1e-12);
    }

    [Fact]
    public void Logistic_regression_recovers_its_weights_and_stays_finite_where_outcomes_are_separated()
    {
        var random = new Random(5);
        var rows = Enumerable.Range(0, 20_000).Select(_ => new[] { random.NextDouble() * 4, random.NextDouble() * 10 - 5 }).ToArray();
        var happened = rows.Select(row => random.NextDouble() < 1 / (1 + Math.Exp(-(1 - 2 * row[0] + 0.5 * row[1])))).ToArray();
        var model = LogisticModel.Train(rows, happened);
        Assert.Equal(1, model.LogOdds([0, 0]), 0.15);
        Assert.Equal(-1, model.LogOdds([1, 0]), 0.15);

        double[][] apart =
        [
            [0.0],
            [0.1],
            [0.9],
            [1.0],
        ];
        Assert.True(double.IsFinite(LogisticModel.Train(apart, [false, false, true, true]).LogOdds([0.5])));
    }

    [Fact]
    public void The_warning_date_is_the_first_day_on_which_the_level_is_passed()
    {
        var rule = new ScoreRule(ChurnRules.Recency, null, -Math.Log(1 + 12.5), 1);
        var customer = new CustomerAt(0, new(2, 30, 90), 0, 0, 0);
        Assert.Equal(13, rule.SilenceUntil(customer, 0));
        Assert.Null(rule.SilenceUntil(customer, 5000));
    }

    [Fact]
    public void A_regular_customer_is_late_sooner_than_an_irregular_one()
    {
        CustomerAt Of(params int[] gaps) =>
            new(
                0,
                new(gaps.Length, gaps.Sum(), gaps.Sum() + 40, gaps.Sum(gap => Math.Log(gap))),
                gaps.Sum(gap => Math.Pow(Math.Log(gap), 2)),
                0,
                0
            );

        var (weekly, irregular) = (Of(7, 7, 7, 7, 7, 7), Of(3, 25, 1, 60, 9, 40));
        var cadence = PurchaseCadence.From([weekly, irregular]);
        Assert.True(cadence.Score(weekly) > cadence.Score(irregular));
    }

    [Fact]
    public void What_happens_after_the_calibration_changes_neither_the_choice_nor_a_score()
    {
        var book = Simulated(900, 11, new(2025, 12, 31));
        var changed = OrderBook.From(book.Rows.Where(row => row.Day <= new DateOnly(2025, 6, 30)).Append(new("c1", new(2025, 9, 1), 5)));
        var (before, after) = (Backtest.Run(book.Book, new(2025, 6, 30), 90), Backtest.Run(changed, new(2025, 6, 30), 90));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(before.Populations[i].Chosen, after.Populations[i].Chosen);
            Assert.Equal(before.Populations[i].EarliestWarner, after.Populations[i].EarliestWarner);
            Assert.Equal(
                before.Populations[i].Rules.Select(rule => rule.EarlierAuc),
                after.Populations[i].Rules.Select(rule => rule.EarlierAuc)
            );
        }
    }

    [Fact]
    public void On_a_simulated_base_the_probabilities_are_right_and_the_choice_is_no_worse_than_the_plain_rule()
    {
        var report = Backtest.Run(Simulated(3000, 12, new(2025, 12, 31)).Book, new(2025, 6, 30), 180);
        foreach (var population in report.Populations)
        {
            var plain = population.Rules.Single(rule => rule.Rule == ChurnRules.Recency);
            var chosen = population.Rules.Single(rule => rule.Rule == population.Chosen);
            Assert.True(chosen.Auc >= plain.Auc - 0.005);
            Assert.InRange(chosen.Brier, 0, 0.25);
        }

        Assert.InRange(report.Value.Purchases.Bias!.Value, -0.15, 0.15);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(60)]
    public void Tiny_bases_give_a_report_with_the_plain_rule_and_never_throw(int customers)
    {
        var report = Backtest.Run(Simulated(customers, 13, new(2025, 12, 31)).Book, new(2025, 6, 30), 60);
        Assert.All(report.Populations, population => Assert.NotEmpty(population.Why));
        if (customers < 30)
            Assert.All(report.Populations, population => Assert.Equal(ChurnRules.Recency, population.Chosen));
    }

    [Fact]
    public void A_base_of_customers_who_bought_once_gives_a_report()
    {
        var book = OrderBook.From(
            Enumerable.Range(0, 300).Select(i => new Transaction($"c{i}", new DateOnly(2025, 1, 1).AddDays(i % 150), 10))
        );
        var report = Backtest.Run(book, new(2025, 6, 30), 60);
        Assert.Equal(300, report.Populations[0].Lost);
        Assert.Null(report.Populations[0].Rules[0].Auc);
    }

    private static (OrderBook Book, Transaction[] Rows) Simulated(int customers, int seed, DateOnly end)
    {
        // Regular customers who leave after a purchase with probability 0.08, at very different rates.
        var random = new Random(seed);
        var rows = new List<Transaction>();
        for (var i = 0; i < customers; i++)
        {
            var gap = Math.Exp(random.NextDouble() * 3.5 + 1.5);
            for (var day = new DateOnly(2024, 7, 1).AddDays(random.Next(300)); day <= end; )
            {
                rows.Add(new($"c{i}", day, 5 + random.Next(50)));
                if (random.NextDouble() < 0.08)
                    break;
                day = day.AddDays(1 + (int)(gap * PurchaseSimulation.Gamma(random, 2) / 2));
            }
        }

        return (OrderBook.From(rows), [.. rows]);
    }
}
