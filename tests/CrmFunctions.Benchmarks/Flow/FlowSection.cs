using CrmFunctions.Benchmarks.Results;

namespace CrmFunctions.Benchmarks.Flow;

/// <summary>The whole flow against a running app: steady load, bursts, and as fast as it goes.</summary>
internal static class FlowSection
{
    private const int WarmUpSeconds = 10;
    private const int WarmUpCustomers = 50;

    public static async Task<IReadOnlyList<Figure>> Run(Options options, CancellationToken cancellationToken)
    {
        await using var running = await Running.Start(options.InMemory, cancellationToken);

        CommandLine.Say($"Warming up for {WarmUpSeconds} s …");
        await SteadyLoad.Run(running, "warm", options with { Seconds = WarmUpSeconds, Customers = WarmUpCustomers }, cancellationToken);

        CommandLine.Say($"{options.Rate} events/s for {options.Seconds} s over {options.Customers} customers …");
        var steady = await SteadyLoad.Run(running, "steady", options, cancellationToken);

        CommandLine.Say("Bursts …");
        var burst = await Bursts.Run(running, cancellationToken);

        CommandLine.Say("As fast as it goes …");
        var fastest = await Throughput.Run(running, options.Customers, cancellationToken);
        return [.. steady, .. burst, .. fastest];
    }
}
