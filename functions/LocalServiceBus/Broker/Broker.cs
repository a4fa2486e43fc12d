namespace LocalServiceBus;

/// <summary>
/// Queues in one SQLite file, with the semantics of Azure Service Bus: peek-lock, delivery count, dead-letter queue, scheduled
/// messages, duplicate detection and time to live. Safe for many threads.
/// </summary>
/// <remarks>
/// Every operation first brings its queue up to the present (Broker.Upkeep.cs), so that what the broker answers depends only
/// on the file and on the clock. Operations that arrive together share one transaction (Broker.Commits.cs): each refuses,
/// if it must, before it changes anything. Times are kept in whole milliseconds, as AMQP carries them.
/// </remarks>
internal sealed partial class Broker : IAsyncDisposable
{
    /// <summary>The most bytes that a message, or the messages sent together, may have: 256 KB, as in Azure's standard tier.</summary>
    public const int LargestMessage = 256 * 1024;

    private readonly BrokerFile file;

    /// <summary>Opens a broker file, and makes it if it is not there.</summary>
    /// <exception cref="BrokerException">The file cannot be opened, is in use, is damaged, or is not a broker's.</exception>
    public Broker(string file, BrokerQueues queues, TimeProvider clock)
    {
        Queues = queues;
        Clock = clock;
        this.file = new BrokerFile(file);
        timer = clock.CreateTimer(_ => Post(new Work(LookAtAll)), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        commits = Task.Run(Commit);
    }

    /// <summary>The queues there are.</summary>
    public BrokerQueues Queues { get; }

    /// <summary>The clock that locks, schedules and expiry go by.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Whether a queue has an active message, locked or not.</summary>
    public bool HasActiveMessages
    {
        get
        {
            lock (gate)
            {
                ObjectDisposedException.ThrowIf(closed, this);
                var now = Now();
                if (
                    Queues.All.Select(queue => new Entity(queue, false)).ToList().FindAll(entity => NextChange(entity) <= now) is
                    { Count: > 0 } due
                )
                {
                    file.InTransaction(() => due.ForEach(entity => BringUpTo(now, entity)));
                    Post(new Work(LookAtAll));
                }

                return Queues.All.Any(queue =>
                    file.Scalar(
                        """
                        SELECT EXISTS (SELECT 1 FROM messages WHERE entity = $entity AND state = 0 AND locked_until IS NULL)
                            OR EXISTS (SELECT 1 FROM messages WHERE entity = $entity AND state = 0 AND locked_until IS NOT NULL)
                        """,
                        ("$entity", queue.Name)
                    ) == 1
                );
            }
        }
    }

    /// <summary>Accepts messages, all or none.</summary>
    /// <returns>The sequence number of each; 0 for one that was dropped as a duplicate. They are stored when the task is done.</returns>
    /// <exception cref="BrokerException">NotAllowed: the queue is a dead-letter queue. MessageSizeExceeded.</exception>
    public async Task<IReadOnlyList<long>> Send(Entity queue, IReadOnlyList<Outgoing> messages, string operation = "send")
    {
        if (queue.DeadLetter)
            throw new BrokerException(BrokerError.NotAllowed, $"A message cannot be sent to a dead-letter queue ('{queue.Path}').");
        var sequences = await Transact(
                queue,
                now =>
                {
                    Forget(queue.Queue, now);
                    bool[] isNew = [.. messages.Select(message => IsNew(queue.Queue, message.MessageId, now))];
                    var next = TakeSequenceNumbers(queue.Queue, isNew.Count(one => one));
                    var numbers = new long[messages.Count];
                    for (var i = 0; i < messages.Count; i++)
                    {
                        if (isNew[i])
                            Store(queue, messages[i], numbers[i] = next++, now);
                    }

                    Look(queue);
                    return (IReadOnlyList<long>)numbers;
                }
            )
            .ConfigureAwait(false);
        BrokerOperations.Count(operation, queue, messages.Select(message => message.Content));
        return sequences;
    }

    /// <summary>Takes scheduled messages back, all or none.</summary>
    /// <exception cref="BrokerException">MessageNotFound: one is not scheduled, or is not any more.</exception>
    public async Task Cancel(Entity queue, IReadOnlyList<long> sequenceNumbers)
    {
        await Transact(
                queue,
                _ =>
                {
                    var ids = sequenceNumbers.Select(sequence => Find(queue, sequence, MessageState.Scheduled)).ToList();
                    foreach (var id in ids)
                        file.Run("DELETE FROM messages WHERE id = $id", ("$id", id));
                    return true;
                }
            )
            .ConfigureAwait(false);
        BrokerOperations.Count("cancel", queue, sequenceNumbers.Count);
    }

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static long? Milliseconds(TimeSpan? span) => span is { } s && s < TimeSpan.FromDays(365_000) ? (long)s.TotalMilliseconds : null;

    private long Now() => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <returns>The row's id, if the message is in that state and not locked.</returns>
    private long Find(Entity entity, long sequence, MessageState state) =>
        file.Scalar(
            "SELECT id FROM messages WHERE seq = $seq AND entity = $entity AND state = $state AND locked_until IS NULL",
            ("$seq", sequence),
            ("$entity", entity.Path),
            ("$state", (int)state)
        )
        ?? throw new BrokerException(
            BrokerError.MessageNotFound,
            $"There is no {(state == MessageState.Deferred ? "deferred" : "scheduled")} message with the sequence number {sequence}."
        );

    /// <returns>The first of so many numbers.</returns>
    private long TakeSequenceNumbers(QueueSettings queue, int count) =>
        file.Scalar(
                """
                INSERT INTO queues (name, last_seq) VALUES ($queue, $count)
                ON CONFLICT (name) DO UPDATE SET last_seq = last_seq + $count RETURNING last_seq
                """,
                ("$queue", queue.Name),
                ("$count", count)
            )
            .GetValueOrDefault()
        - count
        + 1;

    private void Forget(QueueSettings queue, long now)
    {
        if (!queue.RequiresDuplicateDetection)
            return;
        file.Run(
            "DELETE FROM history WHERE queue = $queue AND accepted <= $before",
            ("$queue", queue.Name),
            ("$before", now - (long)queue.DuplicateDetectionHistoryTimeWindow.TotalMilliseconds)
        );
    }

    private bool IsNew(QueueSettings queue, string messageId, long now) =>
        !queue.RequiresDuplicateDetection
        || file.Run(
            "INSERT OR IGNORE INTO history (queue, message_id, accepted) VALUES ($queue, $id, $now)",
            ("$queue", queue.Name),
            ("$id", messageId),
            ("$now", now)
        ) == 1;

    private void Store(Entity queue, Outgoing message, long sequence, long now)
    {
        var scheduled = message.ScheduledFor?.ToUnixTimeMilliseconds();
        var waits = scheduled > now;
        var asked = message.TimeToLive ?? TimeSpan.MaxValue;
        var ttl = Milliseconds(asked < queue.Queue.DefaultMessageTimeToLive ? asked : queue.Queue.DefaultMessageTimeToLive);
        Insert(
            queue,
            new StoredMessage
            {
                SequenceNumber = sequence,
                EnqueuedSequenceNumber = sequence,
                MessageId = message.MessageId,
                Content = message.Content,
                State = waits ? MessageState.Scheduled : MessageState.Active,
                Failed = 0,
                EnqueuedTime = Time(now),
                ScheduledFor = message.ScheduledFor,
                TimeToLive = ttl is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
                PartitionKey = message.PartitionKey,
                ViaPartitionKey = message.ViaPartitionKey,
            }
        );
    }

    private void Insert(Entity entity, StoredMessage message)
    {
        var (enqueued, ttl) = (message.EnqueuedTime.ToUnixTimeMilliseconds(), Milliseconds(message.TimeToLive));
        file.Run(
            """
            INSERT INTO messages
                (seq, first_seq, entity, state, message_id, enqueued, scheduled, ttl, expires, failed, partition_key, via_partition_key, content)
            VALUES ($seq, $first, $entity, $state, $id, $enqueued, $scheduled, $ttl, $expires, $failed, $key, $via, $content)
            """,
            ("$seq", message.SequenceNumber),
            ("$first", message.EnqueuedSequenceNumber),
            ("$entity", entity.Path),
            ("$state", (int)message.State),
            ("$id", message.MessageId),
            ("$enqueued", enqueued),
            ("$scheduled", message.ScheduledFor?.ToUnixTimeMilliseconds()),
            ("$ttl", ttl),
            ("$expires", message.State == MessageState.Scheduled || entity.DeadLetter ? null : enqueued + ttl),
            ("$failed", message.Failed),
            ("$key", message.PartitionKey),
            ("$via", message.ViaPartitionKey),
            ("$content", message.Content)
        );
    }
}
