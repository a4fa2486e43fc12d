using AzureSdk.Local.ServiceBus;

namespace Azure.Messaging.ServiceBus;

/// <summary>A message to be sent.</summary>
public class ServiceBusMessage
{
    private const int LongestId = 128;

    /// <summary>Makes a message with an empty body.</summary>
    public ServiceBusMessage()
        : this(BinaryData.Empty)
    {
    }

    /// <summary>Makes a message of text.</summary>
    /// <param name="body">The text; sent in UTF-8.</param>
    public ServiceBusMessage(string body)
        : this(BinaryData.FromString(body))
    {
    }

    /// <summary>Makes a message of bytes.</summary>
    /// <param name="body">The bytes.</param>
    public ServiceBusMessage(ReadOnlyMemory<byte> body)
        : this(BinaryData.FromBytes(body))
    {
    }

    /// <summary>Makes a message.</summary>
    /// <param name="body">The body.</param>
    public ServiceBusMessage(BinaryData body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Body = body;
    }

    /// <summary>Makes a message to send again what was received: all but what the broker has set, the scheduled time and the dead-letter reason.</summary>
    /// <param name="receivedMessage">The message received.</param>
    public ServiceBusMessage(ServiceBusReceivedMessage receivedMessage)
    {
        ArgumentNullException.ThrowIfNull(receivedMessage);
        Body = receivedMessage.Body;
        if (!string.IsNullOrEmpty(receivedMessage.MessageId)) MessageId = receivedMessage.MessageId;
        CorrelationId = receivedMessage.CorrelationId;
        Subject = receivedMessage.Subject;
        ContentType = receivedMessage.ContentType;
        ReplyTo = receivedMessage.ReplyTo;
        ReplyToSessionId = receivedMessage.ReplyToSessionId;
        To = receivedMessage.To;
        SessionId = receivedMessage.SessionId;
        PartitionKey = receivedMessage.PartitionKey;
        TransactionPartitionKey = receivedMessage.TransactionPartitionKey;
        TimeToLive = receivedMessage.TimeToLive;
        foreach (var (name, value) in receivedMessage.ApplicationProperties)
        {
            if (name is not ("DeadLetterReason" or "DeadLetterErrorDescription")) ApplicationProperties[name] = value;
        }
    }

    /// <summary>The payload.</summary>
    public BinaryData Body { get; set; }

    /// <summary>The id that duplicate detection goes by, 1 to 128 characters. If it is not set, the broker makes one.</summary>
    /// <exception cref="ArgumentException">Empty or too long.</exception>
    public string? MessageId
    {
        get;
        set
        {
            ArgumentException.ThrowIfNullOrEmpty(value);
            field = Short(value);
        }
    }

    /// <summary>What the message belongs to, for the application.</summary>
    public string? CorrelationId { get; set; }

    /// <summary>What the message is about, for the application.</summary>
    public string? Subject { get; set; }

    /// <summary>The media type of the body.</summary>
    public string? ContentType { get; set; }

    /// <summary>Where to answer to.</summary>
    public string? ReplyTo { get; set; }

    /// <summary>The session to answer to, at most 128 characters.</summary>
    public string? ReplyToSessionId { get; set => field = Short(value); }

    /// <summary>The address, for the application; the broker does not read it.</summary>
    public string? To { get; set; }

    /// <summary>The session, at most 128 characters. Queues with sessions are not part of the local broker; here it is carried only.</summary>
    public string? SessionId { get; set => field = Short(value); }

    /// <summary>The partition, at most 128 characters; carried only.</summary>
    public string? PartitionKey { get; set => field = Short(value); }

    /// <summary>The partition of a transfer queue, at most 128 characters; carried only.</summary>
    public string? TransactionPartitionKey { get; set => field = Short(value); }

    /// <summary>
    /// When the message becomes active, UTC, in whole milliseconds; the default value and past instants: at once.
    /// </summary>
    public DateTimeOffset ScheduledEnqueueTime { get; set; }

    /// <summary>How long the message lives once it is active. More than zero; the queue's own limit holds where it is shorter.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Zero or less.</exception>
    public TimeSpan TimeToLive
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    }

    = TimeSpan.MaxValue;

    /// <summary>
    /// Metadata. Values are numbers, <see cref="bool"/>, <see cref="char"/>, <see cref="string"/>, <see cref="Guid"/>,
    /// <see cref="Uri"/>, <see cref="DateTime"/> (received in UTC and whole milliseconds), <see cref="DateTimeOffset"/> (received
    /// in UTC), <see cref="TimeSpan"/> or bytes; another type makes the send throw a
    /// <see cref="System.Runtime.Serialization.SerializationException"/>.
    /// </summary>
    public IDictionary<string, object> ApplicationProperties { get; } = new Dictionary<string, object>();

    /// <inheritdoc/>
    public override string ToString() => $"{{MessageId:{MessageId}}}";

    internal Outgoing ToOutgoing(DateTimeOffset? scheduled = null) => new(
        MessageId ?? Guid.NewGuid().ToString("N"),
        new Envelope
        {
            CorrelationId = CorrelationId,
            Subject = Subject,
            ContentType = ContentType,
            ReplyTo = ReplyTo,
            ReplyToSessionId = ReplyToSessionId,
            To = To,
            SessionId = SessionId,
            PartitionKey = PartitionKey,
            TransactionPartitionKey = TransactionPartitionKey,
        }.With(ApplicationProperties),
        Body.ToArray(),
        TimeToLive,
        scheduled ?? (ScheduledEnqueueTime == default ? null : ScheduledEnqueueTime));

    private static string? Short(string? value) => value is not { Length: > LongestId }
        ? value
        : throw new ArgumentException($"The value has {value.Length} characters; at most {LongestId} are allowed.");
}
