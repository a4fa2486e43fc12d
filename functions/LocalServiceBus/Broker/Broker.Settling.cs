namespace LocalServiceBus;

/// <summary>Application properties to add or replace, as AMQP's decoder gives them.</summary>
internal sealed class PropertyChanges : List<KeyValuePair<string, object?>>
{
    /// <summary>Takes a property out.</summary>
    /// <returns>Its value; null if there is none of the name.</returns>
    public object? Take(string name)
    {
        var found = Find(change => change.Key == name);
        RemoveAll(change => change.Key == name);
        return found.Value;
    }
}

/// <content>Settling what is locked. Each throws MessageLockLost if the lock has ended or is not one of this queue.</content>
internal sealed partial class Broker
{
    private const string Mine = "lock_token = $token AND entity = $entity AND locked_until > $now";

    /// <summary>The message is done: it is deleted.</summary>
    public Task Complete(Entity entity, Guid token) =>
        Settle("complete", entity, token, (id, _) => file.Run("DELETE FROM messages WHERE id = $id", ("$id", id)));

    /// <summary>The delivery failed: the message is available again, or dead-lettered if that was the last delivery it may have.</summary>
    public Task Abandon(Entity entity, Guid token, PropertyChanges? changes = null) =>
        Settle(
            "abandon",
            entity,
            token,
            (id, _) =>
            {
                ChangeProperties(id, changes);
                file.Run("UPDATE messages SET locked_until = NULL, lock_token = NULL, failed = failed + 1 WHERE id = $id", ("$id", id));
                if (
                    !entity.DeadLetter
                    && file.Scalar("SELECT failed FROM messages WHERE id = $id", ("$id", id)) >= entity.Queue.MaxDeliveryCount
                )
                    MoveToDeadLetter(entity, id, MaxDeliveryCountExceeded, Exhausted(entity.Queue));
                Look(entity);
            }
        );

    /// <summary>The message was not delivered: it is available again as it was, and this counts for nothing.</summary>
    public Task Release(Entity entity, Guid token) =>
        Settle(
            null,
            entity,
            token,
            (id, _) =>
            {
                file.Run("UPDATE messages SET locked_until = NULL, lock_token = NULL WHERE id = $id", ("$id", id));
                Look(entity);
            }
        );

    /// <summary>The message is set aside, to be received by its sequence number only.</summary>
    public Task Defer(Entity entity, Guid token, PropertyChanges? changes = null) =>
        Settle(
            "defer",
            entity,
            token,
            (id, _) =>
            {
                ChangeProperties(id, changes);
                file.Run("UPDATE messages SET locked_until = NULL, lock_token = NULL, state = 1 WHERE id = $id", ("$id", id));
            }
        );

    /// <summary>The message goes to the dead-letter queue.</summary>
    /// <exception cref="BrokerException">NotAllowed: it is there already.</exception>
    public Task DeadLetter(Entity entity, Guid token, string? reason = null, string? description = null, PropertyChanges? changes = null)
    {
        if (entity.DeadLetter)
            throw new BrokerException(BrokerError.NotAllowed, "A message cannot be dead-lettered from a dead-letter queue.");
        return Settle("deadletter", entity, token, (id, _) => MoveToDeadLetter(entity, id, reason, description, changes));
    }

    /// <summary>Locks the message for the queue's lock duration from now.</summary>
    /// <returns>The end of the lock.</returns>
    public async Task<DateTimeOffset> Renew(Entity entity, Guid token)
    {
        var until = 0L;
        await Settle(
                "renew",
                entity,
                token,
                (id, now) =>
                {
                    until = LockEnd(entity, now);
                    file.Run("UPDATE messages SET locked_until = $until WHERE id = $id", ("$id", id), ("$until", until));
                }
            )
            .ConfigureAwait(false);
        return Time(until);
    }

    private async Task Settle(string? operation, Entity entity, Guid token, Action<long, long> settle)
    {
        await Transact(
                entity,
                now =>
                {
                    var mine = file.Scalar(
                        $"SELECT id FROM messages WHERE {Mine}",
                        ("$token", token.ToByteArray()),
                        ("$entity", entity.Path),
                        ("$now", now)
                    );
                    if (mine is not { } id)
                    {
                        throw new BrokerException(
                            BrokerError.MessageLockLost,
                            "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue. "
                                + $"Lock token {token}, queue '{entity.Path}'."
                        );
                    }

                    settle(id, now);
                    return true;
                }
            )
            .ConfigureAwait(false);
        if (operation is not null)
            BrokerOperations.Count(operation, entity, 1);
    }
}
