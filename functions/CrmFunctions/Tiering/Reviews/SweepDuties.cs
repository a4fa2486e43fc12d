using CrmFunctions.Domain.Lifecycle;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Tiering.Reviews;

/// <summary>
/// 跟进提醒: tells of words that nobody has answered, of duties that are overdue, and leads of those that are so for long; each once.
/// </summary>
public sealed class SweepDuties(SendDue due)
{
    private static readonly ObligationKind[] kinds =
    [
        ObligationKind.Complaint,
        ObligationKind.Reply,
        ObligationKind.SignOfLife,
        ObligationKind.Overdue,
        ObligationKind.Escalated,
    ];

    [Function(nameof(SweepDuties))]
    public async Task Run([TimerTrigger(Flow.Schedules.SweepDuties)] TimerInfo timer, CancellationToken cancellationToken)
    {
        foreach (var kind in kinds)
            await due.Send(kind, cancellationToken);
    }
}
