using CrmFunctions.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace LocalServiceBus.Tests;

public sealed class BrokerModelTests
{
    private static readonly QueueSettings Settings = new("q")
    {
        RequiresDuplicateDetection = true,
        DuplicateDetectionHistoryTimeWindow = TimeSpan.FromSeconds(40),
        LockDuration = TimeSpan.FromSeconds(30),
        MaxDeliveryCount = 3,
        DeadLetteringOnMessageExpiration = true,
    };

    // What to do, with what number. Numbers choose ids, messages in hand, seconds.
    private static Arbitrary<(int What, int Number)[]> AnySteps =>
        Arb.From(Gen.Zip(Gen.Choose(0, 15), Gen.Choose(0, 60)).ArrayOf(80), Shrink);

    [Fact]
    public void For_any_sequence_of_operations_the_broker_does_what_the_simple_model_does() =>
        Prop.ForAll(AnySteps, Agrees).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    private static IEnumerable<(int What, int Number)[]> Shrink((int What, int Number)[] steps)
    {
        for (var size = steps.Length / 2; size > 0; size /= 2)
        {
            for (var at = 0; at + size <= steps.Length; at += size)
                yield return [.. steps[..at], .. steps[(at + size)..]];
        }
    }

    private static bool Agrees((int What, int Number)[] steps)
    {
        var folder = Directory.CreateTempSubdirectory("model-").FullName;
        try
        {
            using var run = new Run(Path.Combine(folder, "broker.db"));
            foreach (var (what, number) in steps)
                run.Step(what, number);
            run.Compare();
            return true;
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private sealed class Run(string file) : IDisposable
    {
        private readonly ManualTimeProvider clock = new();
        private readonly Entity main = new(Settings, false);
        private readonly Entity dead = new(Settings, true);
        private readonly BrokerModel model = new(Settings);
        private readonly List<(StoredMessage Receipt, Entity From, BrokerModel.Item Item, int Delivery)> inHand = [];
        private readonly List<long> numbers = [1];
        private Broker? broker;

        private Broker Broker => broker ??= new Broker(file, new BrokerQueues(Settings), clock);

        public void Step(int what, int number)
        {
            switch (what)
            {
                case 0 or 1 or 2:
                    Send(number, null);
                    break;
                case 3 or 4:
                    Send(number, number / 3);
                    break;
                case 5 or 6 or 7:
                    Receive(what == 7 ? dead : main, 1 + (number % 3));
                    break;
                case 8:
                    Settle(number, (b, at, r) => b.Complete(at, r.LockToken), model.Complete);
                    break;
                case 9:
                    Settle(number, (b, at, r) => b.Abandon(at, r.LockToken), model.Abandon);
                    break;
                case 10:
                    Settle(number, (b, at, r) => b.Defer(at, r.LockToken), model.Defer);
                    break;
                case 11 when inHand.Count > 0 && !inHand[Chosen(number)].From.DeadLetter:
                    Settle(number, (b, at, r) => b.DeadLetter(at, r.LockToken, "by hand"), model.DeadLetter);
                    break;
                case 12:
                    Settle(number, (b, at, r) => b.Renew(at, r.LockToken), model.Renew);
                    break;
                case 13 when number % 2 == 0:
                    ReceiveDeferred(numbers[number % numbers.Count]);
                    break;
                case 13:
                    var cancelled = Succeeds(() => Broker.Cancel(main, [numbers[number % numbers.Count]]), BrokerError.MessageNotFound);
                    Assert.Equal(model.Cancel(numbers[number % numbers.Count]), cancelled);
                    break;
                case 14:
                    clock.Advance(TimeSpan.FromSeconds(number));
                    for (var second = 0; second < number; second++)
                        model.Tick();
                    break;
                case 15 when number == 0:
                    Dispose();
                    break;
                case 15 when number < 10:
                    Compare();
                    break;
            }
        }

        public void Compare()
        {
            Assert.Equal(model.Look(false).Any(message => message.State == MessageState.Active), Broker.HasActiveMessages);
            foreach (var entity in new[] { main, dead })
            {
                Assert.Equal(
                    model.Look(entity.DeadLetter),
                    Broker
                        .Peek(entity, int.MaxValue, 0)
                        .GetAwaiter()
                        .GetResult()
                        .Select(message =>
                            (message.SequenceNumber, message.MessageId, message.State, message.Failed, Reason(message.Content))
                        )
                );
            }
        }

        // As a restart of the process.
        public void Dispose()
        {
            broker?.DisposeAsync().AsTask().GetAwaiter().GetResult();
            broker = null;
        }

        private static bool Succeeds(Func<Task> action, BrokerError otherwise)
        {
            try
            {
                action().GetAwaiter().GetResult();
                return true;
            }
            catch (BrokerException e) when (e.Error == otherwise)
            {
                return false;
            }
        }

        private static string? Reason(byte[] content) =>
            Sections
                .Read<Microsoft.Azure.Amqp.Framing.ApplicationProperties>(content, Sections.Of(content), Sections.ApplicationProperties)
                ?.Map["DeadLetterReason"] as string;

        private void Send(int number, int? delay)
        {
            var id = $"id{number % 12}";
            int? timeToLive = number % 4 == 0 ? 5 + number : null;
            var message = new Outgoing(
                id,
                [0x00, 0x53, 0x75, 0xa0, 0x01, (byte)number],
                timeToLive is { } ttl ? TimeSpan.FromSeconds(ttl) : null,
                delay is { } seconds ? clock.GetUtcNow().AddSeconds(seconds) : null
            );
            var given = Broker.Send(main, [message]).GetAwaiter().GetResult()[0];
            Assert.Equal(model.Send(id, timeToLive, delay), given);
            if (given > 0)
                numbers.Add(given);
        }

        private void Receive(Entity entity, int max)
        {
            var receive = Broker.Receive(entity, max, false);
            Broker.End(receive);
            Take(entity, receive.Messages.GetAwaiter().GetResult(), model.Receive(entity.DeadLetter, max));
        }

        private void ReceiveDeferred(long number)
        {
            IReadOnlyList<StoredMessage> got = [];
            Succeeds(async () => got = await Broker.ReceiveDeferred(main, [number], false), BrokerError.MessageNotFound);
            Take(main, got, model.ReceiveDeferred(number) is { } item ? [item] : []);
        }

        private void Take(Entity from, IReadOnlyList<StoredMessage> got, IReadOnlyList<BrokerModel.Item> expected)
        {
            Assert.Equal(
                expected.Select(item => (item.Number, item.Id, item.Failed + 1)),
                got.Select(m => (m.SequenceNumber, m.MessageId, m.Failed + 1))
            );
            for (var i = 0; i < got.Count; i++)
                inHand.Add((got[i], from, expected[i], expected[i].Delivery));
            numbers.AddRange(got.Select(message => message.SequenceNumber));
        }

        private int Chosen(int number) => inHand.Count - 1 - (number % Math.Min(inHand.Count, 6));

        // A receipt stays in hand after it was used, so that used and expired ones are tried as well.
        private void Settle(int number, Func<Broker, Entity, StoredMessage, Task> act, Func<BrokerModel.Item, int, bool> expected)
        {
            if (inHand.Count == 0)
                return;
            var (receipt, from, item, delivery) = inHand[Chosen(number)];
            Assert.Equal(expected(item, delivery), Succeeds(() => act(Broker, from, receipt), BrokerError.MessageLockLost));
        }
    }
}
