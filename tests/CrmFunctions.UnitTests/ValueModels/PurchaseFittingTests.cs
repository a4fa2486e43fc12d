using CrmFunctions.Domain.ValueModels.Fitting;
using CrmFunctions.Domain.ValueModels.Numerics;
using CrmFunctions.Domain.ValueModels.Purchases;

namespace CrmFunctions.UnitTests.ValueModels;

/// <summary>Fits on simulated bases: what is put in comes out, whatever the start, the unit of time or the order.</summary>
public sealed class PurchaseFittingTests
{
    private static readonly BetaGeometricModel Bg = BetaGeometricModel.BgNbd(0.6, 6, 0.8, 2.4);

    private static double Weeks(Random random) => 27 + random.Next(0, 84) / 7.0;

    [Theory]
    [InlineData(PurchaseModelKind.BgNbd)]
    [InlineData(PurchaseModelKind.MbgNbd)]
    [InlineData(PurchaseModelKind.MbgCnbd)]
    [InlineData(PurchaseModelKind.ParetoNbd)]
    public void The_parameters_of_a_simulated_base_are_recovered(PurchaseModelKind kind)
    {
        IPurchaseModel truth = kind switch
        {
            PurchaseModelKind.BgNbd => BetaGeometricModel.BgNbd(0.6, 6, 0.8, 2.4),
            PurchaseModelKind.MbgNbd => BetaGeometricModel.MbgNbd(0.8, 6, 0.8, 1.6),
            PurchaseModelKind.MbgCnbd => BetaGeometricModel.MbgCnbd(3, 1.3, 2.8, 0.6, 1.2),
            _ => new ParetoNbdModel(0.6, 8, 0.7, 12),
        };
        var random = new Random(42);
        var endless = truth is ParetoNbdModel pareto
            ? PurchaseSimulation.From(pareto, random, _ => 52)
            : PurchaseSimulation.From((BetaGeometricModel)truth, random, _ => 52);
        var customers = endless.Take(6000).ToArray();

        var fit = PurchaseFitting.Fit(kind, GroupedHistories.From(customers));

        Assert.True(fit.IsUsable, string.Join("; ", fit.Warnings));
        foreach (var (name, value) in truth.Parameters)
            Assert.InRange(fit.Model.Parameters[name], value * 0.75, value * 1.35);

        // The best parameters are at least as likely as the true ones.
        Assert.True(fit.LogLikelihood >= customers.Sum(truth.LogLikelihood));
    }

    [Fact]
    public void The_start_of_the_search_does_not_show_in_the_result()
    {
        var data = GroupedHistories.From(PurchaseSimulation.From(Bg, new(3), Weeks).Take(4000));
        var likelihood = new BetaGeometricLikelihood(data, 1, false, 3.3);
        var random = new Random(9);
        var best = Enumerable
            .Range(0, 12)
            .Select(_ => Minimiser.Minimise(likelihood.At, [.. Enumerable.Range(0, 4).Select(_ => random.NextDouble() * 4 - 2)]))
            .ToArray();

        Assert.All(best, minimum => Assert.True(minimum.Converged));
        Assert.All(best, minimum => Assert.Equal(best[0].Value, minimum.Value, 1e-9));
        Assert.All(best, minimum => Assert.Equal(best[0].Point[3], minimum.Point[3], 1e-3));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    public void The_gradient_of_the_beta_geometric_likelihood_equals_differences(int k, bool leavesAtFirst)
    {
        var data = GroupedHistories.From(
            PurchaseSimulation.From(BetaGeometricModel.MbgCnbd(3, 1.3, 2.8, 0.6, 1.2), new(3), Weeks).Take(300)
        );
        AssertGradient(new BetaGeometricLikelihood(data, k, leavesAtFirst, 2.5).At, [0.3, 1.1, -0.4, 0.7]);
    }

    [Fact]
    public void The_gradient_of_the_Pareto_likelihood_equals_differences()
    {
        var data = GroupedHistories.From(PurchaseSimulation.From(Bg, new(3), Weeks).Take(300));
        AssertGradient(new ParetoNbdLikelihood(data, 2.5).At, [0.3, 1.1, -0.4, 0.7]);
        AssertGradient(new NbdLikelihood(data, 2.5).At, [0.3, 1.1]);
    }

    [Fact]
    public void The_likelihood_of_grouped_rows_equals_the_sum_over_customers()
    {
        var customers = PurchaseSimulation.From(Bg, new(8), Weeks, 1 / 7.0).Take(3000).ToArray();
        foreach (var kind in Enum.GetValues<PurchaseModelKind>())
        {
            var fit = PurchaseFitting.Fit(kind, GroupedHistories.From(customers));
            Assert.Equal(customers.Sum(fit.Model.LogLikelihood), fit.LogLikelihood, 1e-6);
        }
    }

    [Fact]
    public void Neither_the_order_of_customers_nor_the_unit_of_time_changes_the_fit()
    {
        var customers = PurchaseSimulation.From(Bg, new(8), Weeks, 1 / 7.0).Take(3000).ToArray();
        var shuffled = customers.ToArray();
        new Random(1).Shuffle(shuffled);

        var fit = PurchaseFitting.Fit(PurchaseModelKind.BgNbd, GroupedHistories.From(customers));
        var again = PurchaseFitting.Fit(PurchaseModelKind.BgNbd, GroupedHistories.From(shuffled));
        var days = PurchaseFitting.Fit(
            PurchaseModelKind.BgNbd,
            GroupedHistories.From(customers.Select(h => new PurchaseHistory(h.Repeats, h.LastAt * 7, h.Age * 7)))
        );

        Assert.Equal(fit.Model.Parameters, again.Model.Parameters);
        Assert.Equal(fit.Model.Parameters["a"], days.Model.Parameters["a"], 1e-5);
        Assert.Equal(fit.Model.Parameters["alpha"] * 7, days.Model.Parameters["alpha"], 1e-3);
    }

    [Fact]
    public void Without_a_lost_customer_the_fit_says_so_and_falls_back_to_a_rule_without_churn()
    {
        var data = GroupedHistories.From(PurchaseSimulation.From(BetaGeometricModel.BgNbd(1.2, 8, 1e-6, 1), new(2), Weeks).Take(3000));

        var asked = PurchaseFitting.Fit(PurchaseModelKind.BgNbd, data);
        var used = PurchaseFitting.FitUsable(PurchaseModelKind.BgNbd, data);

        Assert.False(asked.IsUsable);
        Assert.Contains(asked.Warnings, warning => warning.Code == FitWarnings.NoDropoutDetected);
        Assert.Equal("nbd", used.Model.Name);
        Assert.Contains(used.Warnings, warning => warning.Code == FitWarnings.FellBack);
    }

    [Fact]
    public void Bases_too_poor_to_learn_from_are_named_and_never_throw()
    {
        foreach (var kind in Enum.GetValues<PurchaseModelKind>())
        {
            var onlyOnce = PurchaseFitting.Fit(kind, GroupedHistories.From(Enumerable.Repeat(new PurchaseHistory(0, 0, 20), 500)));
            var justNow = PurchaseFitting.Fit(kind, GroupedHistories.From([default]));
            var alike = PurchaseFitting.Fit(kind, GroupedHistories.From(Enumerable.Repeat(new PurchaseHistory(5, 20, 22, 7), 300)));

            Assert.Contains(onlyOnce.Warnings, warning => warning.Code == FitWarnings.NoRepeatPurchases);
            Assert.Contains(justNow.Warnings, warning => warning.Code == FitWarnings.TooFewCustomers);
            foreach (var fit in new[] { onlyOnce, justNow, alike })
                Assert.InRange(fit.Model.ProbabilityAlive(new(3, 10, 30, 2)), 0, 1);
        }
    }

    private static void AssertGradient(Objective objective, double[] at)
    {
        var gradient = new double[at.Length];
        objective(at, gradient);
        var unused = new double[at.Length];
        for (var i = 0; i < at.Length; i++)
        {
            var (up, down) = (at.ToArray(), at.ToArray());
            up[i] += 1e-5;
            down[i] -= 1e-5;
            Assert.Equal((objective(up, unused) - objective(down, unused)) / 2e-5, gradient[i], 1e-7);
        }
    }
}
