using CrmFunctions.Domain.Lifecycle;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Tiering.Reviews;

/// <summary>回访: reminds of customers without contact for as long as their tier allows.</summary>
public sealed class SendRevisitReminders(SendDue due)
{
    [Function(nameof(SendRevisitReminders))]
    public Task Run([TimerTrigger(Flow.Schedules.SendRevisitReminders)] TimerInfo timer, CancellationToken cancellationToken) =>
        due.Send(ObligationKind.Revisit, cancellationToken);
}
