using AzureSdk.Local.ServiceBus;

namespace Azure.Messaging.ServiceBus;

/// <content>Settling what was received under a lock.</content>
public partial class ServiceBusReceiver
{
    private bool Deletes => ReceiveMode == ServiceBusReceiveMode.ReceiveAndDelete;

    /// <summary>Completes a message: it is deleted.</summary>
    /// <param name="message">The message, as received.</param>
    /// <param name="cancellationToken">Stops the call before it begins.</param>
    /// <exception cref="ServiceBusException">MessageLockLost: the lock has ended, or the message is settled.</exception>
    /// <exception cref="InvalidOperationException">The message was not received under a lock.</exception>
    public virtual Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        Settle(message, (broker, entity) => broker.Complete(entity, message.SequenceNumber, message.LockTokenGuid), cancellationToken);

    /// <summary>Gives a message back: it is available at once, with a higher delivery count, or dead-lettered if that was its last delivery.</summary>
    /// <param name="message">The message, as received.</param>
    /// <param name="propertiesToModify">Application properties to add or replace.</param>
    /// <param name="cancellationToken">Stops the call before it begins.</param>
    /// <exception cref="ServiceBusException">MessageLockLost: the lock has ended, or the message is settled.</exception>
    /// <exception cref="InvalidOperationException">The message was not received under a lock.</exception>
    public virtual Task AbandonMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = null, CancellationToken cancellationToken = default) =>
        Settle(
            message,
            (broker, entity) => broker.Abandon(entity, message.SequenceNumber, message.LockTokenGuid, (propertiesToModify ?? None).ToArray()),
            cancellationToken);

    /// <summary>Sets a message aside, to be received by its sequence number only.</summary>
    /// <param name="message">The message, as received.</param>
    /// <param name="propertiesToModify">Application properties to add or replace.</param>
    /// <param name="cancellationToken">Stops the call before it begins.</param>
    /// <exception cref="ServiceBusException">MessageLockLost: the lock has ended, or the message is settled.</exception>
    /// <exception cref="InvalidOperationException">The message was not received under a lock.</exception>
    public virtual Task DeferMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = null, CancellationToken cancellationToken = default) =>
        Settle(
            message,
            (broker, entity) => broker.Defer(entity, message.SequenceNumber, message.LockTokenGuid, (propertiesToModify ?? None).ToArray()),
            cancellationToken);

    /// <summary>Moves a message to the dead-letter queue. One that is there already cannot be moved.</summary>
    /// <param name="message">The message, as received.</param>
    /// <param name="propertiesToModify">Application properties to add or replace.</param>
    /// <param name="cancellationToken">Stops the call before it begins.</param>
    /// <exception cref="ServiceBusException">MessageLockLost: the lock has ended, or the message is settled.</exception>
    /// <exception cref="InvalidOperationException">The message was not received under a lock.</exception>
    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = null, CancellationToken cancellationToken = default) =>
        DeadLetter(message, propertiesToModify, null, null, cancellationToken);

    /// <summary>Moves a message to the dead-letter queue. One that is there already cannot be moved.</summary>
    /// <param name="message">The message, as received.</param>
    /// <param name="deadLetterReason">Why, at most 4,096 characters.</param>
    /// <param name="deadLetterErrorDescription">The details, at most 4,096 characters.</param>
    /// <param name="cancellationToken">Stops the call before it begins.</param>
    /// <exception cref="ServiceBusException">MessageLockLost: the lock has ended, or the message is settled.</exception>
    /// <exception cref="InvalidOperationException">The message was not received under a lock.</exception>
    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        string deadLetterReason,
        string? deadLetterErrorDescription = null,
        CancellationToken cancellationToken = default) =>
        DeadLetter(message, null, deadLetterReason, deadLetterErrorDescription, cancellationToken);

    /// <summary>Moves a message to the dead-letter queue. One that is there already cannot be moved.</summary>
    /// <param name="message">The message, as received.</param>
    /// <param name="propertiesToModify">Application properties to add or replace.</param>
    /// <param name="deadLetterReason">Why, at most 4,096 characters.</param>
    /// <param name="deadLetterErrorDescription">The details, at most 4,096 characters.</param>
    /// <param name="cancellationToken">Stops the call before it begins.</param>
    /// <exception cref="ServiceBusException">MessageLockLost: the lock has ended, or the message is settled.</exception>
    /// <exception cref="InvalidOperationException">The message was not received under a lock.</exception>
    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        IDictionary<string, object> propertiesToModify,
        string deadLetterReason,
        string? deadLetterErrorDescription = null,
        CancellationToken cancellationToken = default) =>
        DeadLetter(message, propertiesToModify, deadLetterReason, deadLetterErrorDescription, cancellationToken);

    /// <summary>Locks a message for the queue's lock duration from now; its <see cref="ServiceBusReceivedMessage.LockedUntil"/> says until when.</summary>
    /// <param name="message">The message, as received.</param>
    /// <param name="cancellationToken">Stops the call before it begins.</param>
    /// <exception cref="ServiceBusException">MessageLockLost: the lock has ended, or the message is settled.</exception>
    /// <exception cref="InvalidOperationException">The message was not received under a lock.</exception>
    public virtual Task RenewMessageLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) => Settle(
        message,
        (broker, entity) => message.LockedUntil = broker.Renew(entity, message.SequenceNumber, message.LockTokenGuid),
        cancellationToken);

    private static readonly Dictionary<string, object> None = [];

    private Task<bool> DeadLetter(
        ServiceBusReceivedMessage message,
        IDictionary<string, object>? properties,
        string? reason,
        string? description,
        CancellationToken cancellationToken)
    {
        const int Longest = 4096;
        if (reason?.Length > Longest) throw new ArgumentOutOfRangeException(nameof(reason), "The reason has more than 4,096 characters.");
        if (description?.Length > Longest) throw new ArgumentOutOfRangeException(nameof(description), "The description has more than 4,096 characters.");
        return Settle(
            message,
            (broker, entity) => broker.DeadLetter(
                entity, message.SequenceNumber, message.LockTokenGuid, (properties ?? None).ToArray(), reason, description),
            cancellationToken);
    }

    private (Broker Broker, Entity Entity) Connect()
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        var broker = (client ?? throw new InvalidOperationException("The receiver is a mock.")).Connect();
        return (broker, broker.Queues.Find(EntityPath));
    }

    private Task<bool> Settle(ServiceBusReceivedMessage message, Action<Broker, Entity> settle, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Call.Run(
            () =>
            {
                var (broker, entity) = Connect();
                if (Deletes) throw new InvalidOperationException("The operation is only supported in 'PeekLock' receive mode.");
                if (message.LockTokenGuid == Guid.Empty)
                    throw new InvalidOperationException("The message has no lock: it was peeked at, or received and deleted.");
                settle(broker, entity);
                return true;
            },
            cancellationToken);
    }
}
