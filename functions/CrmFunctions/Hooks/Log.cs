using Microsoft.Extensions.Logging;

namespace CrmFunctions.Hooks;

/// <summary>What webhooks say in the log: ids only.</summary>
internal static partial class Log
{
    [LoggerMessage(4101, LogLevel.Error, "A delivery of source {Source} ({Provider}) could not be made out and is in quarantine.")]
    public static partial void MappingFailed(this ILogger logger, Exception fault, string source, string provider);

    [LoggerMessage(4102, LogLevel.Warning, "Source {Source}: deliveries with a bad signature are kept no more, {Most} are there.")]
    public static partial void RefusedAreFull(this ILogger logger, string source, int most);
}
