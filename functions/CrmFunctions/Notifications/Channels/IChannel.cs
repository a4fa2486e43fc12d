namespace CrmFunctions.Notifications.Channels;

/// <summary>A way to reach somebody outside.</summary>
public interface IChannel
{
    /// <summary>Stable, lower case: stored in the ledger and named in settings.</summary>
    string Name { get; }

    /// <summary>Whether the receiver drops a second copy of the same key, so that an uncertain send may simply be repeated.</summary>
    bool ResendIsSafe { get; }

    /// <summary>Tries once to deliver a message.</summary>
    /// <exception cref="OperationCanceledException">
    /// The token was cancelled while it was certain that nothing had been delivered. Cancelled later, the outcome is uncertain instead.
    /// </exception>
    Task<SendOutcome> Send(OutgoingMessage message, CancellationToken ct);
}
