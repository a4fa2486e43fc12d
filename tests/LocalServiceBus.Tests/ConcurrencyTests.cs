using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;

namespace LocalServiceBus.Tests;

public sealed class ConcurrencyTests
{
    [Fact]
    public async Task Eight_competing_receivers_get_each_of_2000_messages_once()
    {
        await using var bus = await LocalBus.Start(systemClock: true);
        const int Messages = 2000;
        var got = new ConcurrentBag<string>();
        using var done = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var receivers = Enumerable.Range(0, 8).Select(i => Task.Run(() => Receive(bus.Receiver(), 1 + (i * 3)))).ToArray();
        var senders = Enumerable
            .Range(0, 4)
            .Select(s =>
                Task.Run(async () =>
                {
                    for (var i = s; i < Messages; i += 4)
                        await bus.Send($"{i}");
                })
            );

        await Task.WhenAll(senders);
        await Task.WhenAll(receivers);

        Assert.Equal(Messages, got.Count);
        Assert.Equal(Messages, got.Distinct().Count());
        Assert.Empty(await bus.Bodies());

        async Task Receive(ServiceBusReceiver receiver, int max)
        {
            while (got.Count < Messages)
            {
                foreach (var message in await receiver.ReceiveMessagesAsync(max, TimeSpan.FromMilliseconds(200), done.Token))
                {
                    Assert.Equal(1, message.DeliveryCount);
                    await receiver.CompleteMessageAsync(message);
                    got.Add(message.Body.ToString());
                }
            }
        }
    }

    [Fact]
    public async Task Many_threads_may_send_one_id_and_one_message_is_there()
    {
        await using var bus = await LocalBus.Start();

        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => bus.Send("a", LocalBus.Deduplicated, "id"))));

        Assert.Single(await bus.Bodies(LocalBus.Deduplicated));
    }

    [Fact]
    public async Task Of_many_who_settle_one_delivery_one_succeeds()
    {
        await using var bus = await LocalBus.Start();
        await bus.Send("a");
        var message = await bus.Receiver().One();

        // One receiver of the official client refuses to settle a message twice at once by itself.
        var results = await Task.WhenAll(
            Enumerable
                .Range(0, 16)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        try
                        {
                            await bus.Receiver().CompleteMessageAsync(message);
                            return 1;
                        }
                        catch (ServiceBusException e) when (e.Reason == ServiceBusFailureReason.MessageLockLost)
                        {
                            return 0;
                        }
                    })
                )
        );

        Assert.Equal(1, results.Sum());
    }
}
