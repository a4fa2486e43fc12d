using CrmFunctions.Domain.Permission;
using CrmFunctions.Messaging;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Pacing;
using CrmFunctions.Notifications.Touches;

namespace CrmFunctions.Notifications;

/// <summary>One try on one channel, at the pace the platform allows; and what is tried again later.</summary>
public sealed class ChannelDispatcher(
    MessageLedger ledger,
    MessageFactory wording,
    RobotSlots robots,
    Reservations reservations,
    NotificationScheduler later
)
{
    /// <summary>How late a place may be used.</summary>
    internal static readonly TimeSpan Late = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long after its place a message may leave at the latest: what was held up on the way gives it back, for platforms count what
    /// arrives.
    /// </summary>
    internal static readonly TimeSpan Leaving = TimeSpan.FromSeconds(3);

    /// <summary>Sends a row that has its words. The row says so before anything leaves.</summary>
    public async Task<DispatchResult> Send(
        MessageRow row,
        Notification notification,
        IChannel channel,
        DateTimeOffset expires,
        CancellationToken cancellationToken
    )
    {
        if (channel.Medium == Medium.Robot)
        {
            row.Asked = MessageBody.Text(notification);
            await robots.Join(row, channel, cancellationToken);
            return DispatchResult.Done;
        }

        var leaves = DateTimeOffset.MaxValue;
        if (channel.Pace is { } pace && row.Status != MessageStatus.Sending)
        {
            var at = await reservations.Take(
                ReservationKey.Of(pace),
                row.PlaceKey(),
                pace.Rates,
                later.MachineNow,
                Late,
                cancellationToken
            );
            if (at > later.MachineNow)
                return await Defer(row, notification, later.Business(at), SendReasons.Pace, cancellationToken);
            leaves = at + Leaving;
        }

        // Of two who look at the same time one sends; where the receiver drops repetitions a row found open goes again.
        if (!await ledger.Record(row, MessageStatus.Sending, reason: null, until: null, cancellationToken))
            return DispatchResult.Done;
        CrashPoints.Passed(CrashPoints.Claimed);
        if (later.MachineNow > leaves)
            return await Defer(row, notification, later.Now, SendReasons.Pace, cancellationToken);
        var outcome = await channel.Send(wording.Message(row), cancellationToken);
        CrashPoints.Passed(CrashPoints.Sent);
        return await Close(row, notification, channel, outcome, expires, cancellationToken);
    }

    /// <summary>Writes that a message waits, and asks for it at its time.</summary>
    public async Task<DispatchResult> Defer(
        MessageRow row,
        Notification notification,
        DateTimeOffset until,
        string reason,
        CancellationToken cancellationToken
    )
    {
        // Another process was faster: it has asked for it, or is sending.
        if (!await ledger.Record(row, MessageStatus.Deferred, reason, until, cancellationToken))
            return DispatchResult.Done;
        CrashPoints.Passed(CrashPoints.Deferred);
        await later.Ask(notification, until, cancellationToken);
        return DispatchResult.Waits;
    }

    private async Task<DispatchResult> Close(
        MessageRow row,
        Notification notification,
        IChannel channel,
        SendOutcome outcome,
        DateTimeOffset expires,
        CancellationToken cancellationToken
    )
    {
        var wait = MessageRetryPolicy.WaitAfter(outcome, row.Tries, channel.ResendIsSafe, expires - later.Now);
        if (wait is not null || outcome is SendOutcome.Failed)
            row.Tries++;
        switch (outcome)
        {
            case SendOutcome.Sent:
                await ledger.Close(row, MessageStatus.Sent, outcome.Detail, cancellationToken);
                return DispatchResult.Done;
            case SendOutcome.Refused refused:
                await ledger.Close(row, MessageStatus.Refused, outcome.Because(refused.Reason), cancellationToken);
                return DispatchResult.NextChannel;
            case SendOutcome.Uncertain when wait is { } pause:
                // It stays open: the next attempt sends it under the same key.
                await ledger.Record(row, MessageStatus.Sending, reason: null, later.Now + pause, cancellationToken);
                await later.Ask(notification, later.Now + pause, cancellationToken);
                return DispatchResult.Done;
            case SendOutcome.Uncertain uncertain:
                await ledger.Close(row, MessageStatus.Uncertain, outcome.Because(uncertain.Reason), cancellationToken);
                return DispatchResult.Done;
            case SendOutcome.Failed failed when wait is { } pause:
                if (failed.RetryAfter is not null && channel.Pace is { } pace)
                    await reservations.Block(ReservationKey.Of(pace), later.MachineNow + pause, cancellationToken);
                return await Defer(
                    row,
                    notification,
                    later.Now + pause,
                    outcome.Because(failed.RetryAfter is null ? failed.Reason : SendReasons.Throttled),
                    cancellationToken
                );
            case SendOutcome.Failed failed:
                await ledger.Close(row, MessageStatus.Failed, outcome.Because(failed.Reason), cancellationToken);
                return DispatchResult.NextChannel;
            default:
                throw new InvalidOperationException($"No rule closes a message with {outcome.GetType().Name}.");
        }
    }
}

/// <summary>How a message goes on.</summary>
public enum DispatchResult
{
    /// <summary>It was said, or may have been said.</summary>
    Done,

    /// <summary>It is said later, here.</summary>
    Waits,

    /// <summary>Not here, and certainly not: the next channel may carry it.</summary>
    NextChannel,
}
