using Microsoft.Data.Sqlite;

namespace LocalServiceBus;

/// <content>Receiving, peeking, and receiving what was deferred.</content>
internal sealed partial class Broker
{
    private const string Columns =
        "seq, first_seq, message_id, content, state, failed, enqueued, scheduled, ttl, partition_key, via_partition_key, locked_until, lock_token";

    /// <summary>Begins to receive up to so many messages, in the order of their sequence numbers, as soon as there is one.</summary>
    /// <param name="entity">The queue or dead-letter queue.</param>
    /// <param name="max">How many at most, from 1.</param>
    /// <param name="delete">True: they are gone with this; false: they are locked.</param>
    public Reception Receive(Entity entity, int max, bool delete)
    {
        var reception = new Reception(entity, max, delete);
        Post(
            new Work(
                () => Wait(reception),
                failure =>
                {
                    if (failure is not null && reception.Waits is null)
                        reception.Answer();
                }
            )
        );
        return reception;
    }

    /// <summary>Ends a receive, after it was tried at least once; its task tells what it had received until then.</summary>
    public void End(Reception reception) =>
        Post(
            new Work(
                () => EndWait(reception),
                failure =>
                {
                    if (failure is null)
                        return;
                    if (waiting.TryGetValue(reception.Entity.Path, out var list))
                        list.Receptions.Remove(reception);
                    reception.Answer();
                }
            )
        );

    /// <summary>Reads messages in any state, in the order of their sequence numbers, without locking them.</summary>
    public async Task<IReadOnlyList<StoredMessage>> Peek(Entity entity, int max, long fromSequenceNumber)
    {
        var messages = await Transact(
                entity,
                _ =>
                    file.Rows(
                        $"SELECT {Columns} FROM messages WHERE entity = $entity AND seq >= $from ORDER BY seq LIMIT $max",
                        row => ReadRow(row, received: false),
                        ("$entity", entity.Path),
                        ("$from", fromSequenceNumber),
                        ("$max", max)
                    )
            )
            .ConfigureAwait(false);
        BrokerOperations.Count("peek", entity, Math.Max(1, messages.Count));
        return messages;
    }

    /// <summary>Receives deferred messages by their sequence numbers, all or none.</summary>
    /// <exception cref="BrokerException">MessageNotFound: one is not deferred, is locked, or has expired.</exception>
    public async Task<IReadOnlyList<StoredMessage>> ReceiveDeferred(Entity entity, IReadOnlyList<long> sequenceNumbers, bool delete)
    {
        var messages = await Transact(
                entity,
                now =>
                {
                    // Azure looks at the expiry of a deferred message only when it is asked for. It stays expired if the rest is
                    // refused.
                    foreach (var sequence in sequenceNumbers)
                        ExpireDeferred(entity, sequence, now);
                    var ids = sequenceNumbers.Select(sequence => Find(entity, sequence, MessageState.Deferred)).Distinct().ToList();
                    return ids.ConvertAll(id => Take(delete, "id = $id", LockEnd(entity, now), ("$id", id))[0]);
                }
            )
            .ConfigureAwait(false);
        BrokerOperations.Count("receive", entity, messages.Select(message => message.Content));
        return messages;
    }

    /// <summary>Puts back what was received and deleted but could not be handed over.</summary>
    public Task Restore(Entity entity, StoredMessage message) =>
        Transact(
            entity,
            _ =>
            {
                Insert(entity, message);
                Look(entity);
                return true;
            }
        );

    private static long LockEnd(Entity entity, long now) => now + (long)entity.Queue.LockDuration.TotalMilliseconds;

    private static StoredMessage ReadRow(SqliteDataReader row, bool received)
    {
        var locked = !row.IsDBNull(11);
        return new StoredMessage
        {
            SequenceNumber = row.GetInt64(0),
            EnqueuedSequenceNumber = row.GetInt64(1),
            MessageId = row.GetString(2),
            Content = row.GetFieldValue<byte[]>(3),
            State = (MessageState)row.GetInt32(4),
            Failed = row.GetInt32(5),
            EnqueuedTime = Time(row.GetInt64(6)),
            ScheduledFor = row.IsDBNull(7) ? null : Time(row.GetInt64(7)),
            TimeToLive = row.IsDBNull(8) ? null : TimeSpan.FromMilliseconds(row.GetInt64(8)),
            PartitionKey = row.IsDBNull(9) ? null : row.GetString(9),
            ViaPartitionKey = row.IsDBNull(10) ? null : row.GetString(10),
            LockedUntil = locked ? Time(row.GetInt64(11)) : null,
            LockToken = received && locked ? new Guid(row.GetFieldValue<byte[]>(12)) : Guid.Empty,
        };
    }

    private List<StoredMessage> Take(Entity entity, int max, bool delete, long now)
    {
        var messages = Take(
            delete,
            "id IN (SELECT id FROM messages WHERE entity = $entity AND state = 0 AND locked_until IS NULL ORDER BY seq LIMIT $max)",
            LockEnd(entity, now),
            ("$entity", entity.Path),
            ("$max", max)
        );
        // RETURNING promises no order.
        messages.Sort((a, b) => a.SequenceNumber.CompareTo(b.SequenceNumber));
        return messages;
    }

    private List<StoredMessage> Take(bool delete, string which, long until, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        file.Rows(
            delete
                ? $"DELETE FROM messages WHERE {which} AND $until > 0 RETURNING {Columns}"
                : $"UPDATE messages SET locked_until = $until, lock_token = randomblob(16) WHERE {which} RETURNING {Columns}",
            row => ReadRow(row, received: true),
            [.. parameters, ("$until", until)]
        );

    private void ExpireDeferred(Entity entity, long sequence, long now)
    {
        var expired = entity.DeadLetter
            ? null
            : file.Scalar(
                "SELECT id FROM messages WHERE seq = $seq AND entity = $entity AND state = 1 AND locked_until IS NULL AND expires <= $now",
                ("$seq", sequence),
                ("$entity", entity.Path),
                ("$now", now)
            );
        if (expired is { } id)
            ExpireOne(entity, id);
    }
}
