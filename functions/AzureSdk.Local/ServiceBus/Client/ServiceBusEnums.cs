namespace Azure.Messaging.ServiceBus;

/// <summary>How messages are received.</summary>
public enum ServiceBusReceiveMode
{
    /// <summary>Received messages are locked until they are settled or the lock ends.</summary>
    PeekLock = 0,

    /// <summary>Received messages are gone; a receiver that dies loses them.</summary>
    ReceiveAndDelete = 1,
}

/// <summary>The part of a queue to receive from.</summary>
#pragma warning disable CA1711 // The name is the official package's.
public enum SubQueue
#pragma warning restore CA1711
{
    /// <summary>The queue itself.</summary>
    None = 0,

    /// <summary>Its dead-letter queue.</summary>
    DeadLetter = 1,

    /// <summary>Its transfer dead-letter queue, which the local broker does not have.</summary>
    TransferDeadLetter = 2,
}

/// <summary>The state of a message in its queue.</summary>
public enum ServiceBusMessageState
{
    /// <summary>To be received, or locked by a receiver.</summary>
    Active = 0,

    /// <summary>Set aside; received by its sequence number only.</summary>
    Deferred = 1,

    /// <summary>Becomes active at its scheduled time.</summary>
    Scheduled = 2,
}

/// <summary>The transport to Azure; without effect here.</summary>
public enum ServiceBusTransportType
{
    /// <summary>AMQP over TCP.</summary>
    AmqpTcp = 0,

    /// <summary>AMQP over web sockets.</summary>
    AmqpWebSockets = 1,
}

/// <summary>How the delay between tries grows.</summary>
public enum ServiceBusRetryMode
{
    /// <summary>Not at all.</summary>
    Fixed = 0,

    /// <summary>Exponentially.</summary>
    Exponential = 1,
}

/// <summary>Why an operation failed.</summary>
public enum ServiceBusFailureReason
{
    /// <summary>Any other reason.</summary>
    GeneralError = 0,

    /// <summary>There is no such queue.</summary>
    MessagingEntityNotFound = 1,

    /// <summary>The lock has ended, or the message is settled.</summary>
    MessageLockLost = 2,

    /// <summary>There is no such deferred or scheduled message.</summary>
    MessageNotFound = 3,

    /// <summary>A message or a batch is too large.</summary>
    MessageSizeExceeded = 4,

    /// <summary>The queue is disabled.</summary>
    MessagingEntityDisabled = 5,

    /// <summary>There is no room. Here: the disk is full.</summary>
    QuotaExceeded = 6,

    /// <summary>The broker is busy; try again.</summary>
    ServiceBusy = 7,

    /// <summary>The broker did not answer in time; try again.</summary>
    ServiceTimeout = 8,

    /// <summary>The broker cannot be reached; try again.</summary>
    ServiceCommunicationProblem = 9,

    /// <summary>The session is locked by another.</summary>
    SessionCannotBeLocked = 10,

    /// <summary>The session's lock has ended.</summary>
    SessionLockLost = 11,

    /// <summary>There is such a queue already.</summary>
    MessagingEntityAlreadyExists = 12,
}
