using Microsoft.Data.Sqlite;

namespace AzureSdk.Local.ServiceBus;

/// <content>Receiving, peeking, and receiving what was deferred.</content>
internal sealed partial class Broker
{
    private const string Columns =
        "seq, first_seq, message_id, envelope, body, state, failed, enqueued, scheduled, ttl, locked_until, lock_token";

    // A timer cannot be set further ahead than 49 days; looking once a day costs nothing.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>Receives up to so many messages, in the order of their sequence numbers; waits until there is one.</summary>
    /// <param name="entity">The queue or dead-letter queue.</param>
    /// <param name="max">How many at most, from 1.</param>
    /// <param name="delete">True: they are gone with this; false: they are locked.</param>
    /// <param name="wait">How long to wait for the first message, by the broker's clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>None if there was none in that time.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing is locked by this call.</exception>
    public async Task<IReadOnlyList<Delivery>> Receive(
        Entity entity, int max, bool delete, TimeSpan wait, CancellationToken cancellationToken)
    {
        var start = Clock.GetUtcNow();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var signal = signals.Next(entity.Path);
            var (messages, next) = TryReceive(entity, max, delete);
            var left = wait - (Clock.GetUtcNow() - start);
            if (messages.Count > 0 || left <= TimeSpan.Zero)
            {
                if (messages.Count == 0) Operations.Count("receive.empty", entity, 1);
                else Operations.Count("receive", entity, messages.Sum(message => Operations.Billed(message.Body)));
                return messages;
            }

            await signals.Wait(signal, Shortest(left, next), Clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads messages in any state, in the order of their sequence numbers, without locking them.</summary>
    public IReadOnlyList<Delivery> Peek(Entity entity, int max, long fromSequenceNumber)
    {
        var messages = Transact(entity, _ => file.Rows(
            $"SELECT {Columns} FROM messages WHERE entity = $entity AND seq >= $from ORDER BY seq LIMIT $max",
            row => ReadRow(row, received: false),
            ("$entity", entity.Path),
            ("$from", fromSequenceNumber),
            ("$max", max)));
        Operations.Count("peek", entity, Math.Max(1, messages.Count));
        return messages;
    }

    /// <summary>Receives deferred messages by their sequence numbers, all or none.</summary>
    /// <exception cref="Azure.Messaging.ServiceBus.ServiceBusException">MessageNotFound: one is not deferred, is locked, or has expired.</exception>
    public IReadOnlyList<Delivery> ReceiveDeferred(Entity entity, IReadOnlyList<long> sequenceNumbers, bool delete)
    {
        if (Transact(entity, now => sequenceNumbers.Count(sequence => ExpireDeferred(entity, sequence, now))) > 0) signals.Pulse(entity.DeadLetterPath);
        var messages = Transact(entity, now => sequenceNumbers.Select(sequence => file.Rows(
            delete
                ? $"DELETE FROM messages WHERE seq = $seq AND entity = $entity AND state = 1 AND locked_until IS NULL AND $until > 0 RETURNING {Columns}"
                : $"""
                   UPDATE messages SET locked_until = $until, lock_token = randomblob(16)
                   WHERE seq = $seq AND entity = $entity AND state = 1 AND locked_until IS NULL RETURNING {Columns}
                   """,
            row => ReadRow(row, received: true),
            ("$seq", sequence),
            ("$entity", entity.Path),
            ("$until", LockEnd(entity, now))) is [var message] ? message : throw NotFound(entity, sequence, "deferred")).ToList());
        Operations.Count("receive", entity, messages.Sum(message => Operations.Billed(message.Body)));
        return messages;
    }

    private static long LockEnd(Entity entity, long now) => now + (long)entity.Queue.LockDuration.TotalMilliseconds;

    private static Delivery ReadRow(SqliteDataReader row, bool received)
    {
        var locked = !row.IsDBNull(10);
        return new Delivery
        {
            SequenceNumber = row.GetInt64(0),
            EnqueuedSequenceNumber = row.GetInt64(1),
            MessageId = row.GetString(2),
            Envelope = Envelope.FromJson(row.GetString(3)),
            Body = row.GetFieldValue<byte[]>(4),
            State = (MessageState)row.GetInt32(5),
            DeliveryCount = row.GetInt32(6) + (received ? 1 : 0),
            EnqueuedTime = Time(row.GetInt64(7)),
            ScheduledFor = row.IsDBNull(8) ? null : Time(row.GetInt64(8)),
            TimeToLive = row.IsDBNull(9) ? null : TimeSpan.FromMilliseconds(row.GetInt64(9)),
            LockedUntil = locked ? Time(row.GetInt64(10)) : null,
            LockToken = received && locked ? new Guid(row.GetFieldValue<byte[]>(11)) : Guid.Empty,
        };
    }

    private (IReadOnlyList<Delivery> Messages, long? Next) TryReceive(Entity entity, int max, bool delete) => Transact(entity, now =>
    {
        const string Available =
            "SELECT id FROM messages WHERE entity = $entity AND state = 0 AND locked_until IS NULL ORDER BY seq LIMIT $max";
        var messages = file.Rows(
            delete
                ? $"DELETE FROM messages WHERE id IN ({Available}) AND $until > 0 RETURNING {Columns}"
                : $"UPDATE messages SET locked_until = $until, lock_token = randomblob(16) WHERE id IN ({Available}) RETURNING {Columns}",
            row => ReadRow(row, received: true),
            ("$entity", entity.Path),
            ("$max", max),
            ("$until", LockEnd(entity, now)));
        // RETURNING promises no order.
        messages.Sort((a, b) => a.SequenceNumber.CompareTo(b.SequenceNumber));
        return ((IReadOnlyList<Delivery>)messages, messages.Count == 0 ? NextChange(entity) : null);
    });

    private TimeSpan Shortest(TimeSpan left, long? next)
    {
        var shortest = left < LongestWait ? left : LongestWait;
        if (next is { } at && Time(at) - Clock.GetUtcNow() is var until && until < shortest) shortest = until;
        // Timers count whole milliseconds and would fire early; the stored instants are whole milliseconds themselves.
        return shortest <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling(shortest.TotalMilliseconds));
    }

    // Azure looks at the expiry of a deferred message only when somebody asks for it.
    private bool ExpireDeferred(Entity entity, long sequence, long now)
    {
        var expired = entity.DeadLetter ? null : file.Scalar(
            "SELECT id FROM messages WHERE seq = $seq AND entity = $entity AND state = 1 AND locked_until IS NULL AND expires <= $now",
            ("$seq", sequence),
            ("$entity", entity.Path),
            ("$now", now));
        if (expired is { } id) ExpireOne(entity, id);
        return expired is not null;
    }
}
