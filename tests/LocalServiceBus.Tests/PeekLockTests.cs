using Azure.Messaging.ServiceBus;

namespace LocalServiceBus.Tests;

public sealed class PeekLockTests
{
    public static TheoryData<string> Settlements => ["complete", "abandon", "defer", "deadletter", "renew"];

    [Fact]
    public async Task Messages_come_in_the_order_they_were_sent_numbered_from_one_without_gaps()
    {
        await using var bus = await LocalBus.Start();
        foreach (var body in "abcde")
            await bus.Send(body.ToString());
        await bus.Send("other", LocalBus.Deleting);

        var got = await bus.AvailableNow(bus.Receiver());

        Assert.Equal(["a", "b", "c", "d", "e"], got.Select(message => message.Body.ToString()));
        Assert.Equal([1L, 2, 3, 4, 5], got.Select(message => message.SequenceNumber));
    }

    [Fact]
    public async Task A_locked_message_is_not_delivered_again_until_its_lock_ends()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a");
        var receiver = bus.Receiver();
        await receiver.One();

        bus.Clock.Advance(LocalBus.LockDuration - TimeSpan.FromMilliseconds(1));
        Assert.Empty(await bus.AvailableNow(receiver));

        bus.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, Assert.Single(await bus.AvailableNow(receiver)).DeliveryCount);
    }

    [Fact]
    public async Task A_completed_message_is_gone()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a");
        var receiver = bus.Receiver();

        await receiver.CompleteMessageAsync(await receiver.One());

        bus.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await bus.AvailableNow(receiver));
        Assert.Empty(await bus.Bodies());
    }

    [Fact]
    public async Task An_abandoned_message_is_there_at_once_in_its_old_place_with_a_higher_delivery_count_and_the_changed_properties()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a");
        await bus.Send("b");
        var receiver = bus.Receiver();

        await receiver.AbandonMessageAsync(await receiver.One(), new Dictionary<string, object> { ["why"] = "busy", ["tries"] = 7 });

        var again = await receiver.One();
        Assert.Equal("a", again.Body.ToString());
        Assert.Equal(2, again.DeliveryCount);
        Assert.Equal("busy", again.ApplicationProperties["why"]);
        Assert.Equal(7, again.ApplicationProperties["tries"]);
    }

    [Theory]
    [MemberData(nameof(Settlements))]
    public async Task Settling_after_the_lock_has_ended_fails_with_MessageLockLost_also_where_no_other_receiver_has_it(string how)
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a");
        var receiver = bus.Receiver();
        var message = await receiver.One();
        bus.Clock.Advance(LocalBus.LockDuration);

        var lost = await Assert.ThrowsAsync<ServiceBusException>(() => Settle(receiver, message, how));

        Assert.Equal(ServiceBusFailureReason.MessageLockLost, lost.Reason);
        Assert.False(lost.IsTransient);
        Assert.Equal(2, (await receiver.One()).DeliveryCount);
    }

    [Theory]
    [MemberData(nameof(Settlements))]
    public async Task A_receipt_is_good_for_one_settlement_and_never_for_a_later_delivery(string how)
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a");
        var receiver = bus.Receiver();
        var first = await receiver.One();
        await receiver.AbandonMessageAsync(first);
        var second = await receiver.One();

        var lost = await Assert.ThrowsAsync<ServiceBusException>(() => Settle(receiver, first, how));

        Assert.Equal(ServiceBusFailureReason.MessageLockLost, lost.Reason);
        await receiver.CompleteMessageAsync(second);
    }

    [Fact]
    public async Task Renewing_holds_the_lock_from_now_and_shows_it_on_the_message()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a");
        var receiver = bus.Receiver();
        var message = await receiver.One();
        var half = LocalBus.LockDuration / 2;

        for (var i = 0; i < 10; i++)
        {
            bus.Clock.Advance(half);
            await receiver.RenewMessageLockAsync(message);
            Assert.Equal(bus.Clock.GetUtcNow() + LocalBus.LockDuration, message.LockedUntil);
        }

        Assert.Empty(await bus.AvailableNow(receiver));
        await receiver.CompleteMessageAsync(message);
    }

    [Fact]
    public async Task Another_receiver_of_the_queue_can_settle_but_not_one_of_its_dead_letter_queue()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a");
        var message = await bus.Receiver().One();

        await Assert.ThrowsAsync<ServiceBusException>(() => bus.DeadLetters().CompleteMessageAsync(message));
        await bus.Receiver().CompleteMessageAsync(message);
    }

    private static Task Settle(ServiceBusReceiver receiver, ServiceBusReceivedMessage message, string how) =>
        how switch
        {
            "complete" => receiver.CompleteMessageAsync(message),
            "abandon" => receiver.AbandonMessageAsync(message),
            "defer" => receiver.DeferMessageAsync(message),
            "deadletter" => receiver.DeadLetterMessageAsync(message),
            "renew" => receiver.RenewMessageLockAsync(message),
            _ => throw new ArgumentOutOfRangeException(nameof(how)),
        };
}
