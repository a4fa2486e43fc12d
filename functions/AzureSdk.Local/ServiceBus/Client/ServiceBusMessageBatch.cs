using AzureSdk.Local.ServiceBus;

namespace Azure.Messaging.ServiceBus;

/// <summary>Messages sent together, all or none, that do not exceed what the queue takes.</summary>
public sealed class ServiceBusMessageBatch : IDisposable
{
    private readonly IList<ServiceBusMessage> messages;
    private readonly Func<ServiceBusMessage, bool>? mayAdd;
    private bool sending;
    private bool disposed;

    internal ServiceBusMessageBatch(
        long maxSizeInBytes, IList<ServiceBusMessage>? messages = null, long sizeInBytes = 0, Func<ServiceBusMessage, bool>? mayAdd = null)
    {
        MaxSizeInBytes = maxSizeInBytes;
        SizeInBytes = sizeInBytes;
        this.messages = messages ?? [];
        this.mayAdd = mayAdd;
    }

    /// <summary>The most bytes the batch may have.</summary>
    public long MaxSizeInBytes { get; }

    /// <summary>The bytes it has now, as it would be sent by AMQP.</summary>
    public long SizeInBytes { get; private set; }

    /// <summary>The number of messages in it.</summary>
    public int Count => messages.Count;

    internal IReadOnlyList<ServiceBusMessage> Messages => [.. messages];

    /// <summary>Adds a message if there is room for it.</summary>
    /// <param name="message">The message.</param>
    /// <returns>False: there was no room, and the batch is as it was. If the batch is empty, the message can never be sent.</returns>
    /// <exception cref="InvalidOperationException">The batch is being sent.</exception>
    /// <exception cref="System.Runtime.Serialization.SerializationException">A property's type is not one Service Bus carries.</exception>
    public bool TryAddMessage(ServiceBusMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        ObjectDisposedException.ThrowIf(disposed, this);
        if (sending) throw new InvalidOperationException("The message batch is being sent, and cannot be changed until that is done.");
        if (mayAdd is not null)
        {
            if (!mayAdd(message)) return false;
            messages.Add(message);
            return true;
        }

        var size = messages.Count == 0 ? AmqpSize.BatchEnvelope : SizeInBytes;
        size += AmqpSize.InBatch(message);
        if (size > MaxSizeInBytes) return false;
        SizeInBytes = size;
        messages.Add(message);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => disposed = true;

    internal void Lock(bool isSending) => sending = isSending;
}
