using System.Collections.Concurrent;
using System.Transactions;
using Azure.Messaging.ServiceBus;

namespace LocalServiceBus.Tests;

/// <summary>All that the official .NET client asks of Service Bus, once each; the classes beside this one go into the edges.</summary>
public sealed class ConformanceTests
{
    [Fact]
    public async Task Send_receive_and_complete()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a", id: "id");
        var receiver = bus.Receiver();

        var message = await receiver.One();

        Assert.Equal(("a", "id", 1, 1L), (message.Body.ToString(), message.MessageId, message.DeliveryCount, message.SequenceNumber));
        await receiver.CompleteMessageAsync(message);
        Assert.Empty(await bus.Bodies());
    }

    [Fact]
    public async Task A_batch_of_a_hundred_is_received_in_order()
    {
        await using var bus = await LocalBus.Start();
        var sender = bus.Client.CreateSender(LocalBus.Plain);
        using var batch = await sender.CreateMessageBatchAsync();
        for (var i = 0; i < 100; i++)
            Assert.True(batch.TryAddMessage(new ServiceBusMessage($"{i}")));

        await sender.SendMessagesAsync(batch);

        Assert.Equal(
            Enumerable.Range(0, 100).Select(i => $"{i}"),
            (await bus.AvailableNow(bus.Receiver())).Select(message => message.Body.ToString())
        );
    }

    [Theory]
    [InlineData(200 * 1024)]
    [InlineData(64 * 1024)]
    [InlineData(0)]
    public async Task A_body_of_any_size_arrives_whole_over_as_many_frames_as_it_takes(int size)
    {
        await using var bus = await LocalBus.Start();
        var body = new byte[size];
        new Random(size).NextBytes(body);
        await bus.Client.CreateSender(LocalBus.Plain).SendMessageAsync(new ServiceBusMessage(body));

        Assert.Equal(body, (await bus.Receiver().One()).Body.ToArray());
    }

    [Fact]
    public async Task More_than_256_KB_is_MessageSizeExceeded()
    {
        await using var bus = await LocalBus.Start();

        var refused = await Assert.ThrowsAsync<ServiceBusException>(() =>
            bus.Client.CreateSender(LocalBus.Plain).SendMessageAsync(new ServiceBusMessage(new byte[300_000]))
        );

        Assert.Equal(ServiceBusFailureReason.MessageSizeExceeded, refused.Reason);
    }

    [Fact]
    public async Task Schedule_peek_and_cancel()
    {
        await using var bus = await LocalBus.Start();
        var sender = bus.Client.CreateSender(LocalBus.Plain);
        var numbers = await sender.ScheduleMessagesAsync([new("a"), new("b")], bus.Clock.GetUtcNow().AddMinutes(1));
        await sender.CancelScheduledMessageAsync(numbers[0]);

        var left = Assert.Single(await bus.All());

        Assert.Equal(("b", ServiceBusMessageState.Scheduled, numbers[1]), (left.Body.ToString(), left.State, left.SequenceNumber));
        bus.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("b", (await bus.Receiver().One()).Body.ToString());
    }

    [Fact]
    public async Task Abandon_defer_and_dead_letter_with_properties()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a");
        var receiver = bus.Receiver();
        await receiver.AbandonMessageAsync(await receiver.One(), new Dictionary<string, object> { ["abandoned"] = 1 });
        var second = await receiver.One();
        await receiver.DeferMessageAsync(second, new Dictionary<string, object> { ["deferred"] = 2L });
        var third = await receiver.ReceiveDeferredMessageAsync(second.SequenceNumber);
        await receiver.DeadLetterMessageAsync(third, new Dictionary<string, object> { ["dead"] = "3" }, "reason", "description");

        var dead = await bus.DeadLetters().One();

        Assert.Equal(("reason", "description"), (dead.DeadLetterReason, dead.DeadLetterErrorDescription));
        Assert.Equal(
            (1, 2L, "3"),
            (
                (int)dead.ApplicationProperties["abandoned"],
                (long)dead.ApplicationProperties["deferred"],
                (string)dead.ApplicationProperties["dead"]
            )
        );
        await bus.DeadLetters().CompleteMessageAsync(dead);
        Assert.Empty(await bus.Bodies(part: SubQueue.DeadLetter));
    }

    [Fact]
    public async Task Time_to_live_maximum_delivery_count_and_duplicate_detection()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("expires", LocalBus.Expiring, ttl: TimeSpan.FromSeconds(5));
        bus.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("TTLExpiredException", (await bus.DeadLetters(LocalBus.Expiring).One()).DeadLetterReason);

        await bus.Send("poison");
        var receiver = bus.Receiver();
        for (var i = 0; i < 3; i++)
            await receiver.AbandonMessageAsync(await receiver.One());
        Assert.Equal("MaxDeliveryCountExceeded", (await bus.DeadLetters().One()).DeadLetterReason);

        for (var i = 0; i < 2; i++)
            await bus.Send("a", LocalBus.Deduplicated, "same");
        Assert.Single(await bus.Bodies(LocalBus.Deduplicated));
    }

    [Fact]
    public async Task Renewing_a_lock_and_settling_after_the_receiver_was_closed()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a");
        var closed = bus.Receiver();
        var message = await closed.One();
        bus.Clock.Advance(LocalBus.LockDuration / 2);
        await closed.RenewMessageLockAsync(message);
        Assert.Equal(bus.Clock.GetUtcNow() + LocalBus.LockDuration, message.LockedUntil);
        await closed.DisposeAsync();

        await using var other = bus.NewClient();
        await other.CreateReceiver(LocalBus.Plain).CompleteMessageAsync(message);

        Assert.Empty(await bus.Bodies());
    }

    [Theory]
    [InlineData("abandon")]
    [InlineData("defer")]
    [InlineData("deadletter")]
    public async Task Every_settlement_works_over_another_link_with_its_properties(string how)
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a");
        var message = await bus.Receiver().One();
        var other = bus.Receiver();
        var properties = new Dictionary<string, object> { ["k"] = "v" };
        await (
            how switch
            {
                "abandon" => other.AbandonMessageAsync(message, properties),
                "defer" => other.DeferMessageAsync(message, properties),
                _ => other.DeadLetterMessageAsync(message, properties, "r", "d"),
            }
        );

        var settled = how switch
        {
            "abandon" => await other.One(),
            "defer" => await other.ReceiveDeferredMessageAsync(message.SequenceNumber),
            _ => await bus.DeadLetters().One(),
        };

        Assert.Equal("v", settled.ApplicationProperties["k"]);
        Assert.Equal(how == "deadletter" ? ("r", "d") : (null, null), (settled.DeadLetterReason, settled.DeadLetterErrorDescription));
    }

    [Fact]
    public async Task Receive_and_delete()
    {
        await using var bus = await LocalBus.Start();
        for (var i = 0; i < 5; i++)
            await bus.Send($"{i}");
        var receiver = bus.Receiver(mode: ServiceBusReceiveMode.ReceiveAndDelete);

        var got = new List<string>();
        while (got.Count < 5)
            got.AddRange((await receiver.ReceiveMessagesAsync(5 - got.Count, LocalBus.Wait)).Select(message => message.Body.ToString()));

        Assert.Equal(["0", "1", "2", "3", "4"], got);
        Assert.Empty(await bus.Bodies());
    }

    [Fact]
    public async Task A_processor_handles_several_at_once_renews_locks_and_prefetches()
    {
        await using var bus = await LocalBus.Start(systemClock: true);
        for (var i = 0; i < 40; i++)
            await bus.Send($"{i}", LocalBus.Patient);
        var handled = new ConcurrentDictionary<string, int>();
        var all = new TaskCompletionSource();
        var together = new SemaphoreSlim(0);
        await using var processor = bus.Client.CreateProcessor(
            LocalBus.Patient,
            new ServiceBusProcessorOptions
            {
                MaxConcurrentCalls = 4,
                PrefetchCount = 10,
                MaxAutoLockRenewalDuration = TimeSpan.FromMinutes(5),
            }
        );
        processor.ProcessMessageAsync += async args =>
        {
            // Four are in hand at once: each of the first four waits for the others.
            if (handled.Count < 4)
            {
                together.Release();
                while (together.CurrentCount < 4 && handled.IsEmpty)
                    await Task.Yield();
            }

            await args.RenewMessageLockAsync(args.Message);
            Assert.True(args.Message.LockedUntil > TimeProvider.System.GetUtcNow());
            handled[args.Message.Body.ToString()] = args.Message.DeliveryCount;
            if (handled.Count == 40)
                all.TrySetResult();
        };
        processor.ProcessErrorAsync += args =>
        {
            all.TrySetException(args.Exception);
            return Task.CompletedTask;
        };

        await processor.StartProcessingAsync();
        await all.Task.WaitAsync(LocalBus.Wait);
        await processor.StopProcessingAsync();

        Assert.All(handled.Values, delivery => Assert.Equal(1, delivery));
        Assert.Empty(await bus.Bodies(LocalBus.Patient));
        Assert.False(bus.Server.HasActiveMessages);
    }

    [Fact]
    public async Task An_unknown_queue_is_MessagingEntityNotFound_at_every_use()
    {
        await using var bus = await LocalBus.Start();
        var sender = bus.Client.CreateSender("no-such");
        var receiver = bus.Client.CreateReceiver("no-such");

        foreach (
            var use in new Func<Task>[]
            {
                () => sender.SendMessageAsync(new("x")),
                () => receiver.ReceiveMessageAsync(LocalBus.Wait),
                () => receiver.PeekMessageAsync(),
                () => bus.Client.CreateReceiver("topic", "subscription").PeekMessageAsync(),
            }
        )
        {
            var notFound = await Assert.ThrowsAsync<ServiceBusException>(use);
            Assert.Equal((ServiceBusFailureReason.MessagingEntityNotFound, false), (notFound.Reason, notFound.IsTransient));
        }
    }

    [Fact]
    public async Task Sessions_and_transactions_are_refused()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a");

        var session = await Assert.ThrowsAsync<InvalidOperationException>(() => bus.Client.AcceptSessionAsync(LocalBus.Plain, "s"));
        Assert.Contains("has no sessions", session.Message, StringComparison.Ordinal);
        using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);
        var transaction = await Assert.ThrowsAnyAsync<Exception>(() => bus.Client.CreateSender(LocalBus.Plain).SendMessageAsync(new("b")));
        Assert.Contains("no transactions", transaction.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Queue_names_are_compared_without_regard_to_case()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a", "PLAIN");

        Assert.Equal(["a"], await bus.Bodies("Plain"));
    }

    [Fact]
    public async Task Active_messages_are_told_locked_or_not_and_neither_scheduled_nor_deferred_nor_dead_ones()
    {
        await using var bus = await LocalBus.Start();
        Assert.False(bus.Server.HasActiveMessages);
        await bus.Client.CreateSender(LocalBus.Plain).ScheduleMessageAsync(new("a"), bus.Clock.GetUtcNow().AddMinutes(1));
        Assert.False(bus.Server.HasActiveMessages);

        bus.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(bus.Server.HasActiveMessages);
        var receiver = bus.Receiver();
        var message = await receiver.One();
        Assert.True(bus.Server.HasActiveMessages);
        await receiver.DeferMessageAsync(message);
        Assert.False(bus.Server.HasActiveMessages);
        message = await receiver.ReceiveDeferredMessageAsync(message.SequenceNumber);
        await receiver.DeadLetterMessageAsync(message);
        Assert.False(bus.Server.HasActiveMessages);

        await bus.Send("b");
        for (var i = 0; i < 3; i++)
        {
            Assert.True(bus.Server.HasActiveMessages);
            await receiver.One();
            bus.Clock.Advance(LocalBus.LockDuration);
        }

        Assert.False(bus.Server.HasActiveMessages);
    }
}
