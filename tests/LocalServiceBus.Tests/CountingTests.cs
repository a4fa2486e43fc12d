using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Azure.Messaging.ServiceBus;

namespace LocalServiceBus.Tests;

public sealed class CountingTests
{
    // Queues of this class alone: other tests run at the same time.
    private const string Queue = "counted";
    private const string Twice = "counted twice";

    [Fact]
    public async Task Operations_are_counted_by_message_as_Azure_bills_them()
    {
        await using var bus = await LocalBus.Start();
        using var counted = new Counted();
        var sender = bus.Client.CreateSender(Queue);
        var receiver = bus.Receiver(Queue);

        await sender.SendMessagesAsync([new("a"), new("b"), new("c"), new("d"), new("e")]);
        await sender.SendMessageAsync(new(new byte[(64 * 1024) + 1]));
        var number = await sender.ScheduleMessageAsync(new("later"), bus.Clock.GetUtcNow().AddHours(1));
        await sender.CancelScheduledMessageAsync(number);
        var got = new List<ServiceBusReceivedMessage>();
        while (got.Count < 5)
            got.Add(await receiver.One());
        await receiver.RenewMessageLockAsync(got[0]);
        await receiver.CompleteMessageAsync(got[0]);
        await receiver.CompleteMessageAsync(got[1]);
        await receiver.AbandonMessageAsync(got[2]);
        await receiver.DeadLetterMessageAsync(got[3]);
        await receiver.DeferMessageAsync(got[4]);
        await receiver.PeekMessagesAsync(3);
        for (var i = 0; i < 2; i++)
            Assert.NotNull(await receiver.ReceiveMessageAsync(LocalBus.Wait));
        await bus.DeadLetters(Queue).One();

        Assert.Equal(
            new Dictionary<string, long>
            {
                ["send"] = 5 + 2,
                ["schedule"] = 1,
                ["cancel"] = 1,
                ["receive"] = 5 + 1 + 2,
                ["renew"] = 1,
                ["complete"] = 2,
                ["abandon"] = 1,
                ["deadletter"] = 1,
                ["defer"] = 1,
                ["peek"] = 3,
            },
            counted.Of(Queue)
        );
        Assert.Equal(new Dictionary<string, long> { ["receive"] = 1 }, counted.Of(Queue + "/$DeadLetterQueue"));
    }

    [Fact]
    public async Task A_dropped_duplicate_is_an_operation_and_a_refused_call_is_not()
    {
        await using var bus = await LocalBus.Start();
        using var counted = new Counted();
        await bus.Send("a", Twice, "id");
        await bus.Send("a", Twice, "id");
        var receiver = bus.Receiver(Twice);
        var message = await receiver.One();
        bus.Clock.Advance(LocalBus.LockDuration);
        await Assert.ThrowsAsync<ServiceBusException>(() => receiver.CompleteMessageAsync(message));

        Assert.Equal(new Dictionary<string, long> { ["send"] = 2, ["receive"] = 1 }, counted.Of(Twice));
    }

    private sealed class Counted : IDisposable
    {
        private readonly ConcurrentDictionary<(string Queue, string Operation), long> counts = new();
        private readonly MeterListener listener = new();

        public Counted()
        {
            listener.InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == "LocalServiceBus")
                    l.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<long>(
                (_, count, tags, _) =>
                {
                    var values = tags.ToArray().ToDictionary(tag => tag.Key, tag => (string)tag.Value!);
                    counts.AddOrUpdate((values["queue"], values["operation"]), count, (_, before) => before + count);
                }
            );
            listener.Start();
        }

        public Dictionary<string, long> Of(string queue) =>
            counts.Where(pair => pair.Key.Queue == queue).ToDictionary(pair => pair.Key.Operation, pair => pair.Value);

        public void Dispose() => listener.Dispose();
    }
}
