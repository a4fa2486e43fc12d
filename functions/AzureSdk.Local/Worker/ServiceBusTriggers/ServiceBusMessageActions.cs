using Azure.Messaging.ServiceBus;
using AzureSdk.Local.ServiceBusTriggers;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Lets a function settle its messages itself. What it settles the host leaves alone.</summary>
public class ServiceBusMessageActions
{
    private readonly MessageSettlement settlement;

    internal ServiceBusMessageActions(MessageSettlement settlement) => this.settlement = settlement;

    /// <summary>For mocks.</summary>
    protected ServiceBusMessageActions() => settlement = null!;

    /// <summary>Removes the message from the queue.</summary>
    public virtual Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return settlement.Settle(message, receiver => receiver.CompleteMessageAsync(message, cancellationToken));
    }

    /// <summary>Gives the message back; it is delivered again at once.</summary>
    public virtual Task AbandonMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return settlement.Settle(message, receiver => receiver.AbandonMessageAsync(message, propertiesToModify, cancellationToken));
    }

    /// <summary>Moves the message to the dead-letter queue.</summary>
    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        Dictionary<string, object>? propertiesToModify = default,
        string? deadLetterReason = default,
        string? deadLetterErrorDescription = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return settlement.Settle(message, receiver => receiver.DeadLetterMessageAsync(
            message, propertiesToModify ?? [], deadLetterReason!, deadLetterErrorDescription, cancellationToken));
    }

    /// <summary>Sets the message aside; it is received only by its sequence number.</summary>
    public virtual Task DeferMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return settlement.Settle(message, receiver => receiver.DeferMessageAsync(message, propertiesToModify, cancellationToken));
    }

    /// <summary>Begins the message's lock anew.</summary>
    public virtual Task RenewMessageLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return settlement.Receiver.RenewMessageLockAsync(message, cancellationToken);
    }
}
