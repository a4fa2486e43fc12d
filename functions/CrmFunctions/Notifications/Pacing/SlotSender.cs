using CrmFunctions.Domain.Permission;
using CrmFunctions.Messaging;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Touches;

namespace CrmFunctions.Notifications.Pacing;

/// <summary>Sends a slot that takes no more lines, and closes the rows of the ledger that its lines stand for.</summary>
public sealed class SlotSender(
    SlotStore slots,
    RobotSlots robots,
    MessageLedger ledger,
    MessageFactory wording,
    ReservationsOfRobots waiting
)
{
    /// <summary>
    /// Sends it, once: robots drop no repetitions. What was held up for too long goes with another message, at another place.
    /// </summary>
    /// <param name="slot">The slot, closed to others.</param>
    /// <param name="robot">Its robot.</param>
    /// <param name="leaves">By then it must leave. By the machine's clock.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task Send(SlotRow slot, RobotChannel robot, DateTimeOffset leaves, CancellationToken cancellationToken)
    {
        var rows = await Claim(slot, cancellationToken);
        if (rows.Count > 0)
        {
            CrashPoints.Passed(CrashPoints.Claimed);
            if (waiting.Now > leaves)
            {
                foreach (var row in rows)
                    await ledger.Record(row, MessageStatus.Deferred, SendReasons.Pace, until: null, cancellationToken);
                await JoinAgain(rows, robot, cancellationToken);
                await slots.Remove(slot, cancellationToken);
                return;
            }

            var outcome = await robot.Send([.. rows.Select(wording.Message)], cancellationToken);
            CrashPoints.Passed(CrashPoints.Sent);
            foreach (var row in rows)
                await Close(row, slot, robot, outcome, cancellationToken);
            if (outcome is SendOutcome.Failed { RetryAfter: { } wait })
                await waiting.Block(robot, wait, cancellationToken);
            if (outcome is SendOutcome.Failed)
                await JoinAgain(rows.Where(row => row.Status == MessageStatus.Deferred), robot, cancellationToken);
        }

        await slots.Remove(slot, cancellationToken);
    }

    /// <summary>Closes what a process that died had begun: lines that were taken may have been sent, the others are sent later.</summary>
    public async Task CloseOfTheDead(SlotRow slot, RobotChannel robot, CancellationToken cancellationToken)
    {
        var untouched = new List<MessageRow>();
        foreach (var line in slot.ReadLines())
        {
            var row = await ledger.Get(line.Customer, line.Row, cancellationToken);
            if (row is { Status: MessageStatus.Sending } && row.Slot == slot.RowKey)
                await ledger.Record(row, MessageStatus.Uncertain, SendReasons.Died, until: null, cancellationToken);
            else if (row is { Status: MessageStatus.Deferred })
                untouched.Add(row);
        }

        await JoinAgain(untouched, robot, cancellationToken);
        await slots.Remove(slot, cancellationToken);
    }

    // A row that does not wait any more was withdrawn, or went with another message.
    private async Task<IReadOnlyList<MessageRow>> Claim(SlotRow slot, CancellationToken cancellationToken)
    {
        var rows = new List<MessageRow>();
        foreach (var line in slot.ReadLines())
        {
            if (await ledger.Get(line.Customer, line.Row, cancellationToken) is not { Status: MessageStatus.Deferred } row)
                continue;
            row.Slot = slot.RowKey;
            if (await ledger.Record(row, MessageStatus.Sending, reason: null, until: null, cancellationToken))
                rows.Add(row);
        }

        return rows;
    }

    private async Task Close(MessageRow row, SlotRow slot, RobotChannel robot, SendOutcome outcome, CancellationToken cancellationToken)
    {
        switch (outcome)
        {
            case SendOutcome.Sent:
                await ledger.Close(row, MessageStatus.Sent, outcome.Detail, cancellationToken);
                break;
            case SendOutcome.Uncertain uncertain:
                await ledger.Close(row, MessageStatus.Uncertain, outcome.Because(uncertain.Reason), cancellationToken);
                break;
            case SendOutcome.Refused refused:
                await ledger.Close(row, MessageStatus.Refused, outcome.Because(refused.Reason), cancellationToken);
                await waiting.TryNextChannel(row, slot, robot, cancellationToken);
                break;
            case SendOutcome.Failed failed:
                var wait = MessageRetryPolicy.WaitAfter(failed, row.Tries, robot.ResendIsSafe, TimeSpan.MaxValue);
                row.Tries++;
                row.Slot = null;
                await ledger.Close(
                    row,
                    wait is null ? MessageStatus.Failed : MessageStatus.Deferred,
                    outcome.Because(failed.Reason),
                    cancellationToken
                );
                break;
            default:
                throw new InvalidOperationException($"No rule closes a message with {outcome.GetType().Name}.");
        }
    }

    private async Task JoinAgain(IEnumerable<MessageRow> rows, RobotChannel robot, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
            await robots.Join([new SlotLine(row.PartitionKey, row.RowKey)], robots.BytesOf(row), robot, cancellationToken);
    }
}

/// <summary>What happens around a robot's messages.</summary>
public sealed class ReservationsOfRobots(Reservations reservations, NotificationScheduler later)
{
    /// <summary>The machine's clock.</summary>
    public DateTimeOffset Now => later.MachineNow;

    /// <summary>Leaves a robot alone for as long as its platform asks.</summary>
    public Task Block(RobotChannel robot, TimeSpan wait, CancellationToken cancellationToken) =>
        reservations.Block(ReservationKey.Of(robot.Pace), later.MachineNow + wait, cancellationToken);

    /// <summary>Looks at what was asked once more: the ledger says that this channel has refused.</summary>
    public Task TryNextChannel(MessageRow row, SlotRow slot, RobotChannel robot, CancellationToken cancellationToken) =>
        row.Asked is { } asked
            ? later.Ask(MessageBody.Read<Notification>(asked), $"{robot.Name}:{slot.RowKey[^32..]}", cancellationToken)
            : Task.CompletedTask;
}
