using System.Text;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Ledger;

namespace CrmFunctions.Notifications.Pacing;

/// <summary>
/// Gathers what is to be said by a robot into as few messages as its platform's pace wants: a line joins the message that waits, if there
/// is one with room, and else begins one at the first free place.
/// </summary>
public sealed class RobotSlots(SlotStore slots, Reservations reservations, MessageCloser closer, NotificationScheduler later)
{
    /// <summary>The most lines of one message.</summary>
    public const int MostLines = 20;

    // A message waits this long for company even where it could go at once: what happens together is told together.
    private static readonly TimeSpan gathering = TimeSpan.FromSeconds(1);

    private const int Races = 50;
    private const string Begun = "begun";

    /// <summary>
    /// Writes that a row waits, and puts it into a message. Done twice, the second line is dropped when its message goes: the ledger's row
    /// has gone by then.
    /// </summary>
    public async Task Join(MessageRow row, IChannel channel, CancellationToken cancellationToken)
    {
        // Also where another process was faster: it may be killed before it puts the row into a message.
        await closer.Defer(row, later.Now, SendReasons.Pace, cancellationToken);
        await JoinAgain(row, channel, cancellationToken);
    }

    /// <summary>Puts a row that waits into a message.</summary>
    public async Task JoinAgain(MessageRow row, IChannel channel, CancellationToken cancellationToken)
    {
        var (line, bytes) = (new SlotLine(row.PartitionKey, row.RowKey), BytesOf(row));
        var (robot, most) = (channel.Pace!.Key, ((RobotChannel)channel).MostBytes);
        for (var race = 0; race < Races; race++)
        {
            var (sign, open) = await slots.Open(robot, cancellationToken);
            if (open is null || open.Status != SlotRow.Open || open.Bytes + bytes > most || open.ReadLines().Count + 1 > MostLines)
            {
                if (await Begin(line, bytes, channel, sign, cancellationToken))
                    return;
                continue;
            }

            if (!open.ReadLines().Contains(line))
            {
                open.Write(open.ReadLines().Append(line));
                open.Bytes += bytes;
                if (!await slots.Replace(open, cancellationToken))
                    continue;
            }

            // Who began it may have died before asking for it. Asked twice, the queue drops the second.
            await later.Ask(new RobotSlot(channel.Name, open.RowKey), Begun, open.At, cancellationToken);
            return;
        }

        throw new InvalidOperationException(
            $"The messages of robot {channel.Name} were changed by others {Races} times; the next delivery tries again."
        );
    }

    // What a row takes of a message.
    private static int BytesOf(MessageRow row) => Encoding.UTF8.GetByteCount(row.Message()!.Text) + 1;

    // Of those who come at the same time one begins a message, and the others join it: one each would be a minute's places for the first
    // burst.
    private async Task<bool> Begin(SlotLine line, int bytes, IChannel channel, OpenSlotRow? sign, CancellationToken cancellationToken)
    {
        var (pace, key) = (channel.Pace!, SlotStore.NewKey(later.MachineNow));
        var at = await reservations.Take(
            ReservationKey.Of(pace),
            NameOf(key),
            pace.Rates,
            later.MachineNow + gathering,
            ChannelDispatcher.Late,
            cancellationToken
        );
        var slot = new SlotRow
        {
            PartitionKey = pace.Key,
            RowKey = key,
            At = at,
            Bytes = bytes,
        };
        slot.Write([line]);
        if (!await slots.Begin(slot, sign, cancellationToken))
        {
            await reservations.Release(ReservationKey.Of(pace), NameOf(key), cancellationToken);
            return false;
        }

        CrashPoints.Passed(CrashPoints.SlotBegun);
        await later.Ask(new RobotSlot(channel.Name, key), Begun, at, cancellationToken);
        return true;
    }

    /// <summary>A slot's name among the places taken.</summary>
    internal static string NameOf(string slot) => slot[^32..];
}
