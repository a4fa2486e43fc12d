using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;

namespace LocalServiceBus;

/// <summary>The broker's refusals and failures as AMQP tells them.</summary>
internal static class Errors
{
    /// <summary>For a link or a disposition.</summary>
    public static Error Of(Exception exception) => new() { Condition = Condition(exception).Name, Description = exception.Message };

    /// <summary>For a link that is refused when it attaches.</summary>
    public static AmqpException Refusal(Exception exception) => new(Of(exception));

    /// <summary>For an answer of a management node: the condition and its HTTP status.</summary>
    public static (AmqpSymbol Name, int Status) Condition(Exception exception) =>
        (exception as BrokerException)?.Error switch
        {
            BrokerError.EntityNotFound => (AmqpErrorCode.NotFound, 404),
            BrokerError.MessageLockLost => ("com.microsoft:message-lock-lost", 410),
            BrokerError.MessageNotFound => ("com.microsoft:message-not-found", 404),
            BrokerError.NotAllowed => (AmqpErrorCode.NotAllowed, 400),
            BrokerError.NotImplemented => (AmqpErrorCode.NotImplemented, 501),
            BrokerError.Malformed => (AmqpErrorCode.DecodeError, 400),
            BrokerError.MessageSizeExceeded => (AmqpErrorCode.MessageSizeExceeded, 403),
            BrokerError.QuotaExceeded => (AmqpErrorCode.ResourceLimitExceeded, 403),
            BrokerError.InUse => ("com.microsoft:server-busy", 503),
            _ => (AmqpErrorCode.InternalError, 500),
        };
}
