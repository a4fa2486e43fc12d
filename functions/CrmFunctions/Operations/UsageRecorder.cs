using Azure;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrmFunctions.Operations;

/// <summary>
/// Writes every five minutes, and at the end, what this instance has counted. A killed process loses five minutes of it at the most.
/// </summary>
public sealed class UsageRecorder(UsageStore tallies, Clocks clocks, ILogger<UsageRecorder> log) : BackgroundService
{
    private static readonly TimeSpan every = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Keep(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, clocks.Machine);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await Keep(stoppingToken);
    }

    private async Task Keep(CancellationToken cancellationToken)
    {
        try
        {
            await tallies.Keep(cancellationToken);
        }
        catch (Exception failed) when (failed is RequestFailedException or AggregateException)
        {
            // The next one has all that this one had.
            log.NotTallied(failed.GetType().Name);
        }
    }
}
