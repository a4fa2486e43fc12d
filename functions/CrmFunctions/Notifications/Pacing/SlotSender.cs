using CrmFunctions.Domain.Permission;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Ledger;

namespace CrmFunctions.Notifications.Pacing;

/// <summary>Sends a slot that takes no more lines, and has the rows of the ledger closed that its lines stand for.</summary>
public sealed class SlotSender(SlotStore slots, RobotSlots robots, MessageLedger ledger, MessageCloser closer, NotificationScheduler later)
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
            if (later.MachineNow > leaves)
            {
                foreach (var row in rows)
                    await closer.Defer(row, until: null, SendReasons.Pace, cancellationToken);
                await JoinAgain(rows, robot, cancellationToken);
                await slots.Remove(slot, cancellationToken);
                return;
            }

            var outcome = await robot.Send([.. rows.Select(row => row.Message()!)], cancellationToken);
            CrashPoints.Passed(CrashPoints.Sent);
            await closer.Close(rows, robot, outcome, cancellationToken);
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
                await closer.Died(row, cancellationToken);
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
            if (await ledger.Claim(row, cancellationToken))
                rows.Add(row);
        }

        return rows;
    }

    private async Task JoinAgain(IEnumerable<MessageRow> rows, RobotChannel robot, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
            await robots.JoinAgain(row, robot, cancellationToken);
    }
}
