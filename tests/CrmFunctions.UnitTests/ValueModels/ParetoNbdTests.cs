using CrmFunctions.Domain.ValueModels.Purchases;

namespace CrmFunctions.UnitTests.ValueModels;

/// <summary>Published values of Pareto/NBD at given parameters.</summary>
public sealed class ParetoNbdTests
{
    // R package BTYD 2.4.3 on CDNOW, in weeks.
    private static readonly ParetoNbdModel Btyd = new(0.553397143, 10.5801985, 0.606062497, 11.6562237);

    // BTYD's walkthrough for discounted purchases.
    private static readonly ParetoNbdModel Dert = new(0.5629966, 12.559037, 0.4081095, 10.5148048);

    [Theory]
    [InlineData(1, 0.05077821)]
    [InlineData(2, 0.09916088)]
    [InlineData(5, 0.23247466)]
    [InlineData(9, 0.38909211)]
    public void The_expected_purchases_of_a_new_customer_equal_the_references(double weeks, double expected) =>
        Assert.Equal(expected, new ParetoNbdModel(0.55, 10.56, 0.61, 11.64).Expected(weeks), 1e-8);

    [Fact]
    public void Customer_1516_of_BTYDs_walkthrough_is_met()
    {
        // The walkthrough prints its answers, not the digits of its own fit: CLVTools' is the nearest.
        var customer = new PurchaseHistory(26, 30.85714, 31);
        var model = new ParetoNbdModel(0.55315, 10.57633, 0.60625, 11.6715);
        Assert.Equal(1.473434, model.Expected(52), 5e-5);
        Assert.Equal(25.45647, model.Expected(customer, 52), 5e-4);
        Assert.Equal(0.997874, model.ProbabilityAlive(customer), 1e-6);
    }

    [Fact]
    public void Discounted_purchases_without_end_equal_BTYD() =>
        Assert.Equal(1.86418333, Dert.DiscountedExpectedForever(new(7, 35, 77.86), 0.0027), 1e-8);

    [Fact]
    public void Discounted_purchases_rise_and_fall_with_the_purchases_before_a_long_silence_as_in_BTYD()
    {
        double[] expected =
        [
            2.19915545,
            2.84353441,
            2.86712839,
            2.44541008,
            1.84050192,
            1.26241647,
            0.80961812,
            0.49480362,
            0.2920247,
            0.16792751,
        ];
        for (var x = 1; x <= 10; x++)
            Assert.Equal(expected[x - 1], Dert.DiscountedExpectedForever(new(x, 30, 77.86), 0.0027), 1e-8);
    }

    [Fact]
    public void A_discount_of_nothing_leaves_the_expected_purchases_as_they_are()
    {
        var history = new PurchaseHistory(3, 20, 30);
        Assert.Equal(Btyd.Expected(history, 52), Btyd.DiscountedExpected(history, 52, 0));
        Assert.Equal(Btyd.Expected(history, 52), Btyd.DiscountedExpected(history, 52, 1e-12), 1e-9);
        Assert.True(Btyd.DiscountedExpected(history, 52, 0.01) < Btyd.Expected(history, 52));
    }

    [Fact]
    public void The_probabilities_of_so_many_purchases_add_up_and_have_the_expected_mean()
    {
        foreach (var history in new PurchaseHistory[] { default, new(0, 0, 30), new(2, 30.43, 38.86), new(30, 25, 39) })
        {
            var probabilities = Enumerable.Range(0, 600).Select(n => Btyd.ProbabilityOf(n, history, 39)).ToArray();
            Assert.Equal(1, probabilities.Sum(), 1e-8);
            Assert.Equal(probabilities.Select((p, n) => p * n).Sum(), Btyd.Expected(history, 39), 1e-6);
        }
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.9)]
    public void At_the_alarm_date_P_alive_is_the_level_asked_for(double level)
    {
        foreach (var (x, last) in new[] { (0, 0.0), (3, 20.0), (200, 50.0) })
        {
            var silence = Btyd.SilenceUntil(new(x, last, last), level)!.Value;
            Assert.Equal(level, Btyd.ProbabilityAlive(new(x, last, last + silence)), 1e-8);
        }
    }

    [Fact]
    public void Every_answer_is_finite_and_in_range_for_every_sort_of_history_and_parameter()
    {
        var random = new Random(11);
        for (var i = 0; i < 2000; i++)
        {
            double Draw() => Math.Exp(random.NextDouble() * 12 - 6);
            var x = random.Next(3) switch
            {
                0 => 0,
                1 => random.Next(30),
                _ => random.Next(900),
            };
            var last = x == 0 ? 0 : random.NextDouble() * 100;
            var history = new PurchaseHistory(x, last, last + random.NextDouble() * 300);
            var model = new ParetoNbdModel(Draw(), Draw(), Draw(), Draw());
            Assert.True(double.IsFinite(model.LogLikelihood(history)));
            Assert.InRange(model.ProbabilityAlive(history), 0, 1);
            Assert.InRange(model.ProbabilityOfNoOrder(history, 20), 0, 1);
            Assert.InRange(model.Expected(history, 20), 0, (model.R + x) * 20 / (model.Alpha + history.Age) * 1.0001);
        }
    }
}
