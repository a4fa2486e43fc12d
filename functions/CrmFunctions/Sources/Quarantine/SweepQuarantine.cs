using CrmFunctions.Events.Quarantine;
using CrmFunctions.Sources.Hooks;
using CrmFunctions.Sources.Hooks.Mapping;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Sources.Quarantine;

/// <summary>Tries again what waited for its order, and deletes what nobody released or discarded in its time.</summary>
public sealed class SweepQuarantine(QuarantineStore quarantine, QuarantineReleaser releases)
{
    [Function(nameof(SweepQuarantine))]
    public async Task Run([TimerTrigger(Flow.Schedules.SweepQuarantine)] TimerInfo timer, CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            (var rows, next) = await quarantine.List(source: null, QuarantineReasons.OrderUnknown, next, cancellationToken);
            if (rows is { Count: > 0 })
                await releases.Release(rows, next, cancellationToken);
        } while (next is not null);

        await foreach (var row in quarantine.Over(cancellationToken))
            await quarantine.Delete(row, cancellationToken);
    }
}
