using Microsoft.Extensions.Logging;

namespace LocalHost.Hosting;

/// <summary>All that the host writes to the log.</summary>
internal static partial class HostLog
{
    [LoggerMessage(1, LogLevel.Debug, "Executing '{Function}' ({InvocationId}).")]
    internal static partial void Executing(ILogger logger, string function, string invocationId);

    [LoggerMessage(2, LogLevel.Error, "Function '{Function}', invocation '{InvocationId}' failed. {Failure}")]
    internal static partial void InvocationFailed(ILogger logger, string function, string invocationId, string failure);

    [LoggerMessage(3, LogLevel.Debug, "Executed '{Function}' ({InvocationId}).")]
    internal static partial void Executed(ILogger logger, string function, string invocationId);

    [LoggerMessage(10, LogLevel.Warning, "{File} cannot be read; the keys read before stay in force.")]
    internal static partial void KeysUnreadable(ILogger logger, Exception error, string file);

    [LoggerMessage(20, LogLevel.Information, "Timer '{Function}' runs ({Reason}).")]
    internal static partial void TimerRuns(ILogger logger, string function, string reason);

    [LoggerMessage(21, LogLevel.Warning, "The monitor file of timer '{Function}' cannot be read; its last run is unknown.")]
    internal static partial void MonitorUnreadable(ILogger logger, Exception error, string function);

    [LoggerMessage(
        22,
        LogLevel.Warning,
        "The monitor file of timer '{Function}' cannot be written; a restart may not notice a missed run."
    )]
    internal static partial void MonitorUnwritable(ILogger logger, Exception error, string function);

    [LoggerMessage(23, LogLevel.Warning, "Timer '{Function}' is tried again in {Delay} ({Retry} of {Maximum}).")]
    internal static partial void TimerRetries(ILogger logger, string function, TimeSpan delay, int retry, int maximum);

    [LoggerMessage(30, LogLevel.Error, "Function '{Function}' cannot receive from queue '{Queue}'; it is tried again.")]
    internal static partial void CannotReceive(ILogger logger, Exception error, string function, string queue);

    [LoggerMessage(
        31,
        LogLevel.Warning,
        "A message of queue '{Queue}' could not be settled or its lock not renewed ({Operation}); it is delivered again when its lock ends."
    )]
    internal static partial void CannotSettle(ILogger logger, Exception error, string queue, string operation);

    [LoggerMessage(33, LogLevel.Information, "Function '{Function}' receives from queue '{Queue}' again.")]
    internal static partial void ReceivesAgain(ILogger logger, string function, string queue);

    [LoggerMessage(40, LogLevel.Information, "Stopping: {Count} invocations run and have {Drain} to end.")]
    internal static partial void Draining(ILogger logger, int count, TimeSpan drain);

    [LoggerMessage(
        41,
        LogLevel.Warning,
        "Stopping: {Count} invocations did not end in time and are cancelled; their messages are released."
    )]
    internal static partial void DrainEnded(ILogger logger, int count);

    [LoggerMessage(EventId = 50, Message = "{Text}")]
    internal static partial void OfWorker(ILogger logger, LogLevel level, string text);
}
