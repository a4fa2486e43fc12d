using System.Runtime.CompilerServices;
using AzureSdk.Local.ServiceBus;

namespace Azure.Messaging.ServiceBus;

/// <summary>Receives from one queue or its dead-letter queue. Thread-safe.</summary>
/// <remarks>Locks are the messages', not the receiver's: they outlive it, and another receiver of the queue can settle them.</remarks>
public partial class ServiceBusReceiver : IAsyncDisposable
{
    private readonly ServiceBusClient? client;
    private readonly CancellationTokenSource closing = new();
    private long lastPeeked;

    internal ServiceBusReceiver(string queue, ServiceBusClient client, ServiceBusReceiverOptions? options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(queue);
        options ??= new();
        this.client = client;
        EntityPath = options.SubQueue switch
        {
            SubQueue.None => queue,
            SubQueue.DeadLetter => queue + Entity.DeadLetterSuffix,
            _ => throw new NotSupportedException("The local Service Bus broker has no transfer dead-letter queues."),
        };
        FullyQualifiedNamespace = client.FullyQualifiedNamespace;
        Identifier = options.Identifier ?? $"{EntityPath}-{Guid.NewGuid()}";
        ReceiveMode = options.ReceiveMode;
        PrefetchCount = options.PrefetchCount;
    }

    /// <summary>For mocks.</summary>
    protected ServiceBusReceiver()
    {
        EntityPath = "";
        FullyQualifiedNamespace = "";
        Identifier = "";
    }

    /// <summary>The path of the queue, or of its dead-letter queue.</summary>
    public virtual string EntityPath { get; }

    /// <summary>The host name of the endpoint.</summary>
    public virtual string FullyQualifiedNamespace { get; }

    /// <summary>The receiver's name.</summary>
    public virtual string Identifier { get; }

    /// <summary>Whether the receiver was closed.</summary>
    public virtual bool IsClosed => closing.IsCancellationRequested;

    /// <summary>The messages asked to be fetched ahead; without effect.</summary>
    public virtual int PrefetchCount { get; }

    /// <summary>How messages are received.</summary>
    public virtual ServiceBusReceiveMode ReceiveMode { get; }

    /// <summary>Receives the first available message.</summary>
    /// <param name="maxWaitTime">How long to wait for it, above zero (or zero, if prefetching is on); null: the client's try timeout, 1 minute.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null: there was none in that time.</returns>
    /// <exception cref="ServiceBusException">MessagingEntityNotFound, or the broker file failed.</exception>
    /// <exception cref="TaskCanceledException">The token was cancelled; nothing was received.</exception>
    public virtual async Task<ServiceBusReceivedMessage?> ReceiveMessageAsync(
        TimeSpan? maxWaitTime = null, CancellationToken cancellationToken = default) =>
        await ReceiveMessagesAsync(1, maxWaitTime, cancellationToken).ConfigureAwait(false) is [var message, ..] ? message : null;

    /// <summary>Receives the first available messages, in the order of their sequence numbers, as soon as there is one.</summary>
    /// <param name="maxMessages">How many at most, from 1.</param>
    /// <param name="maxWaitTime">How long to wait for the first, above zero (or zero, if prefetching is on); null: the client's try timeout, 1 minute.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>None if there was none in that time.</returns>
    /// <exception cref="ServiceBusException">MessagingEntityNotFound, or the broker file failed.</exception>
    /// <exception cref="TaskCanceledException">The token was cancelled; nothing was received.</exception>
    public virtual async Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveMessagesAsync(
        int maxMessages, TimeSpan? maxWaitTime = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxMessages, 1);
        if (maxWaitTime < TimeSpan.Zero || (maxWaitTime == TimeSpan.Zero && PrefetchCount == 0))
            throw new ArgumentOutOfRangeException(nameof(maxWaitTime), maxWaitTime, "The time to wait must be above zero.");
        ThrowIfCancelled(cancellationToken);
        var (broker, entity) = Connect();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(closing.Token, cancellationToken);
        try
        {
            return Received(
                await broker.Receive(entity, maxMessages, Deletes, maxWaitTime ?? client!.TryTimeout, ended.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (IsClosed)
        {
            throw new ObjectDisposedException(nameof(ServiceBusReceiver), "The receiver was closed while it waited.");
        }
        catch (OperationCanceledException)
        {
            throw new TaskCanceledException(null, null, cancellationToken);
        }
    }

    /// <summary>Receives messages one by one as they come, without end.</summary>
    /// <param name="cancellationToken">Ends it, with an exception.</param>
    /// <exception cref="TaskCanceledException">The token was cancelled.</exception>
    public virtual async IAsyncEnumerable<ServiceBusReceivedMessage> ReceiveMessagesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (await ReceiveMessageAsync(cancellationToken: cancellationToken).ConfigureAwait(false) is { } message) yield return message;
        }
    }

    /// <summary>Receives a deferred message.</summary>
    /// <param name="sequenceNumber">Its sequence number.</param>
    /// <param name="cancellationToken">Stops the call before it begins.</param>
    /// <exception cref="ServiceBusException">MessageNotFound: it is not deferred, is locked, or has expired.</exception>
    public virtual async Task<ServiceBusReceivedMessage> ReceiveDeferredMessageAsync(
        long sequenceNumber, CancellationToken cancellationToken = default) =>
        (await ReceiveDeferredMessagesAsync([sequenceNumber], cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Receives deferred messages, all or none.</summary>
    /// <param name="sequenceNumbers">Their sequence numbers.</param>
    /// <param name="cancellationToken">Stops the call before it begins.</param>
    /// <exception cref="ServiceBusException">MessageNotFound: one is not deferred, is locked, or has expired.</exception>
    public virtual Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveDeferredMessagesAsync(
        IEnumerable<long> sequenceNumbers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sequenceNumbers);
        return Call.Run(
            () =>
            {
                var (broker, entity) = Connect();
                return Received(broker.ReceiveDeferred(entity, [.. sequenceNumbers], Deletes));
            },
            cancellationToken);
    }

    /// <summary>Reads the next message in any state, without locking it.</summary>
    /// <param name="fromSequenceNumber">Where to begin; null: after the last message this receiver peeked at.</param>
    /// <param name="cancellationToken">Stops the call before it begins.</param>
    /// <returns>Null: there is none.</returns>
    public virtual async Task<ServiceBusReceivedMessage?> PeekMessageAsync(
        long? fromSequenceNumber = null, CancellationToken cancellationToken = default) =>
        await PeekMessagesAsync(1, fromSequenceNumber, cancellationToken).ConfigureAwait(false) is [var message, ..] ? message : null;

    /// <summary>Reads messages in any state, in the order of their sequence numbers, without locking them.</summary>
    /// <param name="maxMessages">How many at most, from 1.</param>
    /// <param name="fromSequenceNumber">Where to begin; null: after the last message this receiver peeked at.</param>
    /// <param name="cancellationToken">Stops the call before it begins.</param>
    public virtual Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekMessagesAsync(
        int maxMessages, long? fromSequenceNumber = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxMessages, 1);
        return Call.Run(
            () =>
            {
                var (broker, entity) = Connect();
                var messages = broker.Peek(entity, maxMessages, fromSequenceNumber ?? (Interlocked.Read(ref lastPeeked) + 1));
                if (messages is [.., var last]) Interlocked.Exchange(ref lastPeeked, last.SequenceNumber);
                return Received(messages);
            },
            cancellationToken);
    }

    /// <summary>Closes the receiver: its waits end with <see cref="ObjectDisposedException"/>; its locks stay until they end.</summary>
    /// <param name="cancellationToken">Not used.</param>
    public virtual Task CloseAsync(CancellationToken cancellationToken = default)
    {
        closing.Cancel();
        return Task.CompletedTask;
    }

    /// <inheritdoc cref="CloseAsync"/>
    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    private static IReadOnlyList<ServiceBusReceivedMessage> Received(IReadOnlyList<Delivery> deliveries) =>
        [.. deliveries.Select(delivery => new ServiceBusReceivedMessage(delivery))];

    private static void ThrowIfCancelled(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) throw new TaskCanceledException(null, null, cancellationToken);
    }
}
