using Azure.Messaging.ServiceBus;

namespace LocalServiceBus.Tests;

public sealed class DeadLetterTests
{
    [Fact]
    public async Task After_the_last_allowed_delivery_is_abandoned_the_message_is_dead_lettered_with_Azures_words()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("poison", id: "p");
        var receiver = bus.Receiver();
        for (var delivery = 1; delivery <= 3; delivery++)
        {
            var message = await receiver.One();
            Assert.Equal(delivery, message.DeliveryCount);
            await receiver.AbandonMessageAsync(message, new Dictionary<string, object> { ["tries"] = delivery });
        }

        Assert.Empty(await bus.AvailableNow(receiver));
        var dead = await bus.DeadLetters().One();
        Assert.Equal("MaxDeliveryCountExceeded", dead.DeadLetterReason);
        Assert.Equal("Message could not be consumed after 3 delivery attempts.", dead.DeadLetterErrorDescription);
        Assert.Equal(("p", "poison", 1L), (dead.MessageId, dead.Body.ToString(), dead.SequenceNumber));
        Assert.Equal(3, dead.ApplicationProperties["tries"]);
        Assert.Equal("MaxDeliveryCountExceeded", dead.ApplicationProperties["DeadLetterReason"]);
    }

    [Fact]
    public async Task A_receiver_that_dies_with_the_lock_uses_up_deliveries_too()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("poison");
        for (var delivery = 1; delivery <= 3; delivery++)
        {
            Assert.Equal(delivery, (await bus.Receiver().One()).DeliveryCount);
            bus.Clock.Advance(LocalBus.LockDuration);
        }

        Assert.Equal("MaxDeliveryCountExceeded", (await bus.DeadLetters().One()).DeadLetterReason);
        Assert.Empty(await bus.Bodies());
    }

    [Fact]
    public async Task A_message_dead_lettered_by_hand_keeps_its_properties_and_says_why()
    {
        await using var bus = await LocalBus.Start();
        var sent = new ServiceBusMessage("a")
        {
            CorrelationId = "c",
            Subject = "s",
            ApplicationProperties = { ["n"] = 5L },
        };
        await bus.Client.CreateSender(LocalBus.Plain).SendMessageAsync(sent);
        var receiver = bus.Receiver();
        await receiver.DeadLetterMessageAsync(
            await receiver.One(),
            new Dictionary<string, object> { ["extra"] = "x" },
            "BadOrder",
            "no such order"
        );

        var dead = await bus.DeadLetters().One();

        Assert.Equal(("BadOrder", "no such order"), (dead.DeadLetterReason, dead.DeadLetterErrorDescription));
        Assert.Equal(("c", "s"), (dead.CorrelationId, dead.Subject));
        Assert.Equal((5L, "x"), ((long)dead.ApplicationProperties["n"], (string)dead.ApplicationProperties["extra"]));
        Assert.Null(dead.DeadLetterSource);
        Assert.Equal(ServiceBusMessageState.Active, dead.State);
    }

    [Fact]
    public async Task The_overloads_of_dead_lettering_differ_only_in_what_they_say()
    {
        await using var bus = await LocalBus.Start();
        foreach (var body in "abc")
            await bus.Send(body.ToString());
        var receiver = bus.Receiver();
        await receiver.DeadLetterMessageAsync(await receiver.One());
        await receiver.DeadLetterMessageAsync(await receiver.One(), "reason");
        await receiver.DeadLetterMessageAsync(await receiver.One(), new Dictionary<string, object> { ["k"] = "v" });

        var dead = await bus.AvailableNow(bus.DeadLetters());

        Assert.Equal([null, "reason", null], dead.Select(message => message.DeadLetterReason));
        Assert.Equal("v", dead[2].ApplicationProperties["k"]);
        Assert.All(dead, message => Assert.Null(message.DeadLetterErrorDescription));
    }

    [Fact]
    public async Task The_dead_letter_queue_has_locks_but_no_limit_of_deliveries_no_expiry_and_no_dead_lettering()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a", LocalBus.Expiring);
        var receiver = bus.Receiver(LocalBus.Expiring);
        await receiver.DeadLetterMessageAsync(await receiver.One());
        var dead = bus.DeadLetters(LocalBus.Expiring);

        for (var i = 0; i < 10; i++)
        {
            await dead.AbandonMessageAsync(await dead.One());
            Assert.Equal((i * 2) + 2, (await dead.One()).DeliveryCount);
            bus.Clock.Advance(TimeSpan.FromDays(30));
        }

        var message = await dead.One();
        await Assert.ThrowsAsync<InvalidOperationException>(() => dead.DeadLetterMessageAsync(message));
        await dead.CompleteMessageAsync(message);
        Assert.Empty(await bus.Bodies(LocalBus.Expiring, SubQueue.DeadLetter));
    }

    [Fact]
    public async Task The_dead_letter_queue_is_also_reached_by_its_path_and_cannot_be_sent_to()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a");
        await bus.Receiver().DeadLetterMessageAsync(await bus.Receiver().One(), "r");

        var dead = bus.Client.CreateReceiver(LocalBus.Plain + "/$deadletterqueue");

        Assert.Equal("r", (await dead.One()).DeadLetterReason);
        Assert.Equal(LocalBus.Plain + "/$DeadLetterQueue", bus.DeadLetters().EntityPath);
        await Assert.ThrowsAsync<InvalidOperationException>(() => bus.Send("x", LocalBus.Plain + "/$DeadLetterQueue"));
    }

    [Fact]
    public async Task A_dead_letter_sent_again_is_a_new_message_without_its_reason()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a", id: "same");
        var receiver = bus.Receiver();
        await receiver.DeadLetterMessageAsync(await receiver.One(), new Dictionary<string, object> { ["k"] = 1 }, "r", "d");
        var dead = bus.DeadLetters();
        var message = await dead.One();

        await bus.Client.CreateSender(LocalBus.Plain).SendMessageAsync(new ServiceBusMessage(message));
        await dead.CompleteMessageAsync(message);

        var again = await receiver.One();
        Assert.Equal(("same", 1, 2L), (again.MessageId, again.DeliveryCount, again.SequenceNumber));
        Assert.Equal(["k"], again.ApplicationProperties.Keys);
    }
}
