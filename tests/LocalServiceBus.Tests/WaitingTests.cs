namespace LocalServiceBus.Tests;

public sealed class WaitingTests
{
    // Real time: the shortest that a receive of an empty queue must wait.
    private static readonly TimeSpan Briefly = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task A_waiting_receiver_wakes_when_a_message_is_sent()
    {
        await using var bus = await LocalBus.Start();
        var waiting = bus.Receiver().ReceiveMessagesAsync(10, LocalBus.Wait);
        await bus.ReceiverWaits();
        Assert.False(waiting.IsCompleted);

        await bus.Send("a");

        Assert.Equal("a", Assert.Single(await waiting).Body.ToString());
    }

    [Fact]
    public async Task It_returns_with_what_is_there_and_does_not_wait_for_more()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a");

        Assert.Single(await bus.Receiver().ReceiveMessagesAsync(10, LocalBus.Wait));
    }

    [Fact]
    public async Task It_returns_with_nothing_when_its_time_is_over()
    {
        await using var bus = await LocalBus.Start();

        Assert.Null(await bus.Receiver().ReceiveMessageAsync(Briefly));
        Assert.Empty(await bus.Receiver().ReceiveMessagesAsync(5, Briefly));
    }

    [Fact]
    public async Task A_message_that_comes_after_the_wait_was_over_is_not_lost_nor_counted()
    {
        await using var bus = await LocalBus.Start();
        var receiver = bus.Receiver();
        Assert.Null(await receiver.ReceiveMessageAsync(Briefly));

        // The client has credit left, gets this message with nobody waiting for it, and gives it back.
        await bus.Send("a");

        Assert.Equal(1, (await bus.Receiver().One()).DeliveryCount);
    }

    [Fact]
    public async Task It_wakes_when_another_receivers_lock_ends()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a");
        await bus.Receiver().One();
        var waiting = bus.Receiver().ReceiveMessageAsync(LocalBus.Wait);
        await bus.ReceiverWaits();

        bus.Clock.Advance(LocalBus.LockDuration);

        Assert.Equal(2, (await waiting)!.DeliveryCount);
    }

    [Fact]
    public async Task It_wakes_when_a_message_is_given_back_and_at_the_dead_letter_queue_when_one_comes()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a");
        var receiver = bus.Receiver();
        var message = await receiver.One();
        var atQueue = bus.Receiver().ReceiveMessageAsync(LocalBus.Wait);
        var atDead = bus.DeadLetters().ReceiveMessageAsync(LocalBus.Wait);
        await bus.ReceiverWaits();
        await bus.ReceiverWaits(LocalBus.Plain + "/$DeadLetterQueue");

        await receiver.AbandonMessageAsync(message);
        var again = await atQueue;
        await receiver.DeadLetterMessageAsync(again!);

        Assert.Equal("a", (await atDead)!.Body.ToString());
    }

    [Fact]
    public async Task Those_who_wait_are_served_in_the_order_they_came()
    {
        await using var bus = await LocalBus.Start();
        var first = bus.Receiver().ReceiveMessageAsync(LocalBus.Wait);
        await bus.ReceiverWaits(receivers: 1);
        var second = bus.Receiver().ReceiveMessageAsync(LocalBus.Wait);
        await bus.ReceiverWaits(receivers: 2);

        await bus.Send("a");
        Assert.Equal("a", (await first)!.Body.ToString());
        await bus.Send("b");

        Assert.Equal("b", (await second)!.Body.ToString());
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_and_takes_no_message()
    {
        await using var bus = await LocalBus.Start();
        using var cancel = new CancellationTokenSource();
        var receiver = bus.Receiver();
        var waiting = receiver.ReceiveMessageAsync(LocalBus.Wait, cancel.Token);
        await bus.ReceiverWaits();

        await cancel.CancelAsync();

        await Assert.ThrowsAsync<TaskCanceledException>(() => waiting);
        await bus.Send("a");
        Assert.Equal(1, (await bus.Receiver().One()).DeliveryCount);
        await Assert.ThrowsAsync<TaskCanceledException>(() => bus.Receiver().ReceiveMessageAsync(LocalBus.Wait, cancel.Token));
        await Assert.ThrowsAsync<TaskCanceledException>(() =>
            bus.Client.CreateSender(LocalBus.Plain).SendMessageAsync(new("b"), cancel.Token)
        );
    }

    [Fact]
    public async Task The_enumerable_gives_messages_as_they_come_until_it_is_cancelled()
    {
        await using var bus = await LocalBus.Start();
        using var cancel = new CancellationTokenSource();
        var got = new List<string>();
        await bus.Send("a");

        await Assert.ThrowsAsync<TaskCanceledException>(async () =>
        {
            await foreach (var message in bus.Receiver().ReceiveMessagesAsync(cancel.Token))
            {
                got.Add(message.Body.ToString());
                if (got.Count == 1)
                    await bus.Send("b");
                else
                    await cancel.CancelAsync();
            }
        });

        Assert.Equal(["a", "b"], got);
    }

    [Fact]
    public async Task Closing_the_receiver_takes_no_message()
    {
        await using var bus = await LocalBus.Start();
        var receiver = bus.Receiver();
        var waiting = receiver.ReceiveMessageAsync(LocalBus.Wait);
        await bus.ReceiverWaits();

        await receiver.CloseAsync();
        await bus.Send("a");

        Assert.Equal("a", (await bus.Receiver().One()).Body.ToString());
        Assert.Null(await waiting.ContinueWith(done => done.IsCompletedSuccessfully ? done.Result : null, TaskScheduler.Default));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => receiver.ReceiveMessageAsync(LocalBus.Wait));
    }

    [Fact]
    public async Task A_server_that_stops_does_not_wait_for_who_waits_and_comes_back_on_the_same_port_with_its_messages()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a");
        await using var other = bus.NewClient();
        var receiver = other.CreateReceiver(LocalBus.Deleting);
        var waiting = receiver.ReceiveMessageAsync(LocalBus.Wait);
        await bus.ReceiverWaits(LocalBus.Deleting);
        var port = bus.Server.Port;

        await bus.Server.DisposeAsync();
        // The official client ends such a receive with nothing, and connects again at the next.
        Assert.Null(await waiting);
        await bus.Stop();
        await bus.Run(port);

        Assert.Equal("a", (await bus.Receiver().One()).Body.ToString());
        await bus.Send("b", LocalBus.Deleting);
        Assert.Equal("b", (await receiver.One()).Body.ToString());
    }
}
