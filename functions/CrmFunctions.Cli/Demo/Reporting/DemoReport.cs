using System.Text.Json.Serialization;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Demo.Loading;

namespace CrmFunctions.Cli.Demo.Reporting;

/// <summary>All that the demo's report says, before it is put into words. As JSON it is the answer of <c>--json</c>.</summary>
/// <param name="Loaded"><c>null</c> where the report was asked for without loading.</param>
/// <param name="Seconds">From the first request until the base was settled.</param>
internal sealed record DemoReport(
    BaseReport Base,
    Loaded? Loaded,
    double? Seconds,
    OperationCounts? Operations,
    IReadOnlyList<CustomerReceipt> Receipts,
    [property: JsonPropertyName("churnWarnings")] ChurnWarnings Warnings,
    CalibrationRun? Calibration,
    AtRisk? AtRisk,
    IReadOnlyList<Duties> Lists,
    IReadOnlyList<Messages> Messages
)
{
    private const int Receipted = 3;
    private const int Warned = 10;
    private const int Risked = 5;
    private const int Listed = 5;
    private const int Told = 4;

    public static async Task<DemoReport> Ask(
        Api api,
        BaseReport settled,
        Loaded? loaded,
        double? seconds,
        Health health,
        CalibrationRun? run,
        string language,
        CancellationToken cancellationToken
    )
    {
        var receipts = new List<CustomerReceipt>();
        foreach (var customer in settled.Examples.Take(Receipted))
            receipts.Add(new CustomerReceipt(customer, await api.Receipt(customer, language, cancellationToken)));
        var warnings = await api.Warnings(language, Warned, cancellationToken);
        var lists = new List<Duties>();
        foreach (var owner in Staffing.Owners)
            if (await List(api, owner, language, cancellationToken) is { } list)
                lists.Add(list);
        var messages = new List<Messages>();
        foreach (var customer in warnings.Customers.Take(Told))
            messages.Add(await api.Messages(customer.CustomerId, language, cancellationToken));
        return new DemoReport(
            settled,
            loaded,
            seconds,
            health.Operations,
            receipts,
            warnings,
            run,
            await Risk(api, language, cancellationToken),
            lists,
            messages
        );
    }

    // A base that was loaded without owners has no lists.
    private static async Task<Duties?> List(Api api, string owner, string language, CancellationToken cancellationToken)
    {
        try
        {
            return await api.Duties(owner, language, Listed, cancellationToken);
        }
        catch (CommandFailedException none) when (none.Message.Contains("answered 404", StringComparison.Ordinal))
        {
            return null;
        }
    }

    // Without a model in force there is nothing to say of it.
    private static async Task<AtRisk?> Risk(Api api, string language, CancellationToken cancellationToken)
    {
        try
        {
            return await api.AtRisk(language, Risked, cancellationToken);
        }
        catch (CommandFailedException none) when (none.Message.Contains("answered 404", StringComparison.Ordinal))
        {
            return null;
        }
    }
}

internal sealed record CustomerReceipt(string CustomerId, string Text);
