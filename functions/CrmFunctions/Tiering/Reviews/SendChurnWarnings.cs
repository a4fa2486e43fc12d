using CrmFunctions.Domain.Lifecycle;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Tiering.Reviews;

/// <summary>流失预警: tells of customers about to be lost, once for each silence.</summary>
public sealed class SendChurnWarnings(SendDue due)
{
    [Function(nameof(SendChurnWarnings))]
    public Task Run([TimerTrigger(Flow.Schedules.SendChurnWarnings)] TimerInfo timer, CancellationToken cancellationToken) =>
        due.Send(ObligationKind.ChurnWarning, cancellationToken);
}
