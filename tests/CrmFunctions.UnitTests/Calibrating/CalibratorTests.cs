using CrmFunctions.Domain.Calibrating;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.Domain.ValueModels.Fitting;
using CrmFunctions.Domain.ValueModels.Prediction;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Calibrating;

public sealed class CalibratorTests
{
    private static readonly Standard standard = Make.Standard([
        Make.Dimension(Measure.DaysSinceLastOrder, 50, new PercentileBands([20, 40, 60, 80]), lowerIsBetter: true, name: "recency"),
        Make.Dimension(Measure.NetRevenue, 50, new PercentileBands([25, 50, 75]), name: "monetary"),
    ]);

    [Fact]
    public void The_order_in_which_a_base_is_read_changes_no_bit()
    {
        var customers = Bases.Shop(300, 1).ToArray();
        var one = Calibrated(customers);
        new Random(9).Shuffle(customers);
        var other = Calibrated(customers);
        Assert.Equal(CalibrationText.Write(one), CalibrationText.Write(other));
    }

    [Fact]
    public void Cuts_share_the_base_as_the_percentiles_say()
    {
        var customers = Bases.Shop(400, 2).ToArray();
        var calibration = Calibrated(customers);
        var decisions = customers.Select(each => Decisions.Decide(each.Facts, standard, calibration, Bases.At)).ToArray();
        for (var band = 0; band <= 3; band++)
        {
            Assert.InRange(decisions.Count(decision => decision.Receipt.Terms[1].Band == band) / 400.0, 0.245, 0.255);
        }

        var scores = decisions.Select(decision => decision.Score).Order().ToArray();
        Assert.Equal(scores[0], calibration.Scores[0]);
        Assert.Equal(scores[^1], calibration.Scores[100]);
        Assert.True(Calibrator.Serves(calibration, standard));
        Assert.False(Calibrator.Serves(calibration, standard with { Version = "another" }));
        Assert.True(Calibrator.Serves(Calibration.None, Make.Standard()));
    }

    [Fact]
    public void The_models_of_a_base_with_leaving_foretell_it()
    {
        var model = Calibrated(Bases.Shop(700, 3)).Model!;
        Assert.True(model.KnowsLeaving);
        Assert.Equal(CustomerModel.Populations, model.Churn.Select(choice => choice.Population));
        Assert.All(model.Churn, choice => Assert.True(choice.Auc >= choice.PlainAuc - 0.005, $"{choice}"));
        Assert.InRange(model.Spend!.Mean, 20, 200);
    }

    [Fact]
    public void Without_a_lost_customer_the_fit_is_degenerate_and_gives_no_P_alive()
    {
        var customers = Bases.Shop(300, 4, leaving: 0).ToArray();
        var model = Calibrated(customers).Model!;
        Assert.Contains(model.Warnings, warning => warning.Code == FitWarnings.NoDropoutDetected);
        Assert.Contains(model.Warnings, warning => warning.Code == FitWarnings.FellBack);
        var history = CustomerHistory.Of(customers[0].Facts, "CNY", standard.Rates)!.Value;
        Assert.Null(model.ProbabilityAlive(history, Bases.At));
        Assert.InRange(model.ChurnProbability(history, Bases.At), 0, 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void Tiny_bases_give_a_calibration_and_never_throw(int customers)
    {
        var calibration = Calibrated(Bases.Shop(customers, 5));
        Assert.Equal(customers, calibration.Customers);
        Assert.Equal(customers == 0, calibration.Model is null);
        Assert.Equal(101, calibration.Percentiles["monetary"].Length);
        Assert.Equal(CalibrationText.Write(calibration), CalibrationText.Write(CalibrationText.Read(CalibrationText.Write(calibration))));
    }

    [Fact]
    public void A_base_of_single_purchases_a_young_base_and_one_without_orders_give_a_calibration()
    {
        (string, Facts)[] nobody = [.. Enumerable.Range(0, 60).Select(i => ($"c{i}", Bases.Facts([])))];
        Assert.Null(Calibrated(nobody).Model);
        var single = Calibrated(Bases.Shop(300, 6, leaving: 1)).Model!;
        Assert.Contains(single.Warnings, warning => warning.Code == FitWarnings.NoRepeatPurchases);
        var young = Calibrated(Bases.Shop(300, 7, days: 20)).Model!;
        Assert.All(young.Churn, choice => Assert.Contains("too few for a backtest", choice.Why, StringComparison.Ordinal));
    }

    [Fact]
    public void A_base_larger_than_the_sample_is_fitted_whole_and_backtested_on_a_sample()
    {
        var customers = Bases.Shop(400, 8, leaving: 0.3).ToArray();
        var whole = Calibrated(customers, 150);
        Assert.Equal(customers.Length, whole.Model!.Customers);
        Assert.InRange(whole.Model.Churn[0].Customers, 40, 150);
        Assert.Equal(Calibrated(customers).Percentiles["monetary"].AsEnumerable(), whole.Percentiles["monetary"].AsEnumerable());
    }

    private static Calibration Calibrated(IEnumerable<(string Customer, Facts Facts)> customers, int sampled = BaseSummary.SampledCustomers)
    {
        var summary = new BaseSummary(standard, Bases.At, sampled);
        foreach (var (customer, facts) in customers)
            summary.Add(customer, facts);
        return Calibrator.Calibrate(summary);
    }
}
