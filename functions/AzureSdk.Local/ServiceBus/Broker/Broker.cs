using Azure.Messaging.ServiceBus;

namespace AzureSdk.Local.ServiceBus;

/// <summary>
/// Queues in one SQLite file, with the semantics of Azure Service Bus: peek-lock, delivery count, dead-letter queue, scheduled
/// messages, duplicate detection and time to live. Safe for many threads, and for many processes on one file.
/// </summary>
/// <remarks>
/// Every operation first brings its queue up to the present (Broker.Upkeep.cs): nothing happens in the background, so what
/// the broker answers depends only on the file and on the clock. Times are kept in whole milliseconds, as AMQP carries them.
/// </remarks>
internal sealed partial class Broker : IDisposable
{
    /// <summary>How often another process's messages are looked for while somebody waits.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly BrokerFile file;
    private readonly Signals signals = new();
    private readonly Timer poll;
    private int polling;

    /// <summary>Opens a broker file, and makes it if it is not there.</summary>
    /// <exception cref="ServiceBusException">The file cannot be opened, is damaged, or is not a broker's.</exception>
    public Broker(string file, BrokerQueues queues, TimeProvider clock)
    {
        Queues = queues;
        Clock = clock;
        this.file = new BrokerFile(file);
        // Other processes live by the system's time, whatever this broker's clock says.
        poll = new Timer(_ => LookForOthers(), null, PollInterval, PollInterval);
    }

    /// <summary>The queues there are.</summary>
    public BrokerQueues Queues { get; }

    /// <summary>The clock that locks, schedules and expiry go by.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Accepts messages, all or none.</summary>
    /// <returns>The sequence number of each; 0 for one that was dropped as a duplicate.</returns>
    public IReadOnlyList<long> Send(Entity queue, IReadOnlyList<Outgoing> messages, string operation = "send")
    {
        if (queue.DeadLetter)
            throw new InvalidOperationException($"A message cannot be sent to a dead-letter queue ('{queue.Path}').");
        var sequences = Transact(queue, now =>
        {
            Forget(queue.Queue, now);
            bool[] isNew = [.. messages.Select(message => IsNew(queue.Queue, message.MessageId, now))];
            var next = TakeSequenceNumbers(queue.Queue, isNew.Count(one => one));
            var numbers = new long[messages.Count];
            for (var i = 0; i < messages.Count; i++)
            {
                if (isNew[i]) Store(queue, messages[i], numbers[i] = next++, now);
            }

            return (IReadOnlyList<long>)numbers;
        });
        signals.Pulse(queue.Path);
        Operations.Count(operation, queue, messages.Sum(message => Operations.Billed(message.Body)));
        return sequences;
    }

    /// <summary>Takes scheduled messages back, all or none.</summary>
    /// <exception cref="ServiceBusException">MessageNotFound: one is not scheduled, or is not any more.</exception>
    public void Cancel(Entity queue, IReadOnlyList<long> sequenceNumbers)
    {
        Transact(queue, _ =>
        {
            foreach (var sequence in sequenceNumbers)
            {
                var deleted = file.Run(
                    "DELETE FROM messages WHERE seq = $seq AND entity = $entity AND state = 2", ("$seq", sequence), ("$entity", queue.Path));
                if (deleted == 0) throw NotFound(queue, sequence, "scheduled");
            }

            return true;
        });
        Operations.Count("cancel", queue, sequenceNumbers.Count);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        poll.Dispose();
        file.Dispose();
        signals.PulseAll();
    }

    private static ServiceBusException NotFound(Entity entity, long sequence, string state) => new(
        $"There is no {state} message with the sequence number {sequence}.", ServiceBusFailureReason.MessageNotFound, entity.Path);

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static long? Milliseconds(TimeSpan? span) => span is { } s && s < TimeSpan.FromDays(365_000) ? (long)s.TotalMilliseconds : null;

    private long Now() => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <returns>The first of so many numbers.</returns>
    private long TakeSequenceNumbers(QueueSettings queue, int count) => file.Scalar(
        """
        INSERT INTO queues (name, last_seq) VALUES ($queue, $count)
        ON CONFLICT (name) DO UPDATE SET last_seq = last_seq + $count RETURNING last_seq
        """,
        ("$queue", queue.Name),
        ("$count", count)).GetValueOrDefault() - count + 1;

    private void Forget(QueueSettings queue, long now)
    {
        if (!queue.RequiresDuplicateDetection) return;
        file.Run(
            "DELETE FROM history WHERE queue = $queue AND accepted <= $before",
            ("$queue", queue.Name),
            ("$before", now - (long)queue.DuplicateDetectionHistoryTimeWindow.TotalMilliseconds));
    }

    private bool IsNew(QueueSettings queue, string messageId, long now) =>
        !queue.RequiresDuplicateDetection
        || file.Run(
            "INSERT OR IGNORE INTO history (queue, message_id, accepted) VALUES ($queue, $id, $now)",
            ("$queue", queue.Name),
            ("$id", messageId),
            ("$now", now)) == 1;

    private void Store(Entity queue, Outgoing message, long sequence, long now)
    {
        var scheduled = message.ScheduledFor?.ToUnixTimeMilliseconds();
        var waits = scheduled > now;
        var asked = message.TimeToLive ?? TimeSpan.MaxValue;
        var ttl = Milliseconds(asked < queue.Queue.DefaultMessageTimeToLive ? asked : queue.Queue.DefaultMessageTimeToLive);
        file.Run(
            """
            INSERT INTO messages (seq, first_seq, entity, state, message_id, enqueued, scheduled, ttl, expires, envelope, body)
            VALUES ($seq, $seq, $entity, $state, $id, $enqueued, $scheduled, $ttl, $expires, $envelope, $body)
            """,
            ("$seq", sequence),
            ("$entity", queue.Path),
            ("$state", (int)(waits ? MessageState.Scheduled : MessageState.Active)),
            ("$id", message.MessageId),
            ("$enqueued", now),
            ("$scheduled", scheduled),
            ("$ttl", ttl),
            ("$expires", waits ? null : now + ttl),
            ("$envelope", message.Envelope.ToJson()),
            ("$body", message.Body));
    }

    private void LookForOthers()
    {
        if (!signals.AnyWaiting || Interlocked.Exchange(ref polling, 1) == 1) return;
        try
        {
            if (file.ChangedByOthers()) signals.PulseAll();
        }
        catch (Microsoft.Data.Sqlite.SqliteException)
        {
            // The receivers meet the same error, and tell whoever called them.
            signals.PulseAll();
        }
        finally
        {
            Volatile.Write(ref polling, 0);
        }
    }
}
