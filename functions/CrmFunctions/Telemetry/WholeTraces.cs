using OpenTelemetry;
using OpenTelemetry.Logs;

namespace CrmFunctions.Telemetry;

/// <summary>
/// What of the log is exported: warnings and errors always, lines of steps with their trace or not at all. Of what was thrown, type and
/// stack are; its message stays in the process's own log, since it may quote what it was about.
/// </summary>
public sealed class WholeTraces : BaseProcessor<LogRecord>
{
    /// <inheritdoc/>
    public override void OnEnd(LogRecord data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Exception is not { } thrown)
            return;
        data.Attributes =
        [
            .. data.Attributes ?? [],
            new KeyValuePair<string, object?>("exception.type", thrown.GetType().FullName),
            new KeyValuePair<string, object?>("exception.stacktrace", thrown.StackTrace),
        ];
        data.Exception = null;
    }
}
