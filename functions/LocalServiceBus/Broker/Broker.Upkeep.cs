using System.Globalization;

namespace LocalServiceBus;

/// <content>What time alone does to a queue: locks end, scheduled messages become active, messages expire.</content>
internal sealed partial class Broker
{
    private const string MaxDeliveryCountExceeded = "MaxDeliveryCountExceeded";
    private const string TtlExpired = "TTLExpiredException";
    private const string ExpiredDescription = "The message expired and was dead lettered.";

    private static string Exhausted(QueueSettings queue) =>
        string.Create(CultureInfo.InvariantCulture, $"Message could not be consumed after {queue.MaxDeliveryCount} delivery attempts.");

    /// <summary>When time alone next changes something in the queue or its dead-letter queue. Unix milliseconds; null: never.</summary>
    private long? NextChange(Entity entity) =>
        file.Scalar(
            """
            SELECT min(at) FROM (
                SELECT (SELECT min(locked_until) FROM messages WHERE entity = $main AND locked_until IS NOT NULL) AS at
                UNION ALL SELECT (SELECT min(locked_until) FROM messages WHERE entity = $dead AND locked_until IS NOT NULL)
                UNION ALL SELECT (SELECT min(scheduled) FROM messages WHERE entity = $main AND state = 2)
                UNION ALL SELECT (SELECT min(expires) FROM messages
                                  WHERE entity = $main AND state = 0 AND locked_until IS NULL AND expires IS NOT NULL))
            """,
            ("$main", entity.Queue.Name),
            ("$dead", entity.DeadLetterPath)
        );

    private void BringUpTo(long now, Entity entity)
    {
        if (!(NextChange(entity) <= now))
            return;
        var (main, dead) = (new Entity(entity.Queue, false), new Entity(entity.Queue, true));
        EndLocks(main, now);
        EndLocks(dead, now);
        ActivateScheduled(main, now);
        Expire(main, now);
        Look(main);
        Look(dead);
    }

    private void EndLocks(Entity entity, long now)
    {
        var exhausted = file.Rows(
                """
                UPDATE messages SET locked_until = NULL, lock_token = NULL, failed = failed + 1
                WHERE entity = $entity AND locked_until IS NOT NULL AND locked_until <= $now RETURNING id, failed
                """,
                row => (Id: row.GetInt64(0), Failed: row.GetInt32(1)),
                ("$entity", entity.Path),
                ("$now", now)
            )
            .Where(row => !entity.DeadLetter && row.Failed >= entity.Queue.MaxDeliveryCount)
            .ToList();
        foreach (var (id, _) in exhausted)
            MoveToDeadLetter(entity, id, MaxDeliveryCountExceeded, Exhausted(entity.Queue));
    }

    private void ActivateScheduled(Entity entity, long now)
    {
        var due = file.Rows(
            "SELECT id FROM messages WHERE entity = $entity AND state = 2 AND scheduled <= $now ORDER BY scheduled, seq",
            row => row.GetInt64(0),
            ("$entity", entity.Path),
            ("$now", now)
        );
        if (due.Count == 0)
            return;
        var next = TakeSequenceNumbers(entity.Queue, due.Count);
        foreach (var id in due)
        {
            file.Run(
                "UPDATE messages SET seq = $next, state = 0, enqueued = scheduled, expires = scheduled + ttl WHERE id = $id",
                ("$next", next++),
                ("$id", id)
            );
        }
    }

    private void Expire(Entity entity, long now)
    {
        var expired = file.Rows(
            """
            SELECT id FROM messages
            WHERE entity = $entity AND state = 0 AND locked_until IS NULL AND expires IS NOT NULL AND expires <= $now
            """,
            row => row.GetInt64(0),
            ("$entity", entity.Path),
            ("$now", now)
        );
        foreach (var id in expired)
            ExpireOne(entity, id);
    }

    private void ExpireOne(Entity entity, long id)
    {
        if (entity.Queue.DeadLetteringOnMessageExpiration)
            MoveToDeadLetter(entity, id, TtlExpired, ExpiredDescription);
        else
            file.Run("DELETE FROM messages WHERE id = $id", ("$id", id));
    }

    /// <summary>Moves a message to the dead-letter queue, where it keeps its sequence number and never expires.</summary>
    private void MoveToDeadLetter(Entity entity, long id, string? reason, string? description, PropertyChanges? changes = null)
    {
        PropertyChanges all = [.. changes ?? []];
        if (reason is not null)
            all.Add(new("DeadLetterReason", reason));
        if (description is not null)
            all.Add(new("DeadLetterErrorDescription", description));
        ChangeProperties(id, all);
        file.Run(
            "UPDATE messages SET entity = $dead, state = 0, locked_until = NULL, lock_token = NULL, expires = NULL WHERE id = $id",
            ("$dead", entity.DeadLetterPath),
            ("$id", id)
        );
        Look(new Entity(entity.Queue, true));
    }

    private void ChangeProperties(long id, PropertyChanges? changes)
    {
        if (changes is not { Count: > 0 })
            return;
        var stored = file.Rows("SELECT content FROM messages WHERE id = $id", row => row.GetFieldValue<byte[]>(0), ("$id", id));
        file.Run("UPDATE messages SET content = $content WHERE id = $id", ("$content", Sections.With(stored[0], changes)), ("$id", id));
    }
}
