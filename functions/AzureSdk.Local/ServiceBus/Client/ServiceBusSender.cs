using AzureSdk.Local.ServiceBus;

namespace Azure.Messaging.ServiceBus;

/// <summary>Sends messages to one queue. Thread-safe.</summary>
public class ServiceBusSender : IAsyncDisposable
{
    private readonly ServiceBusClient? client;
    private volatile bool closed;

    internal ServiceBusSender(string queue, ServiceBusClient client, ServiceBusSenderOptions? options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(queue);
        this.client = client;
        EntityPath = queue;
        FullyQualifiedNamespace = client.FullyQualifiedNamespace;
        Identifier = options?.Identifier ?? $"{queue}-{Guid.NewGuid()}";
    }

    /// <summary>For mocks.</summary>
    protected ServiceBusSender()
    {
        EntityPath = "";
        FullyQualifiedNamespace = "";
        Identifier = "";
    }

    /// <summary>The queue.</summary>
    public virtual string EntityPath { get; }

    /// <summary>The host name of the endpoint.</summary>
    public virtual string FullyQualifiedNamespace { get; }

    /// <summary>The sender's name.</summary>
    public virtual string Identifier { get; }

    /// <summary>Whether the sender was closed.</summary>
    public virtual bool IsClosed => closed;

    /// <summary>Sends a message; when the task is done, it is stored.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Stops the send before it begins.</param>
    /// <exception cref="ServiceBusException">MessagingEntityNotFound, MessageSizeExceeded, or the broker file failed.</exception>
    public virtual Task SendMessageAsync(ServiceBusMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return SendMessagesAsync([message], cancellationToken);
    }

    /// <summary>Sends messages, all or none.</summary>
    /// <param name="messages">The messages; together at most 262,144 bytes.</param>
    /// <param name="cancellationToken">Stops the send before it begins.</param>
    /// <exception cref="ServiceBusException">MessagingEntityNotFound, MessageSizeExceeded, or the broker file failed.</exception>
    public virtual Task SendMessagesAsync(IEnumerable<ServiceBusMessage> messages, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return Send([.. messages], null, "send", cancellationToken);
    }

    /// <summary>Sends a batch, all or none.</summary>
    /// <param name="messageBatch">The batch.</param>
    /// <param name="cancellationToken">Stops the send before it begins.</param>
    /// <exception cref="ServiceBusException">MessagingEntityNotFound, or the broker file failed.</exception>
    public virtual async Task SendMessagesAsync(ServiceBusMessageBatch messageBatch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messageBatch);
        messageBatch.Lock(true);
        try
        {
            await Send(messageBatch.Messages, null, "send", cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            messageBatch.Lock(false);
        }
    }

    /// <summary>Stores a message that becomes active later.</summary>
    /// <param name="message">The message.</param>
    /// <param name="scheduledEnqueueTime">UTC, in whole milliseconds; past: at once.</param>
    /// <param name="cancellationToken">Stops the call before it begins.</param>
    /// <returns>The sequence number to cancel it by, until then; 0 if it was dropped as a duplicate.</returns>
    /// <exception cref="ServiceBusException">MessagingEntityNotFound, MessageSizeExceeded, or the broker file failed.</exception>
    public virtual async Task<long> ScheduleMessageAsync(
        ServiceBusMessage message, DateTimeOffset scheduledEnqueueTime, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return (await ScheduleMessagesAsync([message], scheduledEnqueueTime, cancellationToken).ConfigureAwait(false))[0];
    }

    /// <summary>Stores messages that become active later, all or none.</summary>
    /// <param name="messages">The messages; together at most 262,144 bytes.</param>
    /// <param name="scheduledEnqueueTime">UTC, in whole milliseconds; past: at once.</param>
    /// <param name="cancellationToken">Stops the call before it begins.</param>
    /// <returns>The sequence numbers to cancel them by, in their order; 0 for one dropped as a duplicate.</returns>
    /// <exception cref="ServiceBusException">MessagingEntityNotFound, MessageSizeExceeded, or the broker file failed.</exception>
    public virtual Task<IReadOnlyList<long>> ScheduleMessagesAsync(
        IEnumerable<ServiceBusMessage> messages, DateTimeOffset scheduledEnqueueTime, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return Send([.. messages], scheduledEnqueueTime, "schedule", cancellationToken);
    }

    /// <summary>Takes a scheduled message back.</summary>
    /// <param name="sequenceNumber">What scheduling it returned.</param>
    /// <param name="cancellationToken">Stops the call before it begins.</param>
    /// <exception cref="ServiceBusException">MessageNotFound: it is not scheduled, or not any more.</exception>
    public virtual Task CancelScheduledMessageAsync(long sequenceNumber, CancellationToken cancellationToken = default) =>
        CancelScheduledMessagesAsync([sequenceNumber], cancellationToken);

    /// <summary>Takes scheduled messages back, all or none.</summary>
    /// <param name="sequenceNumbers">What scheduling them returned.</param>
    /// <param name="cancellationToken">Stops the call before it begins.</param>
    /// <exception cref="ServiceBusException">MessageNotFound: one is not scheduled, or not any more.</exception>
    public virtual Task CancelScheduledMessagesAsync(IEnumerable<long> sequenceNumbers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sequenceNumbers);
        return Call.Run(
            () =>
            {
                var broker = Connect();
                broker.Cancel(broker.Queues.Find(EntityPath), [.. sequenceNumbers]);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Makes an empty batch of the size the queue takes, 262,144 bytes.</summary>
    /// <param name="cancellationToken">Stops the call before it begins.</param>
    public virtual ValueTask<ServiceBusMessageBatch> CreateMessageBatchAsync(CancellationToken cancellationToken = default) =>
        CreateMessageBatchAsync(new CreateMessageBatchOptions(), cancellationToken);

    /// <summary>Makes an empty batch.</summary>
    /// <param name="options">Its size; null or more than the queue takes is refused or means the queue's.</param>
    /// <param name="cancellationToken">Stops the call before it begins.</param>
    /// <exception cref="ArgumentOutOfRangeException">More than the queue takes.</exception>
    public virtual ValueTask<ServiceBusMessageBatch> CreateMessageBatchAsync(
        CreateMessageBatchOptions options, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(closed, this);
        cancellationToken.ThrowIfCancellationRequested();
        var size = options?.MaxSizeInBytes ?? AmqpSize.Largest;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, AmqpSize.Largest, nameof(options));
        return ValueTask.FromResult(new ServiceBusMessageBatch(size));
    }

    /// <summary>Closes the sender.</summary>
    /// <param name="cancellationToken">Not used.</param>
    public virtual Task CloseAsync(CancellationToken cancellationToken = default)
    {
        closed = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc cref="CloseAsync"/>
    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    private Broker Connect()
    {
        ObjectDisposedException.ThrowIf(closed, this);
        return (client ?? throw new InvalidOperationException("The sender is a mock.")).Connect();
    }

    private Task<IReadOnlyList<long>> Send(
        IReadOnlyList<ServiceBusMessage> messages, DateTimeOffset? scheduled, string operation, CancellationToken cancellationToken) => Call.Run(
        () =>
        {
            var broker = Connect();
            if (messages.Count == 0) return [];
            AmqpSize.Check(messages, EntityPath);
            return broker.Send(broker.Queues.Find(EntityPath), [.. messages.Select(message => message.ToOutgoing(scheduled))], operation);
        },
        cancellationToken);
}
