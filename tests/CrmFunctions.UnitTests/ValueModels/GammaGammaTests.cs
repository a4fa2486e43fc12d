using CrmFunctions.Domain.ValueModels.Fitting;
using CrmFunctions.Domain.ValueModels.Purchases;
using CrmFunctions.Domain.ValueModels.Spend;

namespace CrmFunctions.UnitTests.ValueModels;

public sealed class GammaGammaTests
{
    // R package BTYD 2.4.3 on CDNOW; Fader and Hardie (2013) print 6.25, 3.74, 15.44.
    private static readonly GammaGammaModel Btyd = new(6.24934918, 3.74425633, 15.4443067);

    [Theory]
    [InlineData(2, 22.35, 24.65)]
    [InlineData(1, 11.77, 18.91)]
    [InlineData(0, 0, 35.17)]
    [InlineData(7, 73.74, 71.46)]
    public void Expected_spend_of_CDNOWs_first_customers_equals_lifetimes(int x, double mean, double expected) =>
        Assert.Equal(expected, Btyd.Expected(new(x, mean))!.Value, 0.02);

    [Fact]
    public void Expected_spend_of_a_customer_with_the_mean_is_the_published_one() =>
        Assert.Equal(35.02792, new GammaGammaModel(6.25, 3.74, 15.44).Expected(new(3, 35))!.Value, 1e-5);

    [Fact]
    public void Where_the_populations_mean_is_infinite_nothing_is_said_of_customers_without_purchases()
    {
        var heavy = new GammaGammaModel(2, 0.9, 10);
        Assert.Null(heavy.PopulationMean);
        Assert.Null(heavy.Expected(default));
        Assert.True(heavy.Expected(new(3, 20)) > 0);
    }

    [Fact]
    public void The_parameters_of_simulated_spend_are_recovered_in_any_currency()
    {
        var random = new Random(5);
        var spends = Enumerable
            .Range(0, 20_000)
            .Select(i =>
            {
                var purchases = 1 + i % 6;
                var scale = PurchaseSimulation.Gamma(random, 4) / 15;
                return new SpendHistory(purchases, PurchaseSimulation.Gamma(random, 6 * purchases) / scale / purchases);
            })
            .ToArray();

        var fit = SpendFitting.Fit(spends);
        var inCents = SpendFitting.Fit(spends.Select(spend => new SpendHistory(spend.Purchases, spend.Mean * 100)));

        Assert.True(fit.IsUsable);
        Assert.InRange(fit.Model!.P, 5.5, 6.5);
        Assert.InRange(fit.Model.Q, 3.7, 4.3);
        Assert.Equal(fit.Model.Q, inCents.Model!.Q, 1e-4);
        Assert.Equal(fit.Model.V * 100, inCents.Model.V, 1e-4 * inCents.Model.V);
    }

    [Fact]
    public void A_base_without_spend_has_no_model_and_says_why()
    {
        var fit = SpendFitting.Fit([default, default]);
        Assert.Null(fit.Model);
        Assert.Contains(fit.Warnings, warning => warning.Code == FitWarnings.NoRepeatPurchases);
    }
}
