namespace Azure.Messaging.ServiceBus;

/// <summary>An operation on Service Bus failed.</summary>
public class ServiceBusException : Exception
{
    /// <summary>Makes an exception without a reason, for tests.</summary>
    public ServiceBusException()
    {
    }

    /// <summary>Makes an exception whose reason says whether it is transient.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="reason">Why.</param>
    /// <param name="entityPath">The queue.</param>
    /// <param name="innerException">The cause.</param>
    public ServiceBusException(string message, ServiceBusFailureReason reason, string? entityPath = null, Exception? innerException = null)
        : this(
            reason is ServiceBusFailureReason.ServiceCommunicationProblem
                or ServiceBusFailureReason.ServiceTimeout
                or ServiceBusFailureReason.ServiceBusy,
            message,
            entityPath,
            reason,
            innerException)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="isTransient">Whether trying again may succeed.</param>
    /// <param name="message">What went wrong.</param>
    /// <param name="entityName">The queue.</param>
    /// <param name="reason">Why.</param>
    /// <param name="innerException">The cause.</param>
    public ServiceBusException(
        bool isTransient,
        string message,
        string? entityName = null,
        ServiceBusFailureReason reason = ServiceBusFailureReason.GeneralError,
        Exception? innerException = null)
        : base(message, innerException)
    {
        IsTransient = isTransient;
        EntityPath = entityName;
        Reason = reason;
    }

    /// <summary>Whether trying again may succeed.</summary>
    public bool IsTransient { get; }

    /// <summary>Why the operation failed.</summary>
    public ServiceBusFailureReason Reason { get; }

    /// <summary>The queue, if known.</summary>
    public string? EntityPath { get; }

    /// <summary>What went wrong, with the queue and the reason in brackets.</summary>
    public override string Message =>
        string.IsNullOrEmpty(EntityPath) ? $"{base.Message} ({Reason})" : $"{base.Message} ({EntityPath} - {Reason})";
}
