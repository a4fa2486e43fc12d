using CrmFunctions.Domain.ValueModels.Purchases;

namespace CrmFunctions.UnitTests.ValueModels;

/// <summary>Published values of BG/NBD and its relatives at given parameters.</summary>
public sealed class BetaGeometricTests
{
    // Fader, Hardie and Lee (2005), table 2: CDNOW, in weeks.
    private static readonly BetaGeometricModel Published = BetaGeometricModel.BgNbd(0.243, 4.414, 0.793, 2.426);

    // R package BTYD 2.4.3 on the same data.
    private static readonly BetaGeometricModel Btyd = BetaGeometricModel.BgNbd(0.24259815, 4.41368416, 0.79298987, 2.4261667);

    [Theory]
    [InlineData(0, 0, -0.59947382)]
    [InlineData(200, 38, 100.7957)]
    public void The_log_likelihood_equals_that_of_pymc_marketing_also_for_hundreds_of_purchases(int x, double last, double expected) =>
        Assert.Equal(expected, BetaGeometricModel.BgNbd(0.25, 4, 0.8, 2.5).LogLikelihood(new(x, last, 40)), 1e-4);

    [Fact]
    public void The_log_likelihood_of_a_customer_without_repeat_purchase_equals_the_reference_to_eight_digits() =>
        Assert.Equal(-0.59947382, BetaGeometricModel.BgNbd(0.25, 4, 0.8, 2.5).LogLikelihood(new(0, 0, 40)), 1e-8);

    [Fact]
    public void The_expected_purchases_of_the_papers_example_customer_are_1_226() =>
        Assert.Equal(1.226, Published.Expected(new(2, 30.43, 38.86), 39), 5e-4);

    [Theory]
    [InlineData(0.1429, 0.0078)]
    [InlineData(1, 0.0532)]
    [InlineData(3, 0.1506)]
    [InlineData(31.8571, 1.0405)]
    [InlineData(32, 1.0437)]
    public void The_expected_purchases_of_a_new_customer_equal_the_papers_table(double weeks, double expected) =>
        Assert.Equal(expected, Btyd.Expected(weeks), 5.1e-5);

    [Fact]
    public void The_expected_purchases_of_a_new_customer_over_78_weeks_are_1_858() => Assert.Equal(1.8576, Btyd.Expected(78), 5e-4);

    [Theory]
    [InlineData(0, 0.5737863521)]
    [InlineData(1, 0.1993952808)]
    [InlineData(2, 0.0854297595)]
    [InlineData(5, 0.0179654939)]
    [InlineData(10, 0.0035904295)]
    public void The_probability_of_so_many_purchases_equals_BTYD(int purchases, double expected) =>
        Assert.Equal(expected, Published.ProbabilityOf(purchases, default, 39), 1e-9);

    [Theory]
    [InlineData(11, 0.0019995214)]
    [InlineData(15, 0.0007023638)]
    [InlineData(20, 0.000222226)]
    public void The_tail_of_the_probability_of_so_many_purchases_equals_lifetimes(int purchases, double expected) =>
        Assert.Equal(expected, Published.ProbabilityOf(purchases, default, 30), 1e-9);

    [Fact]
    public void A_very_unlikely_number_of_purchases_keeps_its_digits() =>
        Assert.Equal(1.07869e-07, Published.ProbabilityOf(10, default, 2), 1e-11);

    [Fact]
    public void P_alive_and_expected_purchases_of_a_frequent_customer_equal_BTYD()
    {
        Assert.Equal(0.842603189, Published.ProbabilityAlive(new(10, 35, 39)), 1e-9);
        Assert.Equal(0.391569207, Published.Expected(new(10, 35, 39), 2), 1e-9);
    }

    [Fact]
    public void Customer_1516_of_BTYDs_walkthrough_is_met()
    {
        var customer = new PurchaseHistory(26, 30.85714, 31);
        Assert.Equal(0.9688523, Btyd.ProbabilityAlive(customer), 1e-6);
        Assert.Equal(25.75659, Btyd.Expected(customer, 52), 1e-4);
        Assert.Equal(1.444004, Btyd.Expected(52), 1e-6);
    }

    [Theory]
    [InlineData(10, 0.3474606)]
    [InlineData(15, 0.04283391)]
    [InlineData(20, 0.004158973)]
    [InlineData(25, 0.0003583685)]
    public void More_purchases_before_a_long_silence_mean_fewer_to_come(int x, double expected) =>
        Assert.Equal(expected, Btyd.Expected(new(x, 20, 39), 52), expected * 1e-5);

    [Fact]
    public void P_alive_is_one_without_a_repeat_purchase_but_the_churn_score_is_not_zero()
    {
        var once = new PurchaseHistory(0, 0, 38);
        Assert.Equal(1, Btyd.ProbabilityAlive(once));
        Assert.InRange(Btyd.ProbabilityOfNoOrder(once, 39), 0.8, 0.9);
        Assert.Null(Btyd.SilenceUntil(once, 0.5));
    }

    [Fact]
    public void Expected_purchases_pass_smoothly_through_the_singularity_at_a_equal_to_one()
    {
        var history = new PurchaseHistory(3, 20, 30);
        double At(double a) => BetaGeometricModel.BgNbd(0.5, 5, a, 2).Expected(history, 40);

        Assert.Equal((At(1 - 1e-4) + At(1 + 1e-4)) / 2, At(1), 1e-8);
        Assert.Equal(At(1 + 1e-13), At(1), 1e-11);
    }

    [Theory]
    [InlineData("bg-nbd", 0.24, 4.4, 0.79, 2.4)]
    [InlineData("bg-nbd", 2, 5, 0.02, 0.5)]
    [InlineData("mbg-nbd", 0.52, 6.2, 0.89, 1.6)]
    [InlineData("mbg-nbd", 3, 1, 2.5, 0.3)]
    [InlineData("mbg-nbd", 0.5, 6, 5000, 7000)]
    [InlineData("bg-nbd", 2, 6, 90_000, 40_000)]
    [InlineData("mbg-nbd", 2, 6, 900, 70)]
    public void The_closed_form_equals_the_sum_over_the_numbers_of_purchases(string name, double r, double alpha, double a, double b)
    {
        var model = name == "bg-nbd" ? BetaGeometricModel.BgNbd(r, alpha, a, b) : BetaGeometricModel.MbgNbd(r, alpha, a, b);
        foreach (var history in new PurchaseHistory[] { default, new(0, 0, 12), new(1, 3, 12), new(7, 30, 31), new(40, 20, 39) })
        {
            var (sum, mean) = (0.0, 0.0);
            for (var n = 0; n < 3000; n++)
            {
                var probability = model.ProbabilityOf(n, history, 26);
                sum += probability;
                mean += n * probability;
                if (probability < 1e-17 && n > 50)
                    break;
            }

            Assert.Equal(1, sum, 1e-10);
            Assert.Equal(mean, model.Expected(history, 26), 1e-9 * Math.Max(1, mean));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void The_regular_models_probabilities_add_up_and_have_the_expected_mean(int k)
    {
        var model = BetaGeometricModel.MbgCnbd(k, 1.33, 2.81, 0.42, 0.79);
        foreach (var history in new PurchaseHistory[] { default, new(0, 0, 12), new(5, 30, 40), new(60, 50, 52) })
        {
            var probabilities = Enumerable.Range(0, 450).Select(n => model.ProbabilityOf(n, history, 52)).ToArray();
            Assert.Equal(1, probabilities.Sum(), 1e-8);
            Assert.Equal(probabilities.Select((p, n) => p * n).Sum(), model.Expected(history, 52), 1e-5);
            Assert.Equal(probabilities[0], model.ProbabilityOfNoOrder(history, 52), 1e-14);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Averaged_over_customers_the_expectation_given_their_history_is_that_of_new_customers(int k)
    {
        var model = BetaGeometricModel.MbgCnbd(k, 1.33, 2.81, 0.6, 1.2);
        var mean = PurchaseSimulation.From(model, new(17), _ => 52).Take(6_000).Average(history => model.Expected(history, 52));
        Assert.Equal(1, mean / (model.Expected(104) - model.Expected(52)), 0.05);
    }

    [Fact]
    public void With_k_of_one_the_regular_model_is_MBG()
    {
        var (regular, mbg) = (BetaGeometricModel.MbgCnbd(1, 0.5, 6, 0.9, 1.6), BetaGeometricModel.MbgNbd(0.5, 6, 0.9, 1.6));
        var history = new PurchaseHistory(4, 20, 30, 3);
        Assert.Equal(mbg.LogLikelihood(history), regular.LogLikelihood(history));
        Assert.Equal(mbg.Expected(history, 39), regular.Expected(history, 39));
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void At_the_alarm_date_P_alive_is_the_level_asked_for(double level)
    {
        BetaGeometricModel[] models =
        [
            Btyd,
            BetaGeometricModel.MbgNbd(0.525, 6.183, 0.891, 1.614),
            BetaGeometricModel.MbgCnbd(2, 1.33, 2.81, 0.42, 0.79),
        ];
        foreach (var model in models)
        foreach (var (x, last) in new[] { (1, 5.0), (3, 20.0), (26, 30.86), (300, 50.0) })
        {
            var silence = model.SilenceUntil(new(x, last, last), level)!.Value;
            var there = model.ProbabilityAlive(new(x, last, last + silence));
            if (silence > 0)
                Assert.Equal(level, there, 1e-9);
            else
                Assert.True(there <= level);
        }
    }

    [Fact]
    public void Every_answer_is_finite_and_in_range_for_every_sort_of_history_and_parameter()
    {
        var random = new Random(7);
        for (var i = 0; i < 3000; i++)
        {
            double Draw() => Math.Exp(random.NextDouble() * 24 - 12);
            var x = random.Next(4) switch
            {
                0 => 0,
                1 => 1,
                2 => random.Next(30),
                _ => random.Next(900),
            };
            var last = x == 0 ? 0 : random.NextDouble() * 100;
            var history = new PurchaseHistory(x, last, last + random.NextDouble() * 300, x);
            var model = (i % 3) switch
            {
                0 => BetaGeometricModel.BgNbd(Draw(), Draw(), Draw(), Draw()),
                1 => BetaGeometricModel.MbgNbd(Draw(), Draw(), Draw(), Draw()),
                _ => BetaGeometricModel.MbgCnbd(1 + random.Next(5), Draw(), Draw(), Draw(), Draw()),
            };
            var horizon = random.NextDouble() * 100;

            Assert.True(double.IsFinite(model.LogLikelihood(history)));
            Assert.InRange(model.ProbabilityAlive(history), 0, 1);
            Assert.InRange(model.ProbabilityOfNoOrder(history, horizon), 0, 1);
            var expected = model.Expected(history, horizon);
            Assert.True(
                expected >= 0 && double.IsFinite(expected),
                $"{model.Name} {string.Join(' ', model.Parameters)} {history} {horizon}: {expected}"
            );

            // Nobody buys more than one who surely stays.
            var n = model.R + model.K * x;
            Assert.True(expected <= n * horizon / (model.Alpha + history.Age) / model.K * 1.0001 + 1, "more than if all stayed");
        }
    }
}
