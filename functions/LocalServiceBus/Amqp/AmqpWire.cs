using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;

namespace LocalServiceBus;

/// <summary>Messages as they come from senders, and as they go to receivers.</summary>
internal static class AmqpWire
{
    /// <summary>The message format of several messages sent as one: each data section is a whole message.</summary>
    public const uint BatchFormat = 0x80013700;

    /// <summary>Reads what was sent: one message, or several of a batch.</summary>
    /// <exception cref="BrokerException">Malformed, or MessageSizeExceeded.</exception>
    public static IReadOnlyList<Outgoing> Read(byte[] sent, bool isBatch, QueueSettings queue)
    {
        if (sent.Length > Broker.LargestMessage)
        {
            throw new BrokerException(
                BrokerError.MessageSizeExceeded,
                $"{sent.Length} bytes exceed the limit of {Broker.LargestMessage} bytes for one message or batch."
            );
        }

        if (!isBatch)
            return [Read(sent, queue)];
        return
        [
            .. Sections
                .Of(sent)
                .FindAll(section => section.Code == Sections.Data)
                .Select(data => Read(Sections.DataOf(data, sent).ToArray(), queue)),
        ];
    }

    /// <summary>What goes in front of a stored message when it is delivered: the header and the message annotations.</summary>
    public static byte[] Head(StoredMessage message)
    {
        var header = new Header { DeliveryCount = (uint)message.Failed };
        if (message.TimeToLive is { } ttl)
            header.Ttl = (uint)Math.Min(uint.MaxValue, ttl.TotalMilliseconds);
        var annotations = new MessageAnnotations();
        annotations.Map["x-opt-enqueued-time"] = message.EnqueuedTime.UtcDateTime;
        annotations.Map["x-opt-sequence-number"] = message.SequenceNumber;
        annotations.Map["x-opt-enqueue-sequence-number"] = message.EnqueuedSequenceNumber;
        annotations.Map["x-opt-message-state"] = (int)message.State;
        if (message.LockToken != Guid.Empty && message.LockedUntil is { } until)
            annotations.Map["x-opt-locked-until"] = until.UtcDateTime;
        if (message.ScheduledFor is { } scheduled)
            annotations.Map["x-opt-scheduled-enqueue-time"] = scheduled.UtcDateTime;
        if (message.PartitionKey is { } key)
            annotations.Map["x-opt-partition-key"] = key;
        if (message.ViaPartitionKey is { } via)
            annotations.Map["x-opt-via-partition-key"] = via;
        return Sections.Encode(header, annotations);
    }

    /// <summary>The changes that a disposition or a request carries; clients write names as symbols or as strings.</summary>
    public static PropertyChanges Changes(AmqpMap? map)
    {
        var changes = new PropertyChanges();
        foreach (var (key, value) in map ?? new AmqpMap())
            changes.Add(new(key.Key.ToString() ?? "", value));
        return changes;
    }

    private static Outgoing Read(byte[] message, QueueSettings queue)
    {
        var sections = Sections.Of(message);
        var content = sections.Find(section => section.Code >= Sections.Properties) is { } first ? message[first.Start..] : [];
        var annotations = Sections.Read<MessageAnnotations>(message, sections, Sections.MessageAnnotations)?.Map;
        var properties = Sections.Read<Properties>(message, sections, Sections.Properties) ?? new Properties();
        // Looked at here, so that a dead-letter reason can be added to any stored message.
        _ = Sections.Read<ApplicationProperties>(message, sections, Sections.ApplicationProperties);

        TimeSpan? ttl = Sections.Read<Header>(message, sections, Sections.Header)?.Ttl is { } milliseconds
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null;
        var changed = false;
        if (properties is { AbsoluteExpiryTime: { } expiry, CreationTime: { } created } && expiry > created)
        {
            ttl = expiry - created;
            var lives = ttl < queue.DefaultMessageTimeToLive ? ttl.Value : queue.DefaultMessageTimeToLive;
            // It goes by the sender's clock. Without it, receivers reckon from the enqueued time, unless the header cannot hold so long a
            // time.
            properties.AbsoluteExpiryTime = lives.TotalMilliseconds < uint.MaxValue ? null : created + lives;
            changed = true;
        }

        var id = properties.MessageId?.ToString();
        if (string.IsNullOrEmpty(id))
        {
            properties.MessageId = id = Guid.NewGuid().ToString("N");
            changed = true;
        }

        return new Outgoing(
            id,
            changed ? Sections.With(content, Sections.Properties, properties) : content,
            ttl,
            annotations?["x-opt-scheduled-enqueue-time"] is DateTime due ? new DateTimeOffset(due.ToUniversalTime()) : null,
            annotations?["x-opt-partition-key"] as string,
            annotations?["x-opt-via-partition-key"] as string
        );
    }
}

/// <summary>A message on its way to a receiver.</summary>
internal sealed class Handover : Delivery
{
    private readonly Action<Handover> written;
    private ReadOnlyMemory<byte> left;

    /// <param name="message">What is handed over.</param>
    /// <param name="written">Told when the last byte was given to the connection.</param>
    public Handover(StoredMessage message, Action<Handover> written)
    {
        (Message, Token, this.written) = (message, message.LockToken, written);
        left = (byte[])[.. AmqpWire.Head(message), .. message.Content];
        DeliveryTag = (message.LockToken == Guid.Empty ? Guid.NewGuid() : message.LockToken).ToByteArray();
    }

    /// <summary>The message, until it is written.</summary>
    public StoredMessage? Message { get; private set; }

    /// <summary>The token of its lock.</summary>
    public Guid Token { get; }

    /// <inheritdoc/>
    public override ArraySegment<byte>[] GetPayload(int payloadSize, out bool more)
    {
        more = left.Length > payloadSize;
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(more ? left[..payloadSize] : left, out var segment);
        return [segment];
    }

    /// <inheritdoc/>
    protected override void OnCompletePayload(int payloadSize)
    {
        left = left[payloadSize..];
        if (!left.IsEmpty)
            return;
        (left, Message) = (default, null);
        written(this);
    }
}
