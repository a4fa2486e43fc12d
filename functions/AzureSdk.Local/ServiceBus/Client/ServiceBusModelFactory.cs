namespace Azure.Messaging.ServiceBus;

/// <summary>Makes what otherwise only the broker makes, for tests.</summary>
public static class ServiceBusModelFactory
{
    /// <summary>Makes a received message.</summary>
    /// <param name="body">See <see cref="ServiceBusReceivedMessage.Body"/>.</param>
    /// <param name="messageId">See <see cref="ServiceBusReceivedMessage.MessageId"/>.</param>
    /// <param name="partitionKey">See <see cref="ServiceBusReceivedMessage.PartitionKey"/>.</param>
    /// <param name="viaPartitionKey">See <see cref="ServiceBusReceivedMessage.TransactionPartitionKey"/>.</param>
    /// <param name="sessionId">See <see cref="ServiceBusReceivedMessage.SessionId"/>.</param>
    /// <param name="replyToSessionId">See <see cref="ServiceBusReceivedMessage.ReplyToSessionId"/>.</param>
    /// <param name="timeToLive">See <see cref="ServiceBusReceivedMessage.TimeToLive"/>; default: without end.</param>
    /// <param name="correlationId">See <see cref="ServiceBusReceivedMessage.CorrelationId"/>.</param>
    /// <param name="subject">See <see cref="ServiceBusReceivedMessage.Subject"/>.</param>
    /// <param name="to">See <see cref="ServiceBusReceivedMessage.To"/>.</param>
    /// <param name="contentType">See <see cref="ServiceBusReceivedMessage.ContentType"/>.</param>
    /// <param name="replyTo">See <see cref="ServiceBusReceivedMessage.ReplyTo"/>.</param>
    /// <param name="scheduledEnqueueTime">See <see cref="ServiceBusReceivedMessage.ScheduledEnqueueTime"/>.</param>
    /// <param name="properties">See <see cref="ServiceBusReceivedMessage.ApplicationProperties"/>.</param>
    /// <param name="lockTokenGuid">See <see cref="ServiceBusReceivedMessage.LockToken"/>.</param>
    /// <param name="deliveryCount">See <see cref="ServiceBusReceivedMessage.DeliveryCount"/>.</param>
    /// <param name="lockedUntil">See <see cref="ServiceBusReceivedMessage.LockedUntil"/>.</param>
    /// <param name="sequenceNumber">See <see cref="ServiceBusReceivedMessage.SequenceNumber"/>.</param>
    /// <param name="deadLetterSource">See <see cref="ServiceBusReceivedMessage.DeadLetterSource"/>.</param>
    /// <param name="enqueuedSequenceNumber">See <see cref="ServiceBusReceivedMessage.EnqueuedSequenceNumber"/>.</param>
    /// <param name="enqueuedTime">See <see cref="ServiceBusReceivedMessage.EnqueuedTime"/>.</param>
    /// <param name="serviceBusMessageState">See <see cref="ServiceBusReceivedMessage.State"/>.</param>
    public static ServiceBusReceivedMessage ServiceBusReceivedMessage(
        BinaryData? body = null,
        string? messageId = null,
        string? partitionKey = null,
        string? viaPartitionKey = null,
        string? sessionId = null,
        string? replyToSessionId = null,
        TimeSpan timeToLive = default,
        string? correlationId = null,
        string? subject = null,
        string? to = null,
        string? contentType = null,
        string? replyTo = null,
        DateTimeOffset scheduledEnqueueTime = default,
        IDictionary<string, object>? properties = null,
        Guid lockTokenGuid = default,
        int deliveryCount = 0,
        DateTimeOffset lockedUntil = default,
        long sequenceNumber = -1,
        string? deadLetterSource = null,
        long enqueuedSequenceNumber = 0,
        DateTimeOffset enqueuedTime = default,
        ServiceBusMessageState serviceBusMessageState = ServiceBusMessageState.Active) =>
        new(body ?? BinaryData.Empty, properties is null ? null : new Dictionary<string, object>(properties).AsReadOnly())
        {
            MessageId = messageId!,
            PartitionKey = partitionKey,
            TransactionPartitionKey = viaPartitionKey,
            SessionId = sessionId,
            ReplyToSessionId = replyToSessionId,
            TimeToLive = timeToLive == default ? TimeSpan.MaxValue : timeToLive,
            CorrelationId = correlationId,
            Subject = subject,
            To = to,
            ContentType = contentType,
            ReplyTo = replyTo,
            ScheduledEnqueueTime = scheduledEnqueueTime,
            LockTokenGuid = lockTokenGuid,
            DeliveryCount = deliveryCount,
            LockedUntil = lockedUntil,
            SequenceNumber = sequenceNumber,
            DeadLetterSource = deadLetterSource,
            EnqueuedSequenceNumber = enqueuedSequenceNumber,
            EnqueuedTime = enqueuedTime,
            State = serviceBusMessageState,
        };

    /// <summary>Makes a batch over a list of the test's own.</summary>
    /// <param name="batchSizeBytes">What <see cref="ServiceBusMessageBatch.SizeInBytes"/> says.</param>
    /// <param name="batchMessageStore">Where added messages go.</param>
    /// <param name="batchOptions">The limit; null: none.</param>
    /// <param name="tryAddCallback">Whether a message may be added; null: always.</param>
    public static ServiceBusMessageBatch ServiceBusMessageBatch(
        long batchSizeBytes,
        IList<ServiceBusMessage> batchMessageStore,
        CreateMessageBatchOptions? batchOptions = null,
        Func<ServiceBusMessage, bool>? tryAddCallback = null) =>
        new(batchOptions?.MaxSizeInBytes ?? long.MaxValue, batchMessageStore, batchSizeBytes, tryAddCallback ?? (_ => true));
}
