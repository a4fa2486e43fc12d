using CrmFunctions.Domain.ValueModels.Prediction;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.ValueModels.Prediction;

public sealed class CustomerModelTests
{
    public static TheoryData<string> Cases { get; } = [.. Models.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_condition_begins_at_the_second_named_and_not_one_before(string name)
    {
        var model = Models.All[name];
        var random = new Random(4);
        var found = 0;
        for (var i = 0; i < 300; i++)
        {
            var history = Models.History(random);
            var level = 0.05 + 0.9 * random.NextDouble();
            SilenceCondition[] conditions = [new AliveBelow(level), new NoOrderAbove(level, 1 + random.Next(200)), new ChurnAbove(level)];
            foreach (var condition in conditions)
            {
                if (model.SilenceUntil(history, condition) is not { } silence)
                    continue;
                found++;
                var begins = history.LastOrderAt + silence;
                Assert.Equal(0, silence.Ticks % TimeSpan.TicksPerSecond);
                Assert.True(Holds(model, history, condition, begins) || silence == TimeSpan.Zero, $"{condition} {history} at {silence}");
                if (silence > TimeSpan.Zero)
                    Assert.False(Holds(model, history, condition, begins.AddSeconds(-1)), $"{condition} {history} before {silence}");
            }
        }

        Assert.InRange(found, 150, 900);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_condition_that_never_begins_does_not_hold_after_a_century(string name)
    {
        var model = Models.All[name];
        var random = new Random(5);
        for (var i = 0; i < 300; i++)
        {
            var history = Models.History(random);
            SilenceCondition[] conditions = [new AliveBelow(1e-4), new NoOrderAbove(0.9999, 30), new ChurnAbove(0.9999)];
            Assert.All(
                conditions.Where(condition => model.SilenceUntil(history, condition) is null),
                condition => Assert.False(Holds(model, history, condition, history.LastOrderAt.AddDays(36500)))
            );
        }
    }

    [Fact]
    public void The_silence_until_P_alive_agrees_with_the_closed_form_and_the_models_own_search()
    {
        var random = new Random(6);
        foreach (var model in Models.All.Values.Where(model => model.KnowsLeaving))
        {
            for (var i = 0; i < 100; i++)
            {
                var history = Models.History(random);
                if (model.SilenceUntil(history, new AliveBelow(0.4)) is not { } silence)
                    continue;
                var days = model
                    .Purchases.SilenceUntil(new(history.Repeats, history.LastAtDays, history.LastAtDays, history.LogGaps), 0.4)!
                    .Value;
                Assert.InRange(silence.TotalDays - days, -1e-9 * days, 1.01 / 86400 + 1e-9 * days);
            }
        }
    }

    [Fact]
    public void Nothing_is_said_of_being_alive_where_nothing_is_known_of_leaving()
    {
        var once = Models.Once(Make.Day(0));
        var bought = Models.History(new Random(1)) with { Purchases = 5, LastAtDays = 90 };
        Assert.Null(Models.All["nbd"].ProbabilityAlive(bought, bought.LastOrderAt.AddDays(30)));
        Assert.Null(Models.All["nbd"].SilenceUntil(bought, new AliveBelow(0.5)));
        Assert.NotNull(Models.All["nbd"].SilenceUntil(bought, new NoOrderAbove(0.9, 90)));
        Assert.Null(Models.All["bg-nbd"].ProbabilityAlive(once, Make.Day(300)));
        Assert.NotNull(Models.All["bg-nbd"].ProbabilityAlive(bought, bought.LastOrderAt.AddDays(30)));
        Assert.NotNull(Models.All["mbg-nbd"].ProbabilityAlive(once, Make.Day(300)));
    }

    [Fact]
    public void Predicted_value_is_expected_purchases_times_expected_spend_and_falls_with_the_discount()
    {
        var model = Models.All["mbg-nbd"];
        var history = Models.History(new Random(3));
        var at = history.LastOrderAt.AddDays(20);
        var value = model.PredictedValue(history, at, 365)!.Value;
        Assert.Equal(model.ExpectedPurchases(history, at, 365) * model.ExpectedSpend(history)!.Value, value, 1e-9);
        Assert.True(model.PredictedValue(history, at, 365, 0.1) < value);
        Assert.Null((model with { Spend = null }).PredictedValue(history, at, 365));
    }

    [Fact]
    public void Probabilities_stay_between_zero_and_one_for_extreme_histories()
    {
        CustomerHistory[] extreme =
        [
            Models.Once(Make.Day(0)),
            new(5001, 5000, Make.Day(0), Make.Day(5000), 0, 0, 1e9, 1e9),
            new(2, 36000, Make.Day(-36000), Make.Day(0), Math.Log(36000), Math.Pow(Math.Log(36000), 2), null, null),
        ];
        foreach (var model in Models.All.Values)
        {
            foreach (var history in extreme)
            {
                foreach (var days in new[] { 0, 1e-4, 1, 400, 36500 })
                {
                    var at = history.LastOrderAt.AddDays(days);
                    if (model.ProbabilityAlive(history, at) is { } alive)
                        Assert.InRange(alive, 0, 1);
                    Assert.InRange(model.ChurnProbability(history, at), 0, 1);
                    Assert.InRange(model.ProbabilityOfNoOrder(history, at, 90), 0, 1);
                    Assert.True(model.PredictedValue(history, at, 365, 0.1) is >= 0 and < double.PositiveInfinity);
                }
            }
        }
    }

    private static bool Holds(CustomerModel model, CustomerHistory history, SilenceCondition condition, DateTimeOffset at) =>
        condition switch
        {
            AliveBelow alive => model.ProbabilityAlive(history, at) < alive.Level,
            NoOrderAbove noOrder => model.ProbabilityOfNoOrder(history, at, noOrder.HorizonDays) > noOrder.Level,
            ChurnAbove churn => model.ChurnProbability(history, at) > churn.Level,
            _ => throw new InvalidOperationException(),
        };
}
