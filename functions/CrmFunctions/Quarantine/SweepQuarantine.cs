using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Quarantine;

/// <summary>Deletes what nobody released or discarded in its time.</summary>
public sealed class SweepQuarantine(QuarantineStore quarantine)
{
#pragma warning disable CS1591
    [Function(nameof(SweepQuarantine))]
    public async Task Run([TimerTrigger(Flow.Schedules.SweepQuarantine)] TimerInfo timer, CancellationToken cancellationToken)
#pragma warning restore CS1591
    {
        await foreach (var row in quarantine.Over(cancellationToken)) await quarantine.Delete(row, cancellationToken);
    }
}
