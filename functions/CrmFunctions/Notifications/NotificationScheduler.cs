using System.Globalization;
using CrmFunctions.Messaging;

namespace CrmFunctions.Notifications;

/// <summary>Asks for messages again at another time. Their times are the business clock's, and the queue's are the machine's.</summary>
public sealed class NotificationScheduler(Bus bus, Clocks clocks)
{
    /// <summary>The business clock.</summary>
    public DateTimeOffset Now => clocks.Now;

    /// <summary>The machine's.</summary>
    public DateTimeOffset MachineNow => clocks.Machine.GetUtcNow();

    /// <summary>An instant of the machine's clock by the business clock.</summary>
    public DateTimeOffset Business(DateTimeOffset machine) => clocks.Now + (machine - MachineNow);

    /// <summary>An instant of the business clock by the machine's.</summary>
    public DateTimeOffset Machine(DateTimeOffset business) => MachineNow + (business - clocks.Now);

    /// <summary>
    /// Asks at an instant of the business clock. Never dropped as one that was there before: a message that came a moment too early asks
    /// for the same instant again.
    /// </summary>
    public Task Ask(MessageRequest request, DateTimeOffset at, CancellationToken cancellationToken) =>
        bus.Send(
            Flow.Queues.Notifications,
            [request.Again(string.Create(CultureInfo.InvariantCulture, $"{at.UtcTicks}-{MachineNow.UtcTicks}"), Machine(at))],
            cancellationToken
        );

    /// <summary>Asks at once, for a reason that has a name.</summary>
    public Task Ask(MessageRequest request, string occasion, CancellationToken cancellationToken) =>
        bus.Send(Flow.Queues.Notifications, [request.Again(occasion, visibleAt: null)], cancellationToken);

    /// <summary>Has a robot's slot looked at.</summary>
    public Task Ask(RobotSlot slot, string occasion, DateTimeOffset machine, CancellationToken cancellationToken) =>
        bus.Send(Flow.Queues.Robots, [Bus.Message($"{slot.Robot}:{slot.Slot}:{occasion}", slot, machine)], cancellationToken);
}

/// <summary>Asks that a robot's slot be sent.</summary>
/// <param name="Robot">The channel's name.</param>
/// <param name="Slot">Row of the slot.</param>
public sealed record RobotSlot(string Robot, string Slot);
