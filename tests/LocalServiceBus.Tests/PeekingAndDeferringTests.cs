using Azure.Messaging.ServiceBus;

namespace LocalServiceBus.Tests;

public sealed class PeekingAndDeferringTests
{
    [Fact]
    public async Task Received_and_deleted_is_gone_and_cannot_be_settled()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a");
        await bus.Send("b");
        var receiver = bus.Receiver(mode: ServiceBusReceiveMode.ReceiveAndDelete);

        var message = await receiver.One();

        Assert.Equal("a", message.Body.ToString());
        Assert.Equal(["b"], await bus.Bodies());
        await Assert.ThrowsAsync<InvalidOperationException>(() => receiver.CompleteMessageAsync(message));
    }

    [Fact]
    public async Task Peeking_shows_every_state_changes_nothing_and_goes_on_where_it_was()
    {
        await using var bus = await LocalBus.Start();
        foreach (var body in "abc")
            await bus.Send(body.ToString());
        var later = await bus.Client.CreateSender(LocalBus.Plain).ScheduleMessageAsync(new("later"), bus.Clock.GetUtcNow().AddHours(1));
        var receiver = bus.Receiver();
        var locked = await receiver.One();
        await receiver.DeferMessageAsync(await receiver.One());

        var all = await receiver.PeekMessagesAsync(10, 1);

        Assert.Equal(["a", "b", "c", "later"], all.Select(message => message.Body.ToString()));
        Assert.Equal(
            [
                ServiceBusMessageState.Active,
                ServiceBusMessageState.Deferred,
                ServiceBusMessageState.Active,
                ServiceBusMessageState.Scheduled,
            ],
            all.Select(message => message.State)
        );
        Assert.Equal([0, 0, 0, 0], all.Select(message => message.DeliveryCount));
        Assert.All(all, message => Assert.Equal(Guid.Empty.ToString(), message.LockToken));
        await Assert.ThrowsAsync<InvalidOperationException>(() => receiver.CompleteMessageAsync(all[2]));
        await receiver.CompleteMessageAsync(locked);

        var peeker = bus.Receiver();
        Assert.Equal("b", (await peeker.PeekMessageAsync())!.Body.ToString());
        Assert.Equal("c", (await peeker.PeekMessageAsync())!.Body.ToString());
        Assert.Equal(later, (await peeker.PeekMessageAsync())!.SequenceNumber);
        Assert.Null(await peeker.PeekMessageAsync());
        Assert.Equal("b", (await peeker.PeekMessageAsync(fromSequenceNumber: 1))!.Body.ToString());
    }

    [Fact]
    public async Task A_deferred_message_is_received_by_its_number_only_and_stays_deferred_when_given_back()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a");
        var receiver = bus.Receiver();
        var message = await receiver.One();
        await receiver.DeferMessageAsync(message, new Dictionary<string, object> { ["step"] = 2 });

        Assert.Empty(await bus.AvailableNow(receiver));
        var again = await receiver.ReceiveDeferredMessageAsync(message.SequenceNumber);
        Assert.Equal(2, again.ApplicationProperties["step"]);
        Assert.Equal(ServiceBusMessageState.Deferred, again.State);
        Assert.Equal(1, again.DeliveryCount);
        await IsNotFound(() => receiver.ReceiveDeferredMessageAsync(message.SequenceNumber));

        await receiver.AbandonMessageAsync(again);
        Assert.Empty(await bus.AvailableNow(receiver));
        again = await receiver.ReceiveDeferredMessageAsync(message.SequenceNumber);
        Assert.Equal(2, again.DeliveryCount);
        await receiver.CompleteMessageAsync(again);
        await IsNotFound(() => receiver.ReceiveDeferredMessageAsync(message.SequenceNumber));

        static async Task IsNotFound(Func<Task> receive) =>
            Assert.Equal(ServiceBusFailureReason.MessageNotFound, (await Assert.ThrowsAsync<ServiceBusException>(receive)).Reason);
    }

    [Fact]
    public async Task Deferred_messages_are_received_all_or_none()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a");
        var receiver = bus.Receiver();
        var message = await receiver.One();
        await receiver.DeferMessageAsync(message);

        await Assert.ThrowsAsync<ServiceBusException>(() => receiver.ReceiveDeferredMessagesAsync([message.SequenceNumber, 99]));

        Assert.Single(await receiver.ReceiveDeferredMessagesAsync([message.SequenceNumber]));
    }
}
