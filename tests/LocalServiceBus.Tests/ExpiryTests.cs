using Azure.Messaging.ServiceBus;

namespace LocalServiceBus.Tests;

public sealed class ExpiryTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task A_message_expires_at_its_instant_and_is_dead_lettered_where_that_is_configured()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a", LocalBus.Expiring, ttl: TimeSpan.FromMinutes(1));
        bus.Clock.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(["a"], await bus.Bodies(LocalBus.Expiring));

        bus.Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Empty(await bus.AvailableNow(bus.Receiver(LocalBus.Expiring)));
        var dead = await bus.DeadLetters(LocalBus.Expiring).One();
        Assert.Equal("TTLExpiredException", dead.DeadLetterReason);
        Assert.Equal("The message expired and was dead lettered.", dead.DeadLetterErrorDescription);
    }

    [Fact]
    public async Task An_expired_message_is_deleted_where_dead_lettering_is_not_configured()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a", LocalBus.Deleting, ttl: TimeSpan.FromMinutes(1));

        bus.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Empty(await bus.Bodies(LocalBus.Deleting));
        Assert.Empty(await bus.Bodies(LocalBus.Deleting, SubQueue.DeadLetter));
    }

    [Fact]
    public async Task The_queues_time_to_live_is_the_default_and_the_ceiling()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("default", LocalBus.Expiring);
        await bus.Send("longer", LocalBus.Expiring, ttl: Hour * 2);
        await bus.Send("shorter", LocalBus.Expiring, ttl: Hour / 2);

        var got = await bus.Receiver(LocalBus.Expiring).PeekMessagesAsync(10);

        Assert.Equal([Hour, Hour, Hour / 2], got.Select(message => message.TimeToLive));
        Assert.Equal(bus.Clock.GetUtcNow() + Hour, got[1].ExpiresAt);
    }

    [Fact]
    public async Task A_locked_message_does_not_expire_and_can_be_completed()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a", LocalBus.Expiring, ttl: TimeSpan.FromSeconds(30));
        var receiver = bus.Receiver(LocalBus.Expiring);
        var message = await receiver.One();

        bus.Clock.Advance(TimeSpan.FromSeconds(45));

        Assert.Empty(await bus.Bodies(LocalBus.Expiring, SubQueue.DeadLetter));
        await receiver.CompleteMessageAsync(message);
        Assert.Empty(await bus.Bodies(LocalBus.Expiring));
    }

    [Fact]
    public async Task Given_back_after_its_time_a_message_expires_at_once()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a", LocalBus.Expiring, ttl: TimeSpan.FromSeconds(30));
        var receiver = bus.Receiver(LocalBus.Expiring);
        var message = await receiver.One();
        bus.Clock.Advance(TimeSpan.FromSeconds(45));

        await receiver.AbandonMessageAsync(message);

        Assert.Empty(await bus.AvailableNow(receiver));
        Assert.Equal("TTLExpiredException", (await bus.DeadLetters(LocalBus.Expiring).One()).DeadLetterReason);
    }

    [Fact]
    public async Task A_scheduled_message_lives_from_the_instant_it_becomes_active()
    {
        await using var bus = await LocalBus.Start();
        var message = new ServiceBusMessage("a") { TimeToLive = TimeSpan.FromMinutes(1) };
        await bus.Client.CreateSender(LocalBus.Expiring).ScheduleMessageAsync(message, bus.Clock.GetUtcNow() + Hour);

        bus.Clock.Advance(Hour + TimeSpan.FromSeconds(59));
        Assert.Equal(["a"], await bus.Bodies(LocalBus.Expiring));

        bus.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(await bus.Bodies(LocalBus.Expiring));
    }

    [Fact]
    public async Task A_scheduled_message_that_was_due_and_expired_without_an_operation_in_between_is_dead_lettered()
    {
        await using var bus = await LocalBus.Start();
        var message = new ServiceBusMessage("a") { TimeToLive = TimeSpan.FromMinutes(1) };
        await bus.Client.CreateSender(LocalBus.Expiring).ScheduleMessageAsync(message, bus.Clock.GetUtcNow() + Hour);

        bus.Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal("TTLExpiredException", (await bus.DeadLetters(LocalBus.Expiring).One()).DeadLetterReason);
    }

    [Fact]
    public async Task A_deferred_message_expires_only_when_it_is_asked_for()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a", LocalBus.Expiring, ttl: TimeSpan.FromMinutes(5));
        var receiver = bus.Receiver(LocalBus.Expiring);
        var message = await receiver.One();
        await receiver.DeferMessageAsync(message);
        bus.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(["a"], await bus.Bodies(LocalBus.Expiring));

        var notFound = await Assert.ThrowsAsync<ServiceBusException>(() => receiver.ReceiveDeferredMessageAsync(message.SequenceNumber));

        Assert.Equal(ServiceBusFailureReason.MessageNotFound, notFound.Reason);
        Assert.Equal("TTLExpiredException", (await bus.DeadLetters(LocalBus.Expiring).One()).DeadLetterReason);
    }

    [Fact]
    public async Task A_receiver_at_the_dead_letter_queue_gets_a_message_the_instant_it_expires()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a", LocalBus.Expiring, ttl: TimeSpan.FromMinutes(1));
        var waiting = bus.DeadLetters(LocalBus.Expiring).ReceiveMessageAsync(LocalBus.Wait);
        await bus.ReceiverWaits(LocalBus.Expiring + "/$DeadLetterQueue");

        bus.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("a", (await waiting)!.Body.ToString());
    }
}
