using Microsoft.Extensions.Logging;

namespace CrmFunctions;

/// <summary>All lines of the log, in the order of the flow: ids and codes only. What channels say of each try stands with them.</summary>
internal static partial class Log
{
    // Every step.
    [LoggerMessage(EventId = 1000, Message = "{Step} done, started by {Trigger}, in {Milliseconds} ms")]
    public static partial void StepDone(this ILogger logger, LogLevel level, string step, string trigger, long milliseconds);

    // Operations.
    [LoggerMessage(900, LogLevel.Warning, "The run of {Timer} could not be noted: {Why}")]
    public static partial void RunNotNoted(this ILogger logger, string timer, string why);

    [LoggerMessage(901, LogLevel.Warning, "What was counted could not be kept: {Why}")]
    public static partial void NotTallied(this ILogger logger, string why);

    [LoggerMessage(
        902,
        LogLevel.Warning,
        "Handles are plain hashes (Handles__Unkeyed): from the tables alone an erased person's number is found again by trying all numbers. Identity/Handles.md says how to move to a key."
    )]
    public static partial void HandlesAreUnkeyed(this ILogger logger);

    // Hooks.
    [LoggerMessage(4101, LogLevel.Error, "A delivery of source {Source} ({Provider}) could not be made out and is in quarantine.")]
    public static partial void MappingFailed(this ILogger logger, Exception fault, string source, string provider);

    [LoggerMessage(4102, LogLevel.Warning, "Source {Source}: deliveries with a bad signature are kept no more, {Most} are there.")]
    public static partial void RefusedAreFull(this ILogger logger, string source, int most);

    // Standards.
    [LoggerMessage(700, LogLevel.Information, "Standard {Standard} with calibration {Calibration} is in force here, revision {Revision}")]
    public static partial void Followed(this ILogger logger, string standard, string calibration, int revision);

    [LoggerMessage(701, LogLevel.Warning, "What is in force could not be read: {Why}")]
    public static partial void NotFollowed(this ILogger logger, string why);

    // Calibrations.
    [LoggerMessage(710, LogLevel.Information, "Calibration {Version} of {Scheme} over {Customers} customers: {Outcome}")]
    public static partial void Calibrated(this ILogger logger, string scheme, string version, long customers, string outcome);

    [LoggerMessage(711, LogLevel.Warning, "Calibration {Version} of {Scheme} was held back, the last one stays: {Why}")]
    public static partial void CalibrationHeld(this ILogger logger, string scheme, string version, string why);
}
