using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Azure.Messaging.ServiceBus;

namespace AzureSdk.Local.Tests.ServiceBus;

public sealed class CountingTests
{
    [Fact]
    public async Task Operations_are_counted_by_message_as_Azure_bills_them()
    {
        await using var bus = new LocalBus();
        using var counted = new Counted();
        var sender = bus.Client.CreateSender(LocalBus.Plain);
        var receiver = bus.Receiver();

        await sender.SendMessagesAsync([new("a"), new("b"), new("c"), new("d"), new("e")]);
        await sender.SendMessageAsync(new(new byte[(64 * 1024) + 1]));
        var number = await sender.ScheduleMessageAsync(new("later"), bus.Clock.GetUtcNow().AddHours(1));
        await sender.CancelScheduledMessageAsync(number);
        var got = await receiver.ReceiveMessagesAsync(5, LocalBus.Wait);
        await receiver.RenewMessageLockAsync(got[0]);
        await receiver.CompleteMessageAsync(got[0]);
        await receiver.CompleteMessageAsync(got[1]);
        await receiver.AbandonMessageAsync(got[2]);
        await receiver.DeadLetterMessageAsync(got[3]);
        await receiver.DeferMessageAsync(got[4]);
        await receiver.PeekMessagesAsync(3);
        await receiver.AvailableNow();
        await receiver.AvailableNow();
        await bus.DeadLetters().One();

        Assert.Equal(
            new Dictionary<string, long>
            {
                ["send"] = 5 + 2,
                ["schedule"] = 1,
                ["cancel"] = 1,
                ["receive"] = 5 + 1 + 2,
                ["receive.empty"] = 1,
                ["renew"] = 1,
                ["complete"] = 2,
                ["abandon"] = 1,
                ["deadletter"] = 1,
                ["defer"] = 1,
                ["peek"] = 3,
            },
            counted.Of(LocalBus.Plain));
        Assert.Equal(new Dictionary<string, long> { ["receive"] = 1 }, counted.Of(LocalBus.Plain + "/$DeadLetterQueue"));
    }

    [Fact]
    public async Task A_dropped_duplicate_is_an_operation_and_a_refused_call_is_not()
    {
        await using var bus = new LocalBus();
        using var counted = new Counted();
        await bus.Send("a", LocalBus.Deduplicated, "id");
        await bus.Send("a", LocalBus.Deduplicated, "id");
        var receiver = bus.Receiver(LocalBus.Deduplicated);
        var message = await receiver.One();
        bus.Clock.Advance(LocalBus.LockDuration);
        await Assert.ThrowsAsync<ServiceBusException>(() => receiver.CompleteMessageAsync(message));

        Assert.Equal(new Dictionary<string, long> { ["send"] = 2, ["receive"] = 1 }, counted.Of(LocalBus.Deduplicated));
    }

    // Only what this test's own flow does: other tests run at the same time.
    private sealed class Counted : IDisposable
    {
        private static readonly AsyncLocal<Counted?> Current = new();
        private readonly ConcurrentDictionary<(string Queue, string Operation), long> counts = new();
        private readonly MeterListener listener = new();

        public Counted()
        {
            Current.Value = this;
            listener.InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == "AzureSdk.Local.ServiceBus") l.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
            {
                if (Current.Value != this) return;
                var values = tags.ToArray().ToDictionary(tag => tag.Key, tag => (string)tag.Value!);
                counts.AddOrUpdate((values["queue"], values["operation"]), count, (_, before) => before + count);
            });
            listener.Start();
        }

        public Dictionary<string, long> Of(string queue) =>
            counts.Where(pair => pair.Key.Queue == queue).ToDictionary(pair => pair.Key.Operation, pair => pair.Value);

        public void Dispose() => listener.Dispose();
    }
}
