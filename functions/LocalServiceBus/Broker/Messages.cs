namespace LocalServiceBus;

/// <summary>A message to be accepted.</summary>
/// <param name="MessageId">The id that duplicate detection goes by.</param>
/// <param name="Content">The AMQP message from its properties section on.</param>
/// <param name="TimeToLive">Null: the queue's default.</param>
/// <param name="ScheduledFor">Null or past: at once.</param>
/// <param name="PartitionKey">Kept and given back; queues here have one partition.</param>
/// <param name="ViaPartitionKey">Kept and given back.</param>
internal sealed record Outgoing(
    string MessageId,
    byte[] Content,
    TimeSpan? TimeToLive = null,
    DateTimeOffset? ScheduledFor = null,
    string? PartitionKey = null,
    string? ViaPartitionKey = null
);

/// <summary>The state of a stored message; the numbers are Azure's.</summary>
internal enum MessageState
{
    Active = 0,
    Deferred = 1,
    Scheduled = 2,
}

/// <summary>A message as handed out, or as peeked at. Times are UTC in whole milliseconds.</summary>
internal sealed record StoredMessage
{
    public required long SequenceNumber { get; init; }

    public required long EnqueuedSequenceNumber { get; init; }

    public required string MessageId { get; init; }

    public required byte[] Content { get; init; }

    public required MessageState State { get; init; }

    /// <summary>The deliveries that failed so far.</summary>
    public required int Failed { get; init; }

    public required DateTimeOffset EnqueuedTime { get; init; }

    public DateTimeOffset? ScheduledFor { get; init; }

    public TimeSpan? TimeToLive { get; init; }

    public string? PartitionKey { get; init; }

    public string? ViaPartitionKey { get; init; }

    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>Empty: peeked at, or received and deleted.</summary>
    public Guid LockToken { get; init; }
}
