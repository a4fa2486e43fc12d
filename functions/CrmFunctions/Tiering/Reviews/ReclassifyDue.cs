using CrmFunctions.Customers;
using CrmFunctions.Events;
using CrmFunctions.Messaging;
using CrmFunctions.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Tiering.Reviews;

/// <summary>Has everybody decided again whose tier or stage silence may have changed. Touches only those who are due.</summary>
public sealed class ReclassifyDue(DueIndex due, Bus bus)
{
    [Function(nameof(ReclassifyDue))]
    public async Task Run([TimerTrigger(Flow.Schedules.ReclassifyDue)] TimerInfo timer, CancellationToken cancellationToken)
    {
        await foreach (var rows in due.Read(DueIndex.Review, cancellationToken))
        {
            // Sent before deleted: who dies between sends again, and a hint too many does no harm.
            await bus.Send(
                Flow.Queues.Recalculations,
                [.. rows.Select(row => RecalculationMessage.Review(row.Customer, row.At).StemsFrom(row.Trace))],
                cancellationToken
            );
            CrashPoints.Passed(CrashPoints.ReviewsSent);
            await due.Remove(rows, cancellationToken);
        }
    }
}
