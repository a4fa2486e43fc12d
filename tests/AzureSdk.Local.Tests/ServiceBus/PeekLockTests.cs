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
}
