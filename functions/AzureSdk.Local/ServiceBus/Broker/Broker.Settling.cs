using Azure.Messaging.ServiceBus;

namespace AzureSdk.Local.ServiceBus;

/// <content>Settling what is locked. Each throws MessageLockLost if the lock has ended or is not the caller's.</content>
internal sealed partial class Broker
{
    private const string Mine = "seq = $seq AND entity = $entity AND lock_token = $token AND locked_until > $now";

    /// <summary>The message is done: it is deleted.</summary>
    public void Complete(Entity entity, long sequence, Guid token) => Settle("complete", entity, sequence, token, now =>
        Changed("DELETE FROM messages", entity, sequence, token, now) is not null);

    /// <summary>The delivery failed: the message is available again, or dead-lettered if that was the last delivery it may have.</summary>
    public void Abandon(Entity entity, long sequence, Guid token, IReadOnlyCollection<KeyValuePair<string, object>>? changes)
    {
        Settle("abandon", entity, sequence, token, now =>
        {
            if (Changed("UPDATE messages SET locked_until = NULL, lock_token = NULL, failed = failed + 1", entity, sequence, token, now) is not { } id)
                return false;
            ChangeProperties(id, changes);
            if (!entity.DeadLetter && file.Scalar("SELECT failed FROM messages WHERE id = $id", ("$id", id)) >= entity.Queue.MaxDeliveryCount)
                MoveToDeadLetter(entity, id, MaxDeliveryCountExceeded, Exhausted(entity.Queue));
            return true;
        });
        signals.Pulse(entity.Path);
        signals.Pulse(entity.DeadLetterPath);
    }

    /// <summary>The message is set aside, to be received by its sequence number only.</summary>
    public void Defer(Entity entity, long sequence, Guid token, IReadOnlyCollection<KeyValuePair<string, object>>? changes) =>
        Settle("defer", entity, sequence, token, now =>
        {
            if (Changed("UPDATE messages SET locked_until = NULL, lock_token = NULL, state = 1", entity, sequence, token, now) is not { } id)
                return false;
            ChangeProperties(id, changes);
            return true;
        });

    /// <summary>The message goes to the dead-letter queue.</summary>
    /// <exception cref="InvalidOperationException">It is there already.</exception>
    public void DeadLetter(
        Entity entity,
        long sequence,
        Guid token,
        IReadOnlyCollection<KeyValuePair<string, object>>? changes,
        string? reason,
        string? description)
    {
        if (entity.DeadLetter) throw new InvalidOperationException("A message cannot be dead-lettered from a dead-letter queue.");
        Settle("deadletter", entity, sequence, token, now =>
        {
            if (Changed("UPDATE messages SET locked_until = NULL, lock_token = NULL", entity, sequence, token, now) is not { } id) return false;
            MoveToDeadLetter(entity, id, reason, description, changes);
            return true;
        });
        signals.Pulse(entity.DeadLetterPath);
    }

    /// <summary>Locks the message for the queue's lock duration from now.</summary>
    /// <returns>The end of the lock.</returns>
    public DateTimeOffset Renew(Entity entity, long sequence, Guid token)
    {
        var until = 0L;
        Settle("renew", entity, sequence, token, now =>
        {
            until = LockEnd(entity, now);
            return file.Run(
                $"UPDATE messages SET locked_until = $until WHERE {Mine}",
                ("$seq", sequence),
                ("$entity", entity.Path),
                ("$token", token.ToByteArray()),
                ("$now", now),
                ("$until", until)) == 1;
        });
        return Time(until);
    }

    /// <returns>The row's id; null: the lock is not there any more.</returns>
    private long? Changed(string change, Entity entity, long sequence, Guid token, long now) => file.Scalar(
        $"{change} WHERE {Mine} RETURNING id",
        ("$seq", sequence),
        ("$entity", entity.Path),
        ("$token", token.ToByteArray()),
        ("$now", now));

    private void Settle(string operation, Entity entity, long sequence, Guid token, Func<long, bool> settle)
    {
        if (!Transact(entity, settle))
        {
            throw new ServiceBusException(
                $"The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue. "
                + $"Sequence number {sequence}, lock token {token}.",
                ServiceBusFailureReason.MessageLockLost,
                entity.Path);
        }

        Operations.Count(operation, entity, 1);
    }
}
