using CrmFunctions.Domain.Permission;
using CrmFunctions.Messaging;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Pacing;
using CrmFunctions.Telemetry;

namespace CrmFunctions.Notifications.Ledger;

/// <summary>
/// Ends a row of the ledger, or has it wait: the one place where a row is written as sent, refused, failed, uncertain, suppressed, withdrawn
/// or deferred, and counted as that. What is tried again, and when, the retry policy says.
/// </summary>
public sealed class MessageCloser(MessageLedger ledger, Reservations reservations, NotificationScheduler later)
{
    /// <summary>
    /// How long after another process was faster a message is looked at again: longer than most sends last, and short enough for a message that
    /// nobody is sending any more.
    /// </summary>
    internal static readonly TimeSpan AfterRace = TimeSpan.FromSeconds(30);

    /// <summary>Ends a row with what a try came to, or asks for the next one.</summary>
    public async Task<DispatchResult> Close(
        MessageRow row,
        MessageRequest request,
        IChannel channel,
        SendOutcome outcome,
        DateTimeOffset expires,
        CancellationToken cancellationToken
    )
    {
        var wait = Count(row, outcome, channel, expires);
        if (wait is not { } pause)
            return await End(row, outcome, cancellationToken);

        var at = later.Now + pause;
        if (outcome is SendOutcome.Failed failed)
        {
            if (failed.RetryAfter is not null && channel.Pace is { } pace)
                await reservations.Block(ReservationKey.Of(pace), later.MachineNow + pause, cancellationToken);
            var reason = failed.RetryAfter is null ? failed.Reason : SendReasons.Throttled;
            return await Defer(row, request, at, outcome.Because(reason), cancellationToken);
        }

        // It may have arrived and stays open: the next try sends it under the same key.
        await Write(row, MessageStatus.Sending, reason: null, at, request: null, cancellationToken);
        await later.Ask(request, at, cancellationToken);
        return DispatchResult.Done;
    }

    /// <summary>
    /// Ends the rows of a robot's message with what its try came to. Those that are tried again are deferred: they wait for a place in another
    /// message.
    /// </summary>
    public async Task Close(IReadOnlyList<MessageRow> rows, RobotChannel robot, SendOutcome outcome, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
        {
            var slot = row.Slot!;
            if (outcome is SendOutcome.Failed)
                row.Slot = null;
            if (Count(row, outcome, robot, DateTimeOffset.MaxValue) is null)
                await End(row, outcome, cancellationToken);
            else
                await Overwrite(row, MessageStatus.Deferred, outcome.Because(((SendOutcome.Failed)outcome).Reason), cancellationToken);

            // The ledger says that this channel has refused: what was asked is looked at once more, for the next one.
            if (row is { Status: MessageStatus.Refused, Asked: { } asked })
                await later.Ask(MessageBody.Read<MessageRequest>(asked), $"{robot.Name}:{slot[^32..]}", cancellationToken);
        }

        if (outcome is SendOutcome.Failed { RetryAfter: { } wait })
            await reservations.Block(ReservationKey.Of(robot.Pace), later.MachineNow + wait, cancellationToken);
    }

    /// <summary>Writes that a message waits, and asks for it at its time.</summary>
    public async Task<DispatchResult> Defer(
        MessageRow row,
        MessageRequest request,
        DateTimeOffset until,
        string reason,
        CancellationToken cancellationToken
    )
    {
        // Another process that was faster is sending it, or was killed before it asked: asked for twice, it is looked at twice.
        var first = await Defer(row, until, reason, cancellationToken);
        await later.Ask(request, until, cancellationToken);
        return first ? DispatchResult.Waits : DispatchResult.Done;
    }

    /// <summary>
    /// Has a message looked at again that another process was faster to reserve or to end. That process may be killed before it ends the
    /// row, and where the lock of its delivery was lost there is no other delivery that would find the row.
    /// </summary>
    public Task LookAgain(MessageRequest request, CancellationToken cancellationToken) =>
        later.Ask(request, later.Now + AfterRace, cancellationToken);

    /// <summary>Writes that a message waits; its caller asks for it.</summary>
    /// <returns>False where another process was faster.</returns>
    public async Task<bool> Defer(MessageRow row, DateTimeOffset? until, string reason, CancellationToken cancellationToken)
    {
        var first = await Write(row, MessageStatus.Deferred, reason, until, request: null, cancellationToken);
        if (first)
            CrashPoints.Passed(CrashPoints.Deferred);
        return first;
    }

    /// <summary>Writes that a message is not sent, by a rule of ours.</summary>
    public Task Suppress(MessageRow row, MessageRequest request, string reason, CancellationToken cancellationToken) =>
        Write(row, MessageStatus.Suppressed, reason, until: null, request, cancellationToken);

    /// <summary>Writes that a message cannot be put into words.</summary>
    public Task Refuse(MessageRow row, MessageRequest request, string reason, CancellationToken cancellationToken) =>
        Write(row, MessageStatus.Refused, reason, until: null, request, cancellationToken);

    /// <summary>Writes that a message which waits is taken back.</summary>
    public Task Withdraw(MessageRow row, MessageRequest request, CancellationToken cancellationToken) =>
        Write(row, MessageStatus.Withdrawn, SendReasons.NoLongerTrue, until: null, request, cancellationToken);

    /// <summary>Writes that nobody knows whether a message has left: who was sending it has died, or lives and ends the row.</summary>
    public Task Died(MessageRow row, CancellationToken cancellationToken) =>
        Write(row, MessageStatus.Uncertain, SendReasons.Died, until: null, request: null, cancellationToken);

    /// <summary>
    /// Writes of a message that may not have a row yet that it was not sent, and why. What was sent before stays; what was begun and not ended
    /// is uncertain.
    /// </summary>
    public async Task NotSent(MessageRow row, string status, string reason, CancellationToken cancellationToken)
    {
        row.DecidedAt = later.Now;
        row.Become(status, reason, row.Until, row.DecidedAt);
        if (await ledger.Add(row, cancellationToken))
        {
            FlowMeter.Notified(status, row.Channel, reason);
            return;
        }

        var begun = await ledger.Get(row.PartitionKey, row.RowKey, cancellationToken);
        if (begun is { Status: MessageStatus.Sending })
            await Overwrite(begun, MessageStatus.Uncertain, SendReasons.Died, cancellationToken);
        else if (begun is { Status: MessageStatus.Failed or MessageStatus.Deferred })
            await Overwrite(begun, status, reason, cancellationToken);
    }

    /// <summary>
    /// Of the rows of one message the one to go on with. Two may have begun at the same time under two handles that are one person's since:
    /// where one was sent, nobody goes on with the other: it is withdrawn where it waits, and uncertain where it may have left.
    /// </summary>
    /// <param name="rows">The one that came furthest first.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<MessageRow> Settle(IReadOnlyList<MessageRow> rows, CancellationToken cancellationToken)
    {
        if (rows[0].Status == MessageStatus.Sent)
        {
            foreach (var other in rows.Where(row => row.Status == MessageStatus.Sending))
                await Died(other, cancellationToken);
            foreach (var other in rows.Where(row => row.Status == MessageStatus.Deferred))
                await Write(other, MessageStatus.Withdrawn, SendReasons.ToldElsewhere, until: null, request: null, cancellationToken);
        }

        return rows[0];
    }

    // What the policy says of a try, which is counted where it was for nothing.
    private TimeSpan? Count(MessageRow row, SendOutcome outcome, IChannel channel, DateTimeOffset expires)
    {
        var wait = MessageRetryPolicy.WaitAfter(outcome, row.Tries, channel.ResendIsSafe, expires - later.Now);
        if (wait is not null || outcome is SendOutcome.Failed)
            row.Tries++;
        return wait;
    }

    private async Task<DispatchResult> End(MessageRow row, SendOutcome outcome, CancellationToken cancellationToken)
    {
        var (status, reason, result) = outcome switch
        {
            SendOutcome.Sent => (MessageStatus.Sent, outcome.Detail, DispatchResult.Done),
            SendOutcome.Uncertain uncertain => (MessageStatus.Uncertain, outcome.Because(uncertain.Reason), DispatchResult.Done),
            SendOutcome.Refused refused => (MessageStatus.Refused, outcome.Because(refused.Reason), DispatchResult.NextChannel),
            SendOutcome.Failed failed => (MessageStatus.Failed, outcome.Because(failed.Reason), DispatchResult.NextChannel),
            _ => throw new InvalidOperationException($"No rule closes a message with {outcome.GetType().Name}."),
        };
        await Overwrite(row, status, reason, cancellationToken);
        return result;
    }

    // By a process that has only looked at the row: its version is the lock. Where another was faster, the request is looked at again.
    private async Task<bool> Write(
        MessageRow row,
        string status,
        string? reason,
        DateTimeOffset? until,
        MessageRequest? request,
        CancellationToken cancellationToken
    )
    {
        row.Become(status, reason, until, later.Now);
        var first = await ledger.Write(row, cancellationToken);
        if (!first && request is not null)
            await LookAgain(request, cancellationToken);
        if (first && status != MessageStatus.Sending)
            FlowMeter.Notified(status, row.Channel, reason);
        return first;
    }

    // By who has reserved the row, or goes over what was left: whatever it says by now.
    private Task Overwrite(MessageRow row, string status, string? reason, CancellationToken cancellationToken)
    {
        row.Become(status, reason, row.Until, later.Now);
        FlowMeter.Notified(status, row.Channel, reason);
        return ledger.Overwrite(row, cancellationToken);
    }
}
