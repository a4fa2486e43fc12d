using Azure.Messaging.ServiceBus;

namespace LocalServiceBus.Tests;

public sealed class DuplicateDetectionTests
{
    private const string Queue = LocalBus.Deduplicated;

    [Fact]
    public async Task A_second_send_of_an_id_within_the_window_succeeds_and_is_dropped()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("first", Queue, "id");
        bus.Clock.Advance(LocalBus.Window - TimeSpan.FromMilliseconds(1));
        await bus.Send("second", Queue, "id");

        Assert.Equal(["first"], await bus.Bodies(Queue));
    }

    [Fact]
    public async Task The_id_is_free_again_when_the_window_has_passed_since_its_acceptance()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("first", Queue, "id");
        bus.Clock.Advance(LocalBus.Window / 2);
        await bus.Send("dropped, and does not prolong the window", Queue, "id");
        bus.Clock.Advance(LocalBus.Window / 2);

        await bus.Send("second", Queue, "id");

        Assert.Equal(["first", "second"], await bus.Bodies(Queue));
    }

    [Fact]
    public async Task The_history_outlives_the_message_and_a_restart()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("first", Queue, "id");
        var receiver = bus.Receiver(Queue);
        await receiver.CompleteMessageAsync(await receiver.One());
        await bus.Restart();

        await bus.Send("second", Queue, "id");

        Assert.Empty(await bus.Bodies(Queue));
    }

    [Fact]
    public async Task A_scheduled_message_counts_from_when_it_is_accepted()
    {
        await using var bus = await LocalBus.Start();
        var sender = bus.Client.CreateSender(Queue);
        var due = bus.Clock.GetUtcNow() + LocalBus.Window * 3;
        await sender.ScheduleMessageAsync(new("scheduled") { MessageId = "id" }, due);
        await bus.Send("dropped", Queue, "id");
        Assert.Equal(0, await sender.ScheduleMessageAsync(new("dropped too") { MessageId = "id" }, due));
        Assert.Equal(["scheduled"], await bus.Bodies(Queue));

        bus.Clock.Advance(LocalBus.Window);
        await bus.Send("past the window, though the first is not due yet", Queue, "id");

        Assert.Equal(2, (await bus.Bodies(Queue)).Length);
    }

    [Fact]
    public async Task A_scheduled_message_is_dropped_after_one_that_was_sent()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("sent", Queue, "id");
        await bus
            .Client.CreateSender(Queue)
            .ScheduleMessageAsync(new("scheduled") { MessageId = "id" }, bus.Clock.GetUtcNow().AddMinutes(1));

        Assert.Equal(["sent"], await bus.Bodies(Queue));
    }

    [Fact]
    public async Task Within_one_batch_the_first_of_an_id_counts_and_numbers_have_no_gap()
    {
        await using var bus = await LocalBus.Start();
        await bus
            .Client.CreateSender(Queue)
            .SendMessagesAsync([new("a") { MessageId = "1" }, new("b") { MessageId = "1" }, new("c") { MessageId = "2" }]);

        var got = await bus.AvailableNow(bus.Receiver(Queue));

        Assert.Equal([("a", 1L), ("c", 2L)], got.Select(message => (message.Body.ToString(), message.SequenceNumber)));
    }

    [Fact]
    public async Task Ids_are_compared_exactly_and_by_queue_and_messages_without_an_id_are_never_duplicates()
    {
        await using var bus = await LocalBus.Start();
        foreach (var id in new[] { "id", "ID", "id ", null, null })
            await bus.Send(id ?? "none", Queue, id);
        await bus.Send("x", LocalBus.Plain, "id");
        await bus.Send("y", LocalBus.Plain, "id");

        Assert.Equal(["id", "ID", "id ", "none", "none"], await bus.Bodies(Queue));
        Assert.Equal(["x", "y"], await bus.Bodies());
    }

    [Fact]
    public async Task A_refused_send_leaves_no_trace_in_the_history()
    {
        await using var bus = await LocalBus.Start();
        var sender = bus.Client.CreateSender(Queue);
        var tooLarge = new ServiceBusMessage(new byte[300_000]);
        await Assert.ThrowsAsync<ServiceBusException>(() => sender.SendMessagesAsync([new("a") { MessageId = "id" }, tooLarge]));

        await bus.Send("a", Queue, "id");

        Assert.Equal(["a"], await bus.Bodies(Queue));
    }

    [Fact]
    public async Task Past_ids_are_pruned_from_the_file()
    {
        await using var bus = await LocalBus.Start();
        for (var i = 0; i < 100; i++)
            await bus.Send("x", Queue, $"{i}");
        bus.Clock.Advance(LocalBus.Window);

        await bus.Send("x", Queue, "last");

        await bus.Stop();
        Assert.Equal(1, RawFile.Scalar(bus.File, "SELECT count(*) FROM history"));
    }
}
