using System.Text.Json;
using System.Text.Json.Serialization;

namespace AzureSdk.Local.ServiceBus;

/// <summary>What a message carries beside its body, its id and what the broker itself reads.</summary>
internal sealed record Envelope
{
    public string? CorrelationId { get; init; }

    public string? Subject { get; init; }

    public string? ContentType { get; init; }

    public string? ReplyTo { get; init; }

    public string? ReplyToSessionId { get; init; }

    public string? To { get; init; }

    public string? SessionId { get; init; }

    public string? PartitionKey { get; init; }

    public string? TransactionPartitionKey { get; init; }

    public Dictionary<string, PropertyValue> Properties { get; init; } = [];

    /// <summary>The envelope as stored.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EnvelopeJson.Default.Envelope);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static Envelope FromJson(string json) => JsonSerializer.Deserialize(json, EnvelopeJson.Default.Envelope) ?? new();

    /// <summary>The envelope with properties added or replaced.</summary>
    /// <exception cref="System.Runtime.Serialization.SerializationException">A value's type is not one Service Bus carries.</exception>
    public Envelope With(IEnumerable<KeyValuePair<string, object>>? changes)
    {
        if (changes is null) return this;
        var properties = new Dictionary<string, PropertyValue>(Properties);
        foreach (var (name, value) in changes) properties[name] = PropertyValue.From(name, value);
        return this with { Properties = properties };
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Envelope))]
internal sealed partial class EnvelopeJson : JsonSerializerContext;

/// <summary>A message to be accepted.</summary>
/// <param name="MessageId">The id that duplicate detection goes by.</param>
/// <param name="Envelope">The rest of what it carries.</param>
/// <param name="Body">The payload.</param>
/// <param name="TimeToLive">Null: the queue's default.</param>
/// <param name="ScheduledFor">Null or past: at once.</param>
internal sealed record Outgoing(
    string MessageId, Envelope Envelope, byte[] Body, TimeSpan? TimeToLive = null, DateTimeOffset? ScheduledFor = null);

/// <summary>The state of a stored message; the numbers are Azure's.</summary>
internal enum MessageState
{
    Active = 0,
    Deferred = 1,
    Scheduled = 2,
}

/// <summary>A message as handed out, or as peeked at. Times are UTC in whole milliseconds.</summary>
internal sealed record Delivery
{
    public required long SequenceNumber { get; init; }

    public required long EnqueuedSequenceNumber { get; init; }

    public required string MessageId { get; init; }

    public required Envelope Envelope { get; init; }

    public required byte[] Body { get; init; }

    public required MessageState State { get; init; }

    /// <summary>Received: 1 on the first delivery. Peeked: the deliveries that failed so far.</summary>
    public required int DeliveryCount { get; init; }

    public required DateTimeOffset EnqueuedTime { get; init; }

    public DateTimeOffset? ScheduledFor { get; init; }

    public TimeSpan? TimeToLive { get; init; }

    public DateTimeOffset? LockedUntil { get; init; }

    public Guid LockToken { get; init; }
}
