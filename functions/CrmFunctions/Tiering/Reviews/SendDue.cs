using CrmFunctions.Customers;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Messaging;
using CrmFunctions.Notifications;
using CrmFunctions.Standards;
using CrmFunctions.Telemetry;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Tiering.Reviews;

/// <summary>
/// Sends on what is owed of one kind, in business hours, and not on the holidays of the plans. Outside them the rows wait.
/// </summary>
public sealed class SendDue(DueIndex due, Bus bus, Clocks clocks, TieringEngine engine, IOptions<BusinessHoursOptions> hours)
{
    /// <summary>Asks for a notification for each row that is due, then deletes the rows.</summary>
    public async Task Send(ObligationKind kind, CancellationToken cancellationToken)
    {
        if (!hours.Value.IsOpen(clocks.Now) || !IsWorkday())
            return;
        await foreach (var rows in due.Read(kind.Code(), cancellationToken))
        {
            await bus.Send(
                Flow.Queues.Notifications,
                [.. rows.Select(row => MessageRequest.Of(kind, row).GoesOnWith(row.Trace))],
                cancellationToken
            );
            CrashPoints.Passed(CrashPoints.ReviewsSent);
            await due.Remove(rows, cancellationToken);
        }
    }

    // The hours are the settings'; holidays are the plans'.
    private bool IsWorkday() =>
        engine.InForce.Plans is [] || engine.InForce.Plans.Any(plan => plan.Calendar.IsWorkday(plan.Calendar.DayOf(clocks.Now)));
}
