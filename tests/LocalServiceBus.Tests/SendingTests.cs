using Azure.Messaging.ServiceBus;

namespace LocalServiceBus.Tests;

public sealed class SendingTests
{
    private const int Limit = 256 * 1024;

    [Fact]
    public async Task Many_messages_are_sent_all_or_none()
    {
        await using var bus = await LocalBus.Start();
        var sender = bus.Client.CreateSender(LocalBus.Plain);
        var bad = new ServiceBusMessage("bad") { ApplicationProperties = { ["object"] = new object() } };

        await sender.SendMessagesAsync([new("a"), new("b")]);
        await Assert.ThrowsAnyAsync<Exception>(() => sender.SendMessagesAsync([new("c"), bad]));
        await sender.SendMessagesAsync(Array.Empty<ServiceBusMessage>());

        Assert.Equal(["a", "b"], await bus.Bodies());
    }

    [Fact]
    public async Task A_message_over_256_KB_is_refused_as_MessageSizeExceeded()
    {
        await using var bus = await LocalBus.Start();
        var sender = bus.Client.CreateSender(LocalBus.Plain);
        await sender.SendMessageAsync(new(new byte[Limit - 1024]));

        var refused = await Assert.ThrowsAsync<ServiceBusException>(() => sender.SendMessageAsync(new(new byte[Limit])));
        var scheduled = await Assert.ThrowsAsync<ServiceBusException>(() =>
            sender.ScheduleMessageAsync(new(new byte[Limit]), bus.Clock.GetUtcNow().AddHours(1))
        );

        Assert.Equal(ServiceBusFailureReason.MessageSizeExceeded, refused.Reason);
        Assert.Equal(ServiceBusFailureReason.MessageSizeExceeded, scheduled.Reason);
        Assert.Single(await bus.Bodies());
    }

    [Fact]
    public async Task Properties_and_ids_count_towards_the_size_too()
    {
        await using var bus = await LocalBus.Start();
        var message = new ServiceBusMessage(new byte[Limit - 1024]) { ApplicationProperties = { ["large"] = new string('x', 2048) } };

        var refused = await Assert.ThrowsAsync<ServiceBusException>(() =>
            bus.Client.CreateSender(LocalBus.Plain).SendMessageAsync(message)
        );

        Assert.Equal(ServiceBusFailureReason.MessageSizeExceeded, refused.Reason);
    }

    [Fact]
    public async Task Messages_that_fit_one_by_one_but_not_together_are_refused_together()
    {
        await using var bus = await LocalBus.Start();
        var sender = bus.Client.CreateSender(LocalBus.Plain);

        var refused = await Assert.ThrowsAsync<ServiceBusException>(() =>
            sender.SendMessagesAsync([new(new byte[Limit / 2]), new(new byte[Limit / 2])])
        );

        Assert.Equal(ServiceBusFailureReason.MessageSizeExceeded, refused.Reason);
        Assert.Empty(await bus.Bodies());
    }

    [Fact]
    public async Task A_batch_takes_messages_until_it_is_full_and_what_it_took_can_be_sent()
    {
        await using var bus = await LocalBus.Start();
        var sender = bus.Client.CreateSender(LocalBus.Plain);
        using var batch = await sender.CreateMessageBatchAsync();
        Assert.Equal(Limit, batch.MaxSizeInBytes);

        while (batch.TryAddMessage(new ServiceBusMessage(new byte[1000]) { MessageId = $"{batch.Count}" }))
            Assert.InRange(batch.SizeInBytes, 1000L * batch.Count, Limit);

        Assert.InRange(batch.Count, 245, 262);
        Assert.True(batch.TryAddMessage(new ServiceBusMessage("small")));
        await sender.SendMessagesAsync(batch);
        Assert.Equal(batch.Count, (await bus.Bodies()).Length);
    }

    [Fact]
    public async Task A_message_that_cannot_be_sent_does_not_fit_an_empty_batch()
    {
        await using var bus = await LocalBus.Start();
        using var batch = await bus.Client.CreateSender(LocalBus.Plain).CreateMessageBatchAsync();

        Assert.False(batch.TryAddMessage(new ServiceBusMessage(new byte[Limit])));
        Assert.Equal((0, 0L), (batch.Count, batch.SizeInBytes));
    }

    [Fact]
    public async Task A_batch_can_be_smaller_but_not_larger_than_the_queue_takes()
    {
        await using var bus = await LocalBus.Start();
        var sender = bus.Client.CreateSender(LocalBus.Plain);
        using var small = await sender.CreateMessageBatchAsync(new CreateMessageBatchOptions { MaxSizeInBytes = 1024 });

        Assert.False(small.TryAddMessage(new ServiceBusMessage(new byte[1024])));
        Assert.True(small.TryAddMessage(new ServiceBusMessage(new byte[512])));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () =>
            await sender.CreateMessageBatchAsync(new CreateMessageBatchOptions { MaxSizeInBytes = Limit + 1 })
        );
    }
}
