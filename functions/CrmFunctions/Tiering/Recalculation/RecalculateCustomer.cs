using Azure.Messaging.ServiceBus;
using CrmFunctions.Customers.People;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events;
using CrmFunctions.Messaging;
using CrmFunctions.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Tiering.Recalculation;

/// <summary>Recalculates the customer whom a message of the queue names.</summary>
public sealed class RecalculateCustomer(CustomerRecalculator recalculator)
{
    [Function(nameof(RecalculateCustomer))]
    public async Task Run(
        [ServiceBusTrigger(Flow.Queues.Recalculations, Connection = Flow.ServiceBus)] ServiceBusReceivedMessage received,
        CancellationToken cancellationToken
    )
    {
        var message = MessageBody.Read<RecalculationMessage>(received.Body.ToMemory());
        var handle = Handle.FromKey(message.Handle) ?? throw new FormatException($"'{message.Handle}' is no handle.");

        // Delivered again: a process may have died after it wrote which handles are one person and before it looked at the customer again.
        var reason =
            message.Afresh || received.DeliveryCount > 1 ? RecalculationReason.News
            : message.Due is null ? RecalculationReason.Events
            : RecalculationReason.Review;
        await recalculator.Recalculate(handle, message.Due, reason, cancellationToken);
        FlowMeter.Recalculated(TriggerOf(message), message.Asked);
    }

    private static string TriggerOf(RecalculationMessage message) =>
        message switch
        {
            { Due: not null } => "review",
            { Asked: not null } => "events",
            _ => "news",
        };
}
