using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace CrmFunctions.Notifications.Channels;

/// <summary>One line for each try, with keys and codes only. The step that sends says at Information what was sent.</summary>
internal static partial class ChannelLog
{
    internal static void Tried(this ILogger logger, IChannel channel, RenderedMessage message, SendOutcome outcome)
    {
        switch (outcome)
        {
            case SendOutcome.Sent:
                logger.Sent(channel.Name, message.Key);
                break;
            case SendOutcome.Refused refused:
                logger.Refused(channel.Name, message.Key, refused.Reason, refused.Detail);
                break;
            case SendOutcome.Failed failed:
                logger.Failed(channel.Name, message.Key, failed.Reason, failed.Detail);
                break;
            case SendOutcome.Uncertain uncertain:
                logger.Uncertain(channel.Name, message.Key, uncertain.Reason, uncertain.Detail);
                break;
            default:
                throw new UnreachableException(outcome.GetType().Name);
        }
    }

    [LoggerMessage(6101, LogLevel.Debug, "{Channel} took {Key}")]
    private static partial void Sent(this ILogger logger, string channel, string key);

    [LoggerMessage(6102, LogLevel.Warning, "{Channel} refused {Key}: {Reason} {Detail}")]
    private static partial void Refused(this ILogger logger, string channel, string key, string reason, string? detail);

    [LoggerMessage(6103, LogLevel.Warning, "{Channel} failed for {Key}: {Reason} {Detail}")]
    private static partial void Failed(this ILogger logger, string channel, string key, string reason, string? detail);

    [LoggerMessage(6104, LogLevel.Warning, "{Channel} is uncertain of {Key}: {Reason} {Detail}")]
    private static partial void Uncertain(this ILogger logger, string channel, string key, string reason, string? detail);
}
