using Azure.Messaging.ServiceBus;

namespace AzureSdk.Local.Tests.ServiceBus;

public sealed class PeekLockTests
{
    [Fact]
    public async Task A_message_arrives_with_all_that_was_sent()
    {
        await using var bus = new LocalBus();
        var sent = new ServiceBusMessage("hello")
        {
            MessageId = "id",
            CorrelationId = "correlation",
            Subject = "subject",
            ContentType = "text/plain",
            ReplyTo = "replies",
            ReplyToSessionId = "reply-session",
            To = "to",
            SessionId = "session",
            PartitionKey = "session",
            TransactionPartitionKey = "via",
            TimeToLive = TimeSpan.FromMinutes(5),
        };
        await bus.Client.CreateSender(LocalBus.Plain).SendMessageAsync(sent);

        var got = await bus.Receiver().One();

        Assert.Equal("hello", got.Body.ToString());
        Assert.Equal("id", got.MessageId);
        Assert.Equal("correlation", got.CorrelationId);
        Assert.Equal("subject", got.Subject);
        Assert.Equal("text/plain", got.ContentType);
        Assert.Equal("replies", got.ReplyTo);
        Assert.Equal("reply-session", got.ReplyToSessionId);
        Assert.Equal("to", got.To);
        Assert.Equal("session", got.SessionId);
        Assert.Equal("session", got.PartitionKey);
        Assert.Equal("via", got.TransactionPartitionKey);
        Assert.Equal(TimeSpan.FromMinutes(5), got.TimeToLive);
        Assert.Equal(bus.Clock.GetUtcNow(), got.EnqueuedTime);
        Assert.Equal(bus.Clock.GetUtcNow() + TimeSpan.FromMinutes(5), got.ExpiresAt);
        Assert.Equal(bus.Clock.GetUtcNow() + LocalBus.LockDuration, got.LockedUntil);
        Assert.Equal(ServiceBusMessageState.Active, got.State);
        Assert.Equal(1, got.DeliveryCount);
        Assert.Equal(got.SequenceNumber, got.EnqueuedSequenceNumber);
        Assert.NotEqual(Guid.Empty, Guid.Parse(got.LockToken));
        Assert.Null(got.DeadLetterReason);
        Assert.Null(got.DeadLetterSource);
    }

    [Fact]
    public async Task Application_properties_keep_their_types()
    {
        await using var bus = new LocalBus();
        var instant = new DateTimeOffset(2026, 3, 2, 9, 0, 0, 123, TimeSpan.Zero);
        var values = new Dictionary<string, object>
        {
            ["string"] = "text – 文",
            ["bool"] = true,
            ["byte"] = byte.MaxValue,
            ["sbyte"] = sbyte.MinValue,
            ["short"] = short.MinValue,
            ["ushort"] = ushort.MaxValue,
            ["int"] = int.MinValue,
            ["uint"] = uint.MaxValue,
            ["long"] = long.MinValue,
            ["ulong"] = ulong.MaxValue,
            ["char"] = '文',
            ["float"] = 0.1f,
            ["double"] = 0.1,
            ["decimal"] = 129.90m,
            ["guid"] = Guid.NewGuid(),
            ["uri"] = new Uri("https://example.com/a?b=c"),
            ["datetime"] = instant.UtcDateTime,
            ["datetimeoffset"] = instant,
            ["timespan"] = TimeSpan.FromTicks(12345),
            ["binary"] = new byte[] { 1, 2, 3 },
        };
        var sent = new ServiceBusMessage("x");
        foreach (var (name, value) in values) sent.ApplicationProperties[name] = value;
        await bus.Client.CreateSender(LocalBus.Plain).SendMessageAsync(sent);

        var got = (await bus.Receiver().One()).ApplicationProperties;

        Assert.Equal(values.Count, got.Count);
        Assert.All(values, pair => Assert.Equal(pair.Value, got[pair.Key]));
        Assert.All(values, pair => Assert.IsType(pair.Value.GetType(), got[pair.Key]));
    }

    [Fact]
    public async Task A_property_of_another_type_is_refused_at_the_send()
    {
        await using var bus = new LocalBus();
        var message = new ServiceBusMessage("x") { ApplicationProperties = { ["list"] = new List<int>() } };

        await Assert.ThrowsAsync<System.Runtime.Serialization.SerializationException>(
            () => bus.Client.CreateSender(LocalBus.Plain).SendMessageAsync(message));

        Assert.Empty(await bus.Bodies());
    }

    [Fact]
    public async Task A_message_without_an_id_gets_one()
    {
        await using var bus = new LocalBus();
        await bus.Send("a");
        await bus.Send("b");

        var got = await bus.Receiver().AvailableNow();

        Assert.All(got, message => Assert.NotEmpty(message.MessageId));
        Assert.NotEqual(got[0].MessageId, got[1].MessageId);
    }

    [Fact]
    public async Task Messages_come_in_the_order_they_were_sent_numbered_from_one_without_gaps()
    {
        await using var bus = new LocalBus();
        foreach (var body in "abcde") await bus.Send(body.ToString());
        await bus.Send("other", LocalBus.Deleting);

        var got = await bus.Receiver().AvailableNow();

        Assert.Equal(["a", "b", "c", "d", "e"], got.Select(message => message.Body.ToString()));
        Assert.Equal([1L, 2, 3, 4, 5], got.Select(message => message.SequenceNumber));
    }

    [Fact]
    public async Task A_locked_message_is_not_delivered_again_until_its_lock_ends()
    {
        await using var bus = new LocalBus();
        await bus.Send("a");
        var receiver = bus.Receiver();
        await receiver.One();

        bus.Clock.Advance(LocalBus.LockDuration - TimeSpan.FromMilliseconds(1));
        Assert.Empty(await receiver.AvailableNow());

        bus.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, Assert.Single(await receiver.AvailableNow()).DeliveryCount);
    }

    [Fact]
    public async Task A_completed_message_is_gone()
    {
        await using var bus = new LocalBus();
        await bus.Send("a");
        var receiver = bus.Receiver();

        await receiver.CompleteMessageAsync(await receiver.One());

        bus.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await receiver.AvailableNow());
        Assert.Empty(await bus.Bodies());
    }

    [Fact]
    public async Task An_abandoned_message_is_there_at_once_in_its_old_place_with_a_higher_delivery_count_and_the_changed_properties()
    {
        await using var bus = new LocalBus();
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
    [InlineData("complete")]
    [InlineData("abandon")]
    [InlineData("defer")]
    [InlineData("deadletter")]
    [InlineData("renew")]
    public async Task Settling_after_the_lock_has_ended_fails_with_MessageLockLost_even_if_nobody_else_has_it(string how)
    {
        await using var bus = new LocalBus();
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
    [InlineData("complete")]
    [InlineData("abandon")]
    [InlineData("defer")]
    [InlineData("deadletter")]
    [InlineData("renew")]
    public async Task A_receipt_is_good_for_one_settlement_and_never_for_a_later_delivery(string how)
    {
        await using var bus = new LocalBus();
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
        await using var bus = new LocalBus();
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

        Assert.Empty(await receiver.AvailableNow());
        await receiver.CompleteMessageAsync(message);
    }

    [Fact]
    public async Task Another_receiver_of_the_queue_can_settle_but_not_one_of_its_dead_letter_queue()
    {
        await using var bus = new LocalBus();
        await bus.Send("a");
        var message = await bus.Receiver().One();

        await Assert.ThrowsAsync<ServiceBusException>(() => bus.DeadLetters().CompleteMessageAsync(message));
        await bus.Receiver().CompleteMessageAsync(message);
    }

    [Fact]
    public async Task Received_and_deleted_is_gone_and_cannot_be_settled()
    {
        await using var bus = new LocalBus();
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
        await using var bus = new LocalBus();
        foreach (var body in "abc") await bus.Send(body.ToString());
        var later = await bus.Client.CreateSender(LocalBus.Plain).ScheduleMessageAsync(new("later"), bus.Clock.GetUtcNow().AddHours(1));
        var receiver = bus.Receiver();
        var locked = await receiver.One();
        await receiver.DeferMessageAsync(await receiver.One());

        var all = await receiver.PeekMessagesAsync(10, 1);

        Assert.Equal(["a", "b", "c", "later"], all.Select(message => message.Body.ToString()));
        Assert.Equal(
            [ServiceBusMessageState.Active, ServiceBusMessageState.Deferred, ServiceBusMessageState.Active, ServiceBusMessageState.Scheduled],
            all.Select(message => message.State));
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
        await using var bus = new LocalBus();
        await bus.Send("a");
        var receiver = bus.Receiver();
        var message = await receiver.One();
        await receiver.DeferMessageAsync(message, new Dictionary<string, object> { ["step"] = 2 });

        Assert.Empty(await receiver.AvailableNow());
        var again = await receiver.ReceiveDeferredMessageAsync(message.SequenceNumber);
        Assert.Equal(2, again.ApplicationProperties["step"]);
        Assert.Equal(ServiceBusMessageState.Deferred, again.State);
        Assert.Equal(1, again.DeliveryCount);
        await IsNotFound(() => receiver.ReceiveDeferredMessageAsync(message.SequenceNumber));

        await receiver.AbandonMessageAsync(again);
        Assert.Empty(await receiver.AvailableNow());
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
        await using var bus = new LocalBus();
        await bus.Send("a");
        var receiver = bus.Receiver();
        var message = await receiver.One();
        await receiver.DeferMessageAsync(message);

        await Assert.ThrowsAsync<ServiceBusException>(() => receiver.ReceiveDeferredMessagesAsync([message.SequenceNumber, 99]));

        Assert.Single(await receiver.ReceiveDeferredMessagesAsync([message.SequenceNumber]));
    }

    internal static Task Settle(ServiceBusReceiver receiver, ServiceBusReceivedMessage message, string how) => how switch
    {
        "complete" => receiver.CompleteMessageAsync(message),
        "abandon" => receiver.AbandonMessageAsync(message),
        "defer" => receiver.DeferMessageAsync(message),
        "deadletter" => receiver.DeadLetterMessageAsync(message),
        "renew" => receiver.RenewMessageLockAsync(message),
        _ => throw new ArgumentOutOfRangeException(nameof(how)),
    };
}
