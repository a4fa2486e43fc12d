using Azure.Messaging.ServiceBus;
using CrmFunctions.Messaging;
using CrmFunctions.Notifications.Channels;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Notifications.Pacing;

/// <summary>Sends what has gathered for a robot, when its place in the platform's pace has come.</summary>
public sealed class SendSlot(
    SlotStore slots,
    SlotSender sending,
    Reservations reservations,
    NotificationScheduler later,
    IEnumerable<IChannel> channels
)
{
    [Function(nameof(SendSlot))]
    public async Task Run(
        [ServiceBusTrigger(Flow.Queues.Robots, Connection = Flow.ServiceBus)] ServiceBusReceivedMessage received,
        CancellationToken cancellationToken
    )
    {
        var asked = MessageBody.Read<RobotSlot>(received.Body.ToMemory());
        if (channels.OfType<RobotChannel>().FirstOrDefault(channel => channel.Name == asked.Robot) is not { } robot)
            return;
        if (await slots.Get(robot.Pace.Key, asked.Slot, cancellationToken) is not { Status: not SlotRow.Closed } slot)
            return;
        if (slot.Status == SlotRow.Sending)
        {
            await sending.CloseOfTheDead(slot, robot, cancellationToken);
            return;
        }

        // Too late for its place, or the platform asked to be left alone: it gets another one.
        var key = RobotSlots.NameOf(slot.RowKey);
        var at = await reservations.Take(
            ReservationKey.Of(robot.Pace),
            key,
            robot.Pace.Rates,
            later.MachineNow,
            ChannelDispatcher.Late,
            cancellationToken
        );
        if (at > later.MachineNow)
        {
            slot.At = at;
            if (await slots.Replace(slot, cancellationToken))
                await later.Ask(asked, $"{later.MachineNow.UtcTicks}", at, cancellationToken);
            else
                throw new InvalidOperationException($"Slot {slot.RowKey} took a line while it was moved; the next delivery tries again.");
            return;
        }

        slot.Status = SlotRow.Sending;
        if (!await slots.Replace(slot, cancellationToken))
            throw new InvalidOperationException($"Slot {slot.RowKey} took a line while it was closed; the next delivery tries again.");
        await sending.Send(slot, robot, at + ChannelDispatcher.Leaving, cancellationToken);
    }
}
