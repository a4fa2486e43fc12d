using CrmFunctions.Domain.Service;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Reviews;

/// <summary>回访: reminds of customers without contact for as long as their tier allows.</summary>
public sealed class SendRevisitReminders(SendDue due)
{
#pragma warning disable CS1591
    [Function(nameof(SendRevisitReminders))]
    public Task Run([TimerTrigger(Flow.Schedules.SendRevisitReminders)] TimerInfo timer, CancellationToken cancellationToken) =>
        due.Send(ObligationKind.Revisit, cancellationToken);
#pragma warning restore CS1591
}
