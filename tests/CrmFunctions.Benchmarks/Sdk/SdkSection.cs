using CrmFunctions.Benchmarks.Results;

namespace CrmFunctions.Benchmarks.Sdk;

/// <summary>The clients alone: what the flow's steps are made of.</summary>
internal static class SdkSection
{
    public static async Task<IReadOnlyList<Figure>> Run(Options options, CancellationToken cancellationToken)
    {
        CommandLine.Say("Tables against Azurite …");
        var tables = await TablesBenchmark.Run(cancellationToken);
        CommandLine.Say("Service Bus on SQLite …");
        return [.. tables, .. await BusBenchmark.Run(cancellationToken)];
    }
}
