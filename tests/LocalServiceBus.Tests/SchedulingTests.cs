using Azure.Messaging.ServiceBus;

namespace LocalServiceBus.Tests;

public sealed class SchedulingTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_scheduled_message_becomes_visible_at_its_instant_and_not_before()
    {
        await using var bus = await LocalBus.Start();
        var due = bus.Clock.GetUtcNow() + Minute;
        await bus.Client.CreateSender(LocalBus.Plain).ScheduleMessageAsync(new("a"), due);
        bus.Clock.Advance(Minute - TimeSpan.FromMilliseconds(1));
        Assert.Empty(await bus.AvailableNow(bus.Receiver()));

        bus.Clock.Advance(TimeSpan.FromMilliseconds(1));

        var message = await bus.Receiver().One();
        Assert.Equal((due, due), (message.ScheduledEnqueueTime, message.EnqueuedTime));
    }

    [Fact]
    public async Task The_property_schedules_as_the_method_does()
    {
        await using var bus = await LocalBus.Start();
        var sender = bus.Client.CreateSender(LocalBus.Plain);
        await sender.SendMessageAsync(new("a") { ScheduledEnqueueTime = bus.Clock.GetUtcNow() + Minute });
        Assert.Equal(ServiceBusMessageState.Scheduled, (await bus.Receiver().PeekMessageAsync())!.State);

        bus.Clock.Advance(Minute);

        Assert.Equal("a", (await bus.Receiver().One()).Body.ToString());
    }

    [Fact]
    public async Task It_joins_the_queue_behind_what_was_sent_before_its_instant_with_a_new_number()
    {
        await using var bus = await LocalBus.Start();
        var sender = bus.Client.CreateSender(LocalBus.Plain);
        var number = await sender.ScheduleMessageAsync(new("scheduled"), bus.Clock.GetUtcNow() + Minute);
        await bus.Send("before");
        bus.Clock.Advance(2 * Minute);
        await bus.Send("after");

        var got = await bus.AvailableNow(bus.Receiver());

        Assert.Equal(["before", "scheduled", "after"], got.Select(message => message.Body.ToString()));
        Assert.Equal([2L, 3, 4], got.Select(message => message.SequenceNumber));
        Assert.Equal((1L, number), (number, got[1].EnqueuedSequenceNumber));
    }

    [Fact]
    public async Task Those_due_together_come_by_their_times_and_then_as_they_were_scheduled()
    {
        await using var bus = await LocalBus.Start();
        var sender = bus.Client.CreateSender(LocalBus.Plain);
        var now = bus.Clock.GetUtcNow();
        await sender.ScheduleMessageAsync(new("third"), now + 2 * Minute);
        await sender.ScheduleMessagesAsync([new("first"), new("second")], now + Minute);

        bus.Clock.Advance(5 * Minute);

        Assert.Equal(["first", "second", "third"], (await bus.AvailableNow(bus.Receiver())).Select(message => message.Body.ToString()));
    }

    [Fact]
    public async Task Scheduled_for_the_past_it_is_there_at_once()
    {
        await using var bus = await LocalBus.Start();
        await bus.Client.CreateSender(LocalBus.Plain).ScheduleMessageAsync(new("a"), bus.Clock.GetUtcNow() - Minute);

        Assert.Equal(bus.Clock.GetUtcNow(), (await bus.Receiver().One()).EnqueuedTime);
    }

    [Fact]
    public async Task Cancelled_in_time_it_never_comes()
    {
        await using var bus = await LocalBus.Start();
        var sender = bus.Client.CreateSender(LocalBus.Plain);
        var number = await sender.ScheduleMessageAsync(new("a"), bus.Clock.GetUtcNow() + Minute);

        await sender.CancelScheduledMessageAsync(number);

        bus.Clock.Advance(2 * Minute);
        Assert.Empty(await bus.Bodies());
    }

    [Fact]
    public async Task Cancelling_is_all_or_none_and_too_late_is_MessageNotFound()
    {
        await using var bus = await LocalBus.Start();
        var sender = bus.Client.CreateSender(LocalBus.Plain);
        var early = await sender.ScheduleMessageAsync(new("early"), bus.Clock.GetUtcNow() + Minute);
        var late = await sender.ScheduleMessageAsync(new("late"), bus.Clock.GetUtcNow() + 3 * Minute);
        bus.Clock.Advance(Minute);

        var notFound = await Assert.ThrowsAsync<ServiceBusException>(() => sender.CancelScheduledMessagesAsync([late, early]));

        Assert.Equal(ServiceBusFailureReason.MessageNotFound, notFound.Reason);
        bus.Clock.Advance(2 * Minute);
        Assert.Equal(["early", "late"], await bus.Bodies());
    }

    [Fact]
    public async Task A_waiting_receiver_wakes_at_the_exact_instant()
    {
        await using var bus = await LocalBus.Start();
        await bus.Client.CreateSender(LocalBus.Plain).ScheduleMessageAsync(new("a"), bus.Clock.GetUtcNow() + Minute);
        var waiting = bus.Receiver().ReceiveMessageAsync(LocalBus.Wait);
        await bus.ReceiverWaits();

        bus.Clock.Advance(Minute - TimeSpan.FromMilliseconds(1));
        await bus.ReceiverWaits();
        Assert.False(waiting.IsCompleted);
        bus.Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("a", (await waiting)!.Body.ToString());
    }

    [Fact]
    public async Task A_receiver_that_waits_already_learns_of_a_schedule_made_meanwhile()
    {
        await using var bus = await LocalBus.Start();
        var waiting = bus.Receiver().ReceiveMessageAsync(LocalBus.Wait);
        await bus.ReceiverWaits();
        await bus.Client.CreateSender(LocalBus.Plain).ScheduleMessageAsync(new("a"), bus.Clock.GetUtcNow() + Minute);

        bus.Clock.Advance(Minute);

        Assert.Equal("a", (await waiting)!.Body.ToString());
    }

    [Fact]
    public async Task Schedules_outlive_a_restart()
    {
        await using var bus = await LocalBus.Start();
        await bus.Client.CreateSender(LocalBus.Plain).ScheduleMessageAsync(new("a"), bus.Clock.GetUtcNow() + Minute);
        await bus.Restart();

        bus.Clock.Advance(Minute);

        Assert.Equal("a", (await bus.Receiver().One()).Body.ToString());
    }
}
