using CrmFunctions.EndToEndTests.Flow;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Importing;

/// <summary>Real purchases.</summary>
public sealed class ReferenceDataTests(Azurite azurite) : IClassFixture<Azurite>
{
    private const string Purchases = "cdnow/sample_transactions.csv";

    /// <remarks>
    /// Source: the CDNOW sample of Fader and Hardie, 1/10 of the cohort of early 1997: 2,357 customers with 6,919 purchases.
    /// </remarks>
    [ReferenceDataFact(Purchases)]
    public async Task The_sample_of_CDNOW_is_2357_customers_with_6919_orders_and_again_or_rebuilt_from_the_log_changes_nothing()
    {
        await using var suite = await Suite.Start(azurite);
        var file = await File.ReadAllTextAsync(ReferenceDataFactAttribute.PathOf(Purchases));
        const string query = "source=cdnow&customer=sampleid&date=date&amount=sales&currency=USD&timeZone=UTC";

        var first = await suite.Import(file, query);
        var report = await suite.Get("reports/base");
        var second = await suite.Import(file, query);
        var again = await suite.Get("reports/base");

        Assert.Equal((6919, 0, 0), ImportSuite.Counts(first));
        Assert.Equal((0, 6919, 0), ImportSuite.Counts(second));
        Assert.Equal((2357, 6919), ((int)report["customers"]!, (int)report["orders"]!));
        Assert.Equal((string)report["hash"]!, (string)again["hash"]!);
        Assert.Equal((string)report["hash"]!, await RebuildTests.Rebuilt(suite));
        Assert.DoesNotContain(suite.Host.Invocations, invocation => !invocation.Succeeded);
    }
}
