using Azure.Messaging.ServiceBus;

namespace LocalServiceBus.Tests;

public sealed class MessageContentTests
{
    [Fact]
    public async Task A_message_arrives_with_all_that_was_sent()
    {
        await using var bus = await LocalBus.Start();
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
        await using var bus = await LocalBus.Start();
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
        foreach (var (name, value) in values)
            sent.ApplicationProperties[name] = value;
        await bus.Client.CreateSender(LocalBus.Plain).SendMessageAsync(sent);

        var got = (await bus.Receiver().One()).ApplicationProperties;

        Assert.Equal(values.Count, got.Count);
        Assert.All(values, pair => Assert.Equal(pair.Value, got[pair.Key]));
        Assert.All(values, pair => Assert.IsType(pair.Value.GetType(), got[pair.Key]));
    }

    [Fact]
    public async Task A_property_of_another_type_is_refused_at_the_send()
    {
        await using var bus = await LocalBus.Start();
        var message = new ServiceBusMessage("x") { ApplicationProperties = { ["list"] = new List<int>() } };

        await Assert.ThrowsAsync<System.Runtime.Serialization.SerializationException>(() =>
            bus.Client.CreateSender(LocalBus.Plain).SendMessageAsync(message)
        );

        Assert.Empty(await bus.Bodies());
    }

    [Fact]
    public async Task A_message_without_an_id_gets_one()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a");
        await bus.Send("b");

        var got = await bus.AvailableNow(bus.Receiver());

        Assert.All(got, message => Assert.NotEmpty(message.MessageId));
        Assert.NotEqual(got[0].MessageId, got[1].MessageId);
    }
}
