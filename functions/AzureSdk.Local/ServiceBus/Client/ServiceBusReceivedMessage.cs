using System.Collections.ObjectModel;
using AzureSdk.Local.ServiceBus;

namespace Azure.Messaging.ServiceBus;

/// <summary>A message received, or peeked at. Times are UTC in whole milliseconds.</summary>
public class ServiceBusReceivedMessage
{
    internal ServiceBusReceivedMessage(BinaryData body, IReadOnlyDictionary<string, object>? properties)
    {
        Body = body;
        ApplicationProperties = properties ?? ReadOnlyDictionary<string, object>.Empty;
    }

    internal ServiceBusReceivedMessage(Delivery delivery)
        : this(BinaryData.FromBytes(delivery.Body), delivery.Envelope.Properties.ToDictionary(p => p.Key, p => p.Value.ToObject()).AsReadOnly())
    {
        MessageId = delivery.MessageId;
        CorrelationId = delivery.Envelope.CorrelationId;
        Subject = delivery.Envelope.Subject;
        ContentType = delivery.Envelope.ContentType;
        ReplyTo = delivery.Envelope.ReplyTo;
        ReplyToSessionId = delivery.Envelope.ReplyToSessionId;
        To = delivery.Envelope.To;
        SessionId = delivery.Envelope.SessionId;
        PartitionKey = delivery.Envelope.PartitionKey;
        TransactionPartitionKey = delivery.Envelope.TransactionPartitionKey;
        ScheduledEnqueueTime = delivery.ScheduledFor ?? default;
        TimeToLive = delivery.TimeToLive ?? TimeSpan.MaxValue;
        DeliveryCount = delivery.DeliveryCount;
        SequenceNumber = delivery.SequenceNumber;
        EnqueuedSequenceNumber = delivery.EnqueuedSequenceNumber;
        EnqueuedTime = delivery.EnqueuedTime;
        LockedUntil = delivery.LockedUntil ?? default;
        LockTokenGuid = delivery.LockToken;
        State = (ServiceBusMessageState)delivery.State;
    }

    /// <summary>The payload.</summary>
    public BinaryData Body { get; }

    /// <summary>The id the sender gave it, or the broker made.</summary>
    public string MessageId { get; internal init; } = "";

    /// <summary>What the message belongs to, for the application.</summary>
    public string? CorrelationId { get; internal init; }

    /// <summary>What the message is about, for the application.</summary>
    public string? Subject { get; internal init; }

    /// <summary>The media type of the body.</summary>
    public string? ContentType { get; internal init; }

    /// <summary>Where to answer to.</summary>
    public string? ReplyTo { get; internal init; }

    /// <summary>The session to answer to.</summary>
    public string? ReplyToSessionId { get; internal init; }

    /// <summary>The address, for the application.</summary>
    public string? To { get; internal init; }

    /// <summary>The session.</summary>
    public string? SessionId { get; internal init; }

    /// <summary>The partition.</summary>
    public string? PartitionKey { get; internal init; }

    /// <summary>The partition of a transfer queue.</summary>
    public string? TransactionPartitionKey { get; internal init; }

    /// <summary>The metadata.</summary>
    public IReadOnlyDictionary<string, object> ApplicationProperties { get; }

    /// <summary>When the message was to become active; the default value if it was not scheduled.</summary>
    public DateTimeOffset ScheduledEnqueueTime { get; internal init; }

    /// <summary>How long the message lives from <see cref="EnqueuedTime"/>, after the queue's limit was applied.</summary>
    public TimeSpan TimeToLive { get; internal init; }

    /// <summary>Received: from 1, one more for each delivery that failed. Peeked: the number of deliveries that failed.</summary>
    public int DeliveryCount { get; internal init; }

    /// <summary>The place in the queue. A scheduled message gets a new one when it becomes active.</summary>
    public long SequenceNumber { get; internal init; }

    /// <summary>The sequence number given when the message was accepted.</summary>
    public long EnqueuedSequenceNumber { get; internal init; }

    /// <summary>When the message was accepted or, if it was scheduled, became active.</summary>
    public DateTimeOffset EnqueuedTime { get; internal init; }

    /// <summary>When the message expires; <see cref="DateTimeOffset.MaxValue"/>: never.</summary>
    public DateTimeOffset ExpiresAt =>
        TimeToLive >= DateTimeOffset.MaxValue - EnqueuedTime ? DateTimeOffset.MaxValue : EnqueuedTime + TimeToLive;

    /// <summary>The end of the lock. Renewal through the receiver moves it.</summary>
    public DateTimeOffset LockedUntil { get; internal set; }

    /// <summary>The lock's token; of a message that is not locked by this receipt, the empty GUID.</summary>
    public string LockToken => LockTokenGuid.ToString();

    /// <summary>Why the message was dead-lettered.</summary>
    public string? DeadLetterReason => Text("DeadLetterReason");

    /// <summary>The details of why the message was dead-lettered.</summary>
    public string? DeadLetterErrorDescription => Text("DeadLetterErrorDescription");

    /// <summary>The queue that the message was dead-lettered in, once it was forwarded from there; the local broker does not forward.</summary>
    public string? DeadLetterSource { get; internal init; }

    /// <summary>The state in the queue.</summary>
    public ServiceBusMessageState State { get; internal init; }

    internal Guid LockTokenGuid { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{{MessageId:{MessageId}}}";

    private string? Text(string property) => ApplicationProperties.TryGetValue(property, out var value) ? value as string : null;
}
