namespace LocalServiceBus;

/// <summary>Why the broker refuses or fails; the AMQP front has a condition for each.</summary>
internal enum BrokerError
{
    /// <summary>The queue is not declared.</summary>
    EntityNotFound,

    /// <summary>The lock has ended, or the message is settled.</summary>
    MessageLockLost,

    /// <summary>No message of that number is in the state asked for.</summary>
    MessageNotFound,

    /// <summary>The queue does not do this.</summary>
    NotAllowed,

    /// <summary>There is no such operation here.</summary>
    NotImplemented,

    /// <summary>What was sent cannot be read.</summary>
    Malformed,

    /// <summary>The message, or the messages sent together, have more bytes than a queue takes.</summary>
    MessageSizeExceeded,

    /// <summary>The disk is full.</summary>
    QuotaExceeded,

    /// <summary>Another server has the file.</summary>
    InUse,

    /// <summary>The file cannot be read or written.</summary>
    Unavailable,

    /// <summary>The file is damaged, of something else, or of another version.</summary>
    Unusable,
}

/// <summary>A refusal or failure of the broker, in a sentence for its user.</summary>
internal sealed class BrokerException(BrokerError error, string message, Exception? inner = null)
    : InvalidOperationException(message, inner)
{
    /// <summary>Why.</summary>
    public BrokerError Error { get; } = error;
}
