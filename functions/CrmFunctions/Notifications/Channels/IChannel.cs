using CrmFunctions.Domain.Permission;

namespace CrmFunctions.Notifications.Channels;

/// <summary>A way to reach a receiver outside the suite.</summary>
public interface IChannel
{
    /// <summary>Stable, lower case: stored in the ledger and named in settings.</summary>
    string Name { get; }

    /// <summary>
    /// What people agree to or refuse: <see cref="Medium.Email"/>, <see cref="Medium.Sms"/> … Two channels may share one.
    /// </summary>
    string Medium => Name;

    /// <summary>How fast it may be used; null: as fast as there is something to say.</summary>
    ChannelRateLimit? Pace => null;

    /// <summary>Whether the receiver drops a second copy of the same key, so that an uncertain send may simply be repeated.</summary>
    bool ResendIsSafe { get; }

    /// <summary>Tries once to deliver a message.</summary>
    /// <exception cref="OperationCanceledException">
    /// The token was cancelled while it was certain that nothing had been delivered. Cancelled later, the outcome is uncertain instead.
    /// </exception>
    Task<SendOutcome> Send(RenderedMessage message, CancellationToken cancellationToken);
}

/// <summary>How fast a channel may be used by all instances together.</summary>
/// <param name="Key">What the platform counts by: the robot, the sender. A hash, as it may hold a secret.</param>
/// <param name="Rates">Its limits.</param>
public sealed record ChannelRateLimit(string Key, IReadOnlyList<Rate> Rates);

/// <summary>The media.</summary>
public static class Medium
{
    public const string Email = "email";
    public const string Sms = "sms";
    public const string Webhook = "webhook";

    /// <summary>A chat of people of ours.</summary>
    public const string Robot = "robot";
}
