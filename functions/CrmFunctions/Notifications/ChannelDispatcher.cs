using CrmFunctions.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Messaging;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Ledger;
using CrmFunctions.Notifications.Pacing;

namespace CrmFunctions.Notifications;

/// <summary>One try on one channel, at the pace the platform allows: the row is reserved, the message leaves, the row is closed.</summary>
public sealed class ChannelDispatcher(
    CustomerStore customers,
    MessageLedger ledger,
    MessageCloser closer,
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
        RenderedMessage message,
        MessageRequest request,
        IChannel channel,
        DateTimeOffset expires,
        CancellationToken cancellationToken
    )
    {
        if (channel.Medium == Medium.Robot)
        {
            row.Asked = MessageBody.Text(request);
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
                return await closer.Defer(row, request, later.Business(at), SendReasons.Pace, cancellationToken);
            leaves = at + Leaving;
        }

        // Of two who look at the same time one sends; where the receiver drops repetitions a row found open goes again.
        if (!await ledger.Claim(row, cancellationToken))
        {
            await closer.LookAgain(request, cancellationToken);
            return DispatchResult.Done;
        }

        // Each of two who tell the same under two handles, while these become one person's, has reserved its row by now or sees the other's: at
        // least one of them gives way, and looks again when the other is done.
        if (await IsBegunElsewhere(row, cancellationToken))
            return await closer.Defer(row, request, later.Now + MessageCloser.AfterRace, SendReasons.ToldElsewhere, cancellationToken);

        CrashPoints.Passed(CrashPoints.Claimed);
        if (later.MachineNow > leaves)
            return await closer.Defer(row, request, later.Now, SendReasons.Pace, cancellationToken);

        // What is new has its first time from the claim.
        var outcome = await channel.Send(message with { FirstTriedAt = row.DecidedAt }, cancellationToken);
        CrashPoints.Passed(CrashPoints.Sent);
        return await closer.Close(row, request, channel, outcome, expires, cancellationToken);
    }

    // The row was looked for under the handles that the person had then; these are the ones it has now.
    private async Task<bool> IsBegunElsewhere(MessageRow row, CancellationToken cancellationToken) =>
        Handle.FromKey(row.PartitionKey) is { } handle
        && handle != Handle.Base
        && await customers.Follow(handle, cancellationToken) is { } person
        && await ledger.IsBegunElsewhere(row, person, cancellationToken);
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
