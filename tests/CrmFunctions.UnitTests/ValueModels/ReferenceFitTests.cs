using CrmFunctions.Domain.ValueModels.Fitting;
using CrmFunctions.Domain.ValueModels.Purchases;
using CrmFunctions.Domain.ValueModels.Spend;

namespace CrmFunctions.UnitTests.ValueModels;

/// <summary>Fits on the public data sets against the figures of BTYD, BTYDplus and CLVTools.</summary>
public sealed class ReferenceFitTests
{
    [ReferenceDataFact]
    public void CDNOW_fits_equal_the_published_parameters_and_log_likelihoods()
    {
        var data = GroupedHistories.From(ReferenceData.CdnowSample());

        AssertFit(
            PurchaseModelKind.BgNbd,
            data,
            -9582.42921,
            1e-3,
            ("r", 0.24259815),
            ("alpha", 4.41368416),
            ("a", 0.79298987),
            ("b", 2.4261667)
        );
        AssertFit(
            PurchaseModelKind.MbgNbd,
            data,
            -9582.13572,
            1e-3,
            ("r", 0.524843559),
            ("alpha", 6.18309285),
            ("a", 0.89138778),
            ("b", 1.61404833)
        );
        AssertFit(
            PurchaseModelKind.ParetoNbd,
            data,
            -9594.9762,
            1e-3,
            ("r", 0.553397143),
            ("alpha", 10.5801985),
            ("s", 0.606062497),
            ("beta", 11.6562237)
        );
    }

    [ReferenceDataFact]
    public void CDNOWs_spend_fit_equals_the_published_parameters_and_log_likelihood()
    {
        var fit = SpendFitting.Fit(
            ReferenceData
                .Csv("cdnow/sample_summary.csv")
                .Select(row => new SpendHistory((int)ReferenceData.Number(row[1]), ReferenceData.Number(row[5])))
        );
        Assert.Equal(-4055.91769, fit.LogLikelihood, 1e-3);
        Assert.Equal(946, fit.Customers);
        Assert.Equal(6.2493, fit.Model!.P, 5e-3);
        Assert.Equal(3.7443, fit.Model.Q, 5e-3);
        Assert.Equal(15.4443, fit.Model.V, 2e-2);
    }

    [ReferenceDataFact]
    public void Grocery_fits_equal_BTYDplus_and_find_regularity_2()
    {
        var data = GroupedHistories.From(ReferenceData.Grocery());

        AssertFit(PurchaseModelKind.Nbd, data, -16376.8639, 1e-2, ("r", 0.42031951), ("alpha", 5.24510725));
        AssertFit(
            PurchaseModelKind.BgNbd,
            data,
            -15836.5662,
            1e-2,
            ("r", 0.348591992),
            ("alpha", 2.58093755),
            ("a", 0.503826158),
            ("b", 3.64436254)
        );
        AssertFit(
            PurchaseModelKind.MbgNbd,
            data,
            -15781.9394,
            1e-2,
            ("r", 1.25679078),
            ("alpha", 6.03847584),
            ("a", 0.368251453),
            ("b", 0.71573522)
        );
        AssertFit(
            PurchaseModelKind.ParetoNbd,
            data,
            -15782.3921,
            1e-2,
            ("r", 0.78643539),
            ("alpha", 5.67897605),
            ("s", 0.386220853),
            ("beta", 5.71711824)
        );
        AssertFit(
            PurchaseModelKind.MbgCnbd,
            data,
            -14978.2107,
            1e-2,
            ("k", 2),
            ("r", 1.32919727),
            ("alpha", 2.81260033),
            ("a", 0.42471558),
            ("b", 0.790040222)
        );
    }

    [ReferenceDataFact]
    public void All_customers_of_CDNOW_have_BTYDs_P_alive_and_expected_purchases()
    {
        var bg = BetaGeometricModel.BgNbd(0.24259815, 4.41368416, 0.79298987, 2.4261667);
        var pareto = new ParetoNbdModel(0.553397143, 10.5801985, 0.606062497, 11.6562237);
        var spend = new GammaGammaModel(6.24934918, 3.74425633, 15.4443067);
        var rows = 0;
        foreach (var row in ReferenceData.Csv("cdnow/sample_expected_per_customer.csv"))
        {
            var n = row.Select(ReferenceData.Number).ToArray();
            var history = new PurchaseHistory((int)n[1], n[2], n[3]);
            Assert.Equal(n[6], bg.ProbabilityAlive(history), 1e-6);
            Assert.Equal(n[7], bg.Expected(history, 39), 1e-6);
            Assert.Equal(n[8], pareto.ProbabilityAlive(history), 1e-6);
            Assert.Equal(n[9], pareto.Expected(history, 39), 1e-6);
            Assert.Equal(n[10], spend.Expected(new(history.Repeats, n[5]))!.Value, 1e-4);
            rows++;
        }

        Assert.Equal(2357, rows);
    }

    [ReferenceDataFact]
    public void All_customers_of_the_grocer_have_BTYDplus_P_alive_and_the_exact_expectation_errs_less_than_its_approximation()
    {
        var regular = BetaGeometricModel.MbgCnbd(2, 1.32919727, 2.81260033, 0.42471558, 0.790040222);
        var bg = BetaGeometricModel.BgNbd(0.348591992, 2.58093755, 0.503826158, 3.64436254);
        var (exact, approximate, exactError, approximateError, actual) = (0.0, 0.0, 0.0, 0.0, 0.0);
        foreach (var row in ReferenceData.Csv("grocery/expected_per_customer.csv"))
        {
            var history = new PurchaseHistory(
                (int)ReferenceData.Number(row[1]),
                ReferenceData.Number(row[2]),
                ReferenceData.Number(row[5]),
                ReferenceData.Number(row[3])
            );
            Assert.Equal(ReferenceData.Number(row[8]), regular.ProbabilityAlive(history), 1e-6);
            Assert.Equal(ReferenceData.Number(row[10]), bg.ProbabilityAlive(history), 1e-6);
            Assert.Equal(ReferenceData.Number(row[11]), bg.Expected(history, 52), 1e-5);
            var (ours, theirs, bought) = (regular.Expected(history, 52), ReferenceData.Number(row[9]), ReferenceData.Number(row[7]));
            (exact, approximate, actual) = (exact + ours, approximate + theirs, actual + bought);
            (exactError, approximateError) = (exactError + Math.Abs(ours - bought), approximateError + Math.Abs(theirs - bought));
        }

        // BTYDplus scales an approximation of each customer so that the total is that of new customers; ours is the exact expectation of
        // each.
        Assert.Equal(3970, approximate, 0.1);
        Assert.Equal(3389, actual);
        Assert.True(
            Math.Abs(exact - actual) < Math.Abs(approximate - actual) && exactError < approximateError,
            $"{exact}, {exactError / 1525}"
        );
    }

    private static void AssertFit(
        PurchaseModelKind kind,
        GroupedHistories data,
        double logLikelihood,
        double tolerance,
        params (string Name, double Value)[] parameters
    )
    {
        var fit = PurchaseFitting.Fit(kind, data);
        Assert.True(fit.IsUsable, string.Join("; ", fit.Warnings));
        Assert.True(Math.Abs(logLikelihood - fit.LogLikelihood) <= tolerance, $"{kind}: {fit.LogLikelihood} against {logLikelihood}");
        foreach (var (name, value) in parameters)
            Assert.True(
                Math.Abs(fit.Model.Parameters[name] / value - 1) < 3e-3,
                $"{kind} {name}: {fit.Model.Parameters[name]} against {value}"
            );
    }
}
