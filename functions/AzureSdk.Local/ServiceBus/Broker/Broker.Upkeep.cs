using System.Globalization;

namespace AzureSdk.Local.ServiceBus;

/// <content>What time alone does to a queue: locks end, scheduled messages become active, messages expire.</content>
internal sealed partial class Broker
{
    private const string MaxDeliveryCountExceeded = "MaxDeliveryCountExceeded";
    private const string TtlExpired = "TTLExpiredException";
    private const string ExpiredDescription = "The message expired and was dead lettered.";

    private static string Exhausted(QueueSettings queue) => string.Create(
        CultureInfo.InvariantCulture, $"Message could not be consumed after {queue.MaxDeliveryCount} delivery attempts.");

    /// <summary>Does work in one transaction on a queue that was brought up to the present.</summary>
    private T Transact<T>(Entity entity, Func<long, T> work)
    {
        var deadLettered = false;
        var result = file.InTransaction(() =>
        {
            var now = Now();
            deadLettered = BringUpTo(now, entity);
            return work(now);
        });
        if (deadLettered) signals.Pulse(entity.DeadLetterPath);
        return result;
    }

    /// <summary>When time alone next changes something in the queue or its dead-letter queue. Unix milliseconds; null: never.</summary>
    private long? NextChange(Entity entity) => file.Scalar(
        """
        SELECT min(at) FROM (
            SELECT (SELECT min(locked_until) FROM messages WHERE entity = $main AND locked_until IS NOT NULL) AS at
            UNION ALL SELECT (SELECT min(locked_until) FROM messages WHERE entity = $dead AND locked_until IS NOT NULL)
            UNION ALL SELECT (SELECT min(scheduled) FROM messages WHERE entity = $main AND state = 2)
            UNION ALL SELECT (SELECT min(expires) FROM messages
                              WHERE entity = $main AND state = 0 AND locked_until IS NULL AND expires IS NOT NULL))
        """,
        ("$main", entity.Queue.Name),
        ("$dead", entity.DeadLetterPath));

    /// <returns>Whether a message was dead-lettered.</returns>
    private bool BringUpTo(long now, Entity entity)
    {
        if (!(NextChange(entity) <= now)) return false;
        var main = new Entity(entity.Queue, false);
        var deadLettered = EndLocks(main, now);
        EndLocks(new Entity(entity.Queue, true), now);
        ActivateScheduled(main, now);
        return Expire(main, now) || deadLettered;
    }

    private bool EndLocks(Entity entity, long now)
    {
        var exhausted = file.Rows(
            """
            UPDATE messages SET locked_until = NULL, lock_token = NULL, failed = failed + 1
            WHERE entity = $entity AND locked_until IS NOT NULL AND locked_until <= $now RETURNING id, failed
            """,
            row => (Id: row.GetInt64(0), Failed: row.GetInt32(1)),
            ("$entity", entity.Path),
            ("$now", now)).Where(row => !entity.DeadLetter && row.Failed >= entity.Queue.MaxDeliveryCount).ToList();
        foreach (var (id, _) in exhausted) MoveToDeadLetter(entity, id, MaxDeliveryCountExceeded, Exhausted(entity.Queue));
        return exhausted.Count > 0;
    }

    private void ActivateScheduled(Entity entity, long now)
    {
        var due = file.Rows(
            "SELECT id FROM messages WHERE entity = $entity AND state = 2 AND scheduled <= $now ORDER BY scheduled, seq",
            row => row.GetInt64(0),
            ("$entity", entity.Path),
            ("$now", now));
        if (due.Count == 0) return;
        var next = TakeSequenceNumbers(entity.Queue, due.Count);
        foreach (var id in due)
        {
            file.Run(
                "UPDATE messages SET seq = $next, state = 0, enqueued = scheduled, expires = scheduled + ttl WHERE id = $id",
                ("$next", next++),
                ("$id", id));
        }
    }

    private bool Expire(Entity entity, long now)
    {
        var expired = file.Rows(
            """
            SELECT id FROM messages
            WHERE entity = $entity AND state = 0 AND locked_until IS NULL AND expires IS NOT NULL AND expires <= $now
            """,
            row => row.GetInt64(0),
            ("$entity", entity.Path),
            ("$now", now));
        foreach (var id in expired) ExpireOne(entity, id);
        return expired.Count > 0 && entity.Queue.DeadLetteringOnMessageExpiration;
    }

    private void ExpireOne(Entity entity, long id)
    {
        if (entity.Queue.DeadLetteringOnMessageExpiration) MoveToDeadLetter(entity, id, TtlExpired, ExpiredDescription);
        else file.Run("DELETE FROM messages WHERE id = $id", ("$id", id));
    }

    /// <summary>Moves a message to the dead-letter queue, where it keeps its sequence number and never expires.</summary>
    private void MoveToDeadLetter(
        Entity entity, long id, string? reason, string? description, IEnumerable<KeyValuePair<string, object>>? changes = null)
    {
        List<KeyValuePair<string, object>> all = [.. changes ?? []];
        if (reason is not null) all.Add(new("DeadLetterReason", reason));
        if (description is not null) all.Add(new("DeadLetterErrorDescription", description));
        ChangeProperties(id, all);
        file.Run(
            """
            UPDATE messages SET entity = $dead, state = 0, locked_until = NULL, lock_token = NULL, expires = NULL WHERE id = $id
            """,
            ("$dead", entity.DeadLetterPath),
            ("$id", id));
    }

    private void ChangeProperties(long id, IReadOnlyCollection<KeyValuePair<string, object>>? changes)
    {
        if (changes is not { Count: > 0 }) return;
        var stored = file.Rows("SELECT envelope FROM messages WHERE id = $id", row => row.GetString(0), ("$id", id));
        file.Run(
            "UPDATE messages SET envelope = $envelope WHERE id = $id",
            ("$envelope", Envelope.FromJson(stored[0]).With(changes).ToJson()),
            ("$id", id));
    }
}
