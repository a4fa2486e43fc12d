using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;

namespace LocalServiceBus.Tests;

/// <summary>What other AMQP 1.0 clients do and the official ones do not.</summary>
public sealed class RawAmqpTests
{
    [Theory]
    [InlineData("amqp://127.0.0.1:{0}")]
    [InlineData("amqp://user:password@127.0.0.1:{0}")]
    public async Task Any_name_and_password_or_none_connects(string address)
    {
        await using var bus = await LocalBus.Start();
        var connection = await AmqpConnection.Factory.OpenConnectionAsync(
            string.Format(System.Globalization.CultureInfo.InvariantCulture, address, bus.Server.Port)
        );
        var sender = await Sender(await Session(connection));

        Assert.IsType<Accepted>(await sender.SendMessageAsync(Message("a"), Tag(1), AmqpConstants.NullBinary, LocalBus.Wait));

        Assert.Equal(["a"], await bus.Bodies());
        await connection.CloseAsync(LocalBus.Wait);
    }

    [Fact]
    public async Task A_drain_gives_what_is_there_and_then_ends_and_one_of_an_empty_queue_is_counted()
    {
        await using var bus = await LocalBus.Start();
        var empty = new ConcurrentBag<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == "LocalServiceBus")
                    l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (_, _, tags, _) =>
            {
                var values = tags.ToArray().ToDictionary(tag => tag.Key, tag => (string)tag.Value!);
                if (values["operation"] == "receive.empty")
                    empty.Add(values["queue"]);
            }
        );
        listener.Start();
        for (var i = 0; i < 3; i++)
            await bus.Send($"{i}", "counted");
        var connection = await AmqpConnection.Factory.OpenConnectionAsync($"amqp://127.0.0.1:{bus.Server.Port}");
        var receiver = await Receiver(await Session(connection), "counted");
        var got = new ConcurrentQueue<AmqpMessage>();
        receiver.RegisterMessageListener(got.Enqueue);

        receiver.IssueCredit(10, false, AmqpConstants.NullBinary);
        await receiver.DrainAsyc(CancellationToken.None);
        Assert.Equal((3, 0u), (got.Count, receiver.LinkCredit));
        Assert.DoesNotContain("counted", empty);

        receiver.IssueCredit(10, false, AmqpConstants.NullBinary);
        await receiver.DrainAsyc(CancellationToken.None);
        Assert.Equal(3, got.Count);
        await bus.Server.Broker.Peek(bus.Server.Broker.Queues.Find("counted"), 1, 0);
        Assert.Equal("counted", Assert.Single(empty));
        await connection.CloseAsync(LocalBus.Wait);
    }

    [Fact]
    public async Task A_batch_with_a_message_that_cannot_be_read_is_refused_whole()
    {
        await using var bus = await LocalBus.Start();
        var connection = await AmqpConnection.Factory.OpenConnectionAsync($"amqp://127.0.0.1:{bus.Server.Port}");
        var sender = await Sender(await Session(connection));
        byte[] good = [0x00, 0x53, 0x75, 0xa0, 0x01, (byte)'a'];
        var refused = new List<string>();

        foreach (
            var bad in new byte[][]
            {
                [1, 2, 3],
                [0x00, 0x53, 0x75, 0xa0, 0x09, 1],
                [0x00, 0x53, 0x74, 0xc1, 0x02, 0x01, 0x44],
                [0x00, 0x53, 0x99, 0x45],
            }
        )
        {
            var outcome = await sender.SendMessageAsync(Batch(good, bad), Tag(refused.Count), AmqpConstants.NullBinary, LocalBus.Wait);
            refused.Add(Assert.IsType<Rejected>(outcome).Error.Condition.Value);
        }

        Assert.All(refused, condition => Assert.Equal("amqp:decode-error", condition));
        Assert.Equal(4, refused.Count);
        Assert.Empty(await bus.Bodies());
        await connection.CloseAsync(LocalBus.Wait);
    }

    [Fact]
    public async Task A_value_described_by_a_described_value_and_so_on_to_the_limit_of_size_is_refused_and_does_not_end_the_server()
    {
        await using var bus = await LocalBus.Start();
        var connection = await AmqpConnection.Factory.OpenConnectionAsync($"amqp://127.0.0.1:{bus.Server.Port}");
        var sender = await Sender(await Session(connection));

        var outcome = await sender.SendMessageAsync(
            Batch([0x00, 0x53, 0x75, .. new byte[250_000]]),
            Tag(1),
            AmqpConstants.NullBinary,
            LocalBus.Wait
        );

        Assert.Equal("amqp:decode-error", Assert.IsType<Rejected>(outcome).Error.Condition.Value);
        await connection.CloseAsync(LocalBus.Wait);
    }

    [Theory]
    [InlineData(SettleMode.SettleOnReceive)]
    [InlineData(SettleMode.SettleOnSend)]
    public async Task What_was_taken_but_not_written_as_the_link_ends_is_there_at_once_and_as_it_was(SettleMode mode)
    {
        await using var bus = await LocalBus.Start();
        for (var i = 0; i < 3; i++)
            await bus.Send($"{i}");
        var connection = await AmqpConnection.Factory.OpenConnectionAsync($"amqp://127.0.0.1:{bus.Server.Port}");
        // A window of one frame: the second message cannot be written, whatever the credit.
        var session = await Session(connection, window: 1);
        var receiver = await Receiver(session, LocalBus.Plain, mode);
        var got = new TaskCompletionSource<AmqpMessage>();
        receiver.RegisterMessageListener(message => got.TrySetResult(message));
        receiver.IssueCredit(3, false, AmqpConstants.NullBinary);
        await got.Task.WaitAsync(LocalBus.Wait);

        await receiver.CloseAsync(LocalBus.Wait);

        var other = bus.Receiver();
        var left = new[] { await other.One(), await other.One() };
        Assert.Equal([("1", 1), ("2", 1)], left.Select(message => (message.Body.ToString(), message.DeliveryCount)));
        Assert.Equal(mode == SettleMode.SettleOnSend ? 2 : 3, (await bus.All()).Count);
        await connection.CloseAsync(LocalBus.Wait);
    }

    private static AmqpMessage Message(string body) =>
        AmqpMessage.Create([new Data { Value = new ArraySegment<byte>(System.Text.Encoding.UTF8.GetBytes(body)) }]);

    private static AmqpMessage Batch(params byte[][] messages)
    {
        var batch = AmqpMessage.Create(messages.Select(message => new Data { Value = new ArraySegment<byte>(message) }));
        batch.MessageFormat = 0x80013700;
        return batch;
    }

    private static ArraySegment<byte> Tag(int number) => BitConverter.GetBytes(number);

    private static async Task<AmqpSession> Session(AmqpConnection connection, uint? window = null)
    {
        var settings = new AmqpSessionSettings();
        if (window is not null)
            settings.IncomingWindow = window;
        var session = connection.CreateSession(settings);
        await session.OpenAsync(LocalBus.Wait);
        return session;
    }

    private static async Task<SendingAmqpLink> Sender(AmqpSession session)
    {
        var link = new SendingAmqpLink(
            session,
            new AmqpLinkSettings
            {
                LinkName = $"{Guid.NewGuid()}",
                Role = false,
                Source = new Source(),
                Target = new Target { Address = LocalBus.Plain },
            }
        );
        await link.OpenAsync(LocalBus.Wait);
        return link;
    }

    private static async Task<ReceivingAmqpLink> Receiver(AmqpSession session, string queue, SettleMode mode = SettleMode.SettleOnReceive)
    {
        var link = new ReceivingAmqpLink(
            session,
            new AmqpLinkSettings
            {
                LinkName = $"{Guid.NewGuid()}",
                Role = true,
                Source = new Source { Address = queue },
                Target = new Target(),
                SettleType = mode,
            }
        );
        await link.OpenAsync(LocalBus.Wait);
        return link;
    }
}
