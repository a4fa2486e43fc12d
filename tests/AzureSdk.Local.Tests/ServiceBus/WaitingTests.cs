namespace AzureSdk.Local.Tests.ServiceBus;

public sealed class WaitingTests
{
    [Fact]
    public async Task A_waiting_receiver_wakes_when_a_message_is_sent()
    {
        await using var bus = new LocalBus();
        var waiting = bus.Receiver().ReceiveMessagesAsync(10, LocalBus.Wait);
        Assert.False(waiting.IsCompleted);

        await bus.Send("a");

        Assert.Equal("a", Assert.Single(await waiting).Body.ToString());
    }

    [Fact]
    public async Task It_returns_with_what_is_there_and_does_not_wait_for_more()
    {
        await using var bus = new LocalBus();
        await bus.Send("a");

        Assert.Single(await bus.Receiver().ReceiveMessagesAsync(10, LocalBus.Wait));
    }

    [Fact]
    public async Task It_returns_with_nothing_when_its_time_is_over()
    {
        await using var bus = new LocalBus();
        var one = bus.Receiver().ReceiveMessageAsync(LocalBus.Wait);
        var many = bus.Receiver().ReceiveMessagesAsync(5, LocalBus.Wait);
        var byDefault = bus.Receiver().ReceiveMessageAsync();

        bus.Clock.Advance(LocalBus.Wait);
        Assert.Null(await one);
        Assert.Empty(await many);
        Assert.False(byDefault.IsCompleted);

        bus.Clock.Advance(LocalBus.Wait);
        Assert.Null(await byDefault);
    }

    [Fact]
    public async Task It_wakes_when_another_receivers_lock_ends()
    {
        await using var bus = new LocalBus();
        await bus.Send("a");
        await bus.Receiver().One();
        var waiting = bus.Receiver().ReceiveMessageAsync(TimeSpan.FromHours(1));

        bus.Clock.Advance(LocalBus.LockDuration);

        Assert.Equal(2, (await waiting)!.DeliveryCount);
    }

    [Fact]
    public async Task It_wakes_when_a_message_is_given_back_and_at_the_dead_letter_queue_when_one_comes()
    {
        await using var bus = new LocalBus();
        await bus.Send("a");
        var receiver = bus.Receiver();
        var message = await receiver.One();
        var atQueue = bus.Receiver().ReceiveMessageAsync(LocalBus.Wait);
        var atDead = bus.DeadLetters().ReceiveMessageAsync(LocalBus.Wait);

        await receiver.AbandonMessageAsync(message);
        var again = await atQueue;
        await receiver.DeadLetterMessageAsync(again!);

        Assert.Equal("a", (await atDead)!.Body.ToString());
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_and_takes_no_message()
    {
        await using var bus = new LocalBus();
        using var cancel = new CancellationTokenSource();
        var waiting = bus.Receiver().ReceiveMessageAsync(LocalBus.Wait, cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAsync<TaskCanceledException>(() => waiting);
        await bus.Send("a");
        Assert.Equal(1, (await bus.Receiver().One()).DeliveryCount);
        await Assert.ThrowsAsync<TaskCanceledException>(() => bus.Receiver().ReceiveMessageAsync(LocalBus.Wait, cancel.Token));
        await Assert.ThrowsAsync<TaskCanceledException>(
            () => bus.Client.CreateSender(LocalBus.Plain).SendMessageAsync(new("b"), cancel.Token));
    }

    [Fact]
    public async Task The_enumerable_gives_messages_as_they_come_until_it_is_cancelled()
    {
        await using var bus = new LocalBus();
        using var cancel = new CancellationTokenSource();
        var got = new List<string>();
        await bus.Send("a");

        await Assert.ThrowsAsync<TaskCanceledException>(async () =>
        {
            await foreach (var message in bus.Receiver().ReceiveMessagesAsync(cancel.Token))
            {
                got.Add(message.Body.ToString());
                if (got.Count == 1) await bus.Send("b");
                else await cancel.CancelAsync();
            }
        });

        Assert.Equal(["a", "b"], got);
    }

    [Fact]
    public async Task Closing_the_client_ends_its_waits_with_ObjectDisposedException()
    {
        await using var bus = new LocalBus();
        var receiver = bus.Receiver();
        var waiting = receiver.ReceiveMessageAsync(LocalBus.Wait);

        await bus.Client.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => receiver.ReceiveMessageAsync(LocalBus.Wait));
        Assert.True(bus.Client.IsClosed);
    }

    [Fact]
    public async Task Closing_the_receiver_ends_its_waits_and_takes_no_message()
    {
        await using var bus = new LocalBus();
        var receiver = bus.Receiver();
        var waiting = receiver.ReceiveMessageAsync(LocalBus.Wait);

        await receiver.CloseAsync();
        await bus.Send("a");

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        Assert.Equal(1, (await bus.Receiver().One()).DeliveryCount);
    }

    [Fact]
    public async Task The_time_to_wait_and_the_number_of_messages_must_be_above_zero()
    {
        await using var bus = new LocalBus();
        var receiver = bus.Client.CreateReceiver(LocalBus.Plain);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => receiver.ReceiveMessageAsync(TimeSpan.Zero));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => receiver.ReceiveMessageAsync(TimeSpan.FromSeconds(-1)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => receiver.ReceiveMessagesAsync(0));
    }
}
