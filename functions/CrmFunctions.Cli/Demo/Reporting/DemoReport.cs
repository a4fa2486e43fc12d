using System.Text.Json.Serialization;
using CrmFunctions.Cli.Demo.Loading;

namespace CrmFunctions.Cli.Demo.Reporting;

/// <summary>All that the demo's report says, before it is put into words. As JSON it is the answer of <c>--json</c>.</summary>
/// <param name="Loaded"><c>null</c> where the report was asked for without loading.</param>
/// <param name="Seconds">From the first request until the base was settled.</param>
internal sealed record DemoReport(
    BaseReport Base, Loaded? Loaded, double? Seconds, Operations? Operations,
    IReadOnlyList<CustomerReceipt> Receipts, [property: JsonPropertyName("churnWarnings")] ChurnWarnings Warnings)
{
    private const int Receipted = 3;
    private const int Warned = 10;

    public static async Task<DemoReport> Ask(
        Api api, BaseReport settled, Loaded? loaded, double? seconds, string language, CancellationToken cancellationToken)
    {
        // Counted before the report reads receipts, so that looking does not add to the cost of doing.
        var health = await api.Health(cancellationToken);
        var receipts = new List<CustomerReceipt>();
        foreach (var customer in settled.Examples.Take(Receipted))
            receipts.Add(new CustomerReceipt(customer, await api.Receipt(customer, language, cancellationToken)));
        var warnings = await api.Warnings(language, Warned, cancellationToken);
        return new DemoReport(settled, loaded, seconds, health.Operations, receipts, warnings);
    }
}

internal sealed record CustomerReceipt(string CustomerId, string Text);
