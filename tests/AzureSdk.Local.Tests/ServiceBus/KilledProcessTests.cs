using System.Globalization;
using Azure.Messaging.ServiceBus;
using AzureSdk.Local.ServiceBus;
using CrmFunctions.TestKit;

namespace AzureSdk.Local.Tests.ServiceBus;

public sealed class KilledProcessTests
{
    private const int Kills = 36;

    [Fact]
    public async Task A_process_killed_at_any_moment_loses_nothing_that_was_acknowledged_and_doubles_nothing()
    {
        await using var bus = new LocalBus(systemClock: true);
        var random = new Random(20260302);
        var told = new Told();

        for (var round = 0; round < Kills; round++)
        {
            using var child = new ChildProcess(bus, LocalBus.Patient, "both", $"r{round}");
            for (var lines = random.Next(1, 150); lines > 0; lines--) told.Add(await child.Line());
            foreach (var line in await child.Kill()) told.Add(line);

            // Later than any lock of the killed process.
            LocalBrokers.UseClock(bus.File, new ManualTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(10 * (round + 1))));
            Check(told, await bus.Client.CreateReceiver(LocalBus.Patient).PeekMessagesAsync(int.MaxValue));
            await bus.Restart();
        }

        var left = await bus.Receiver(LocalBus.Patient).AvailableNow(int.MaxValue);
        Assert.NotEmpty(left);
        Assert.All(left, message => Assert.True(message.DeliveryCount > told.Deliveries(message.MessageId)));
        Assert.All(left, message => Assert.Equal(message.MessageId, message.Body.ToString()));
        Assert.Empty(await bus.Bodies(LocalBus.Patient, SubQueue.DeadLetter));
    }

    private static void Check(Told told, IReadOnlyList<ServiceBusReceivedMessage> stored)
    {
        var ids = stored.Select(message => message.MessageId).ToHashSet();
        Assert.Equal(stored.Count, ids.Count);
        Assert.Empty(told.Done.Intersect(ids));

        // Whatever was accepted is there, but for at most one in each round, whose completion was stored as the kill came.
        var missing = told.Sent.Except(told.Done).Except(ids).ToList();
        told.Done.UnionWith(missing);
        Assert.True(missing.Count <= 1, $"missing: {string.Join(' ', missing)}");
        Assert.All(missing, id => Assert.Contains(id, told.Got));

        // What is there without having been told was sent as the kill came: one message, or one whole batch of five.
        var untold = ids.Except(told.Sent).ToList();
        Assert.True(untold.Select(BatchOf).Distinct().Count() <= 1, string.Join(' ', untold));
        told.Sent.UnionWith(untold);
        var known = told.Sent.Union(told.Got).Where(id => BatchOf(id) != id).GroupBy(BatchOf);
        Assert.All(known, batch => Assert.Equal(5, batch.Count()));

        // Each delivery that was told and not settled is counted as failed once.
        Assert.All(stored, message => Assert.InRange(message.DeliveryCount, told.Deliveries(message.MessageId), Kills));
    }

    // Ids are round-number, or round-number-part in a batch.
    private static string BatchOf(string id) => string.Join('-', id.Split('-').Take(2));

    private sealed class Told
    {
        private readonly Dictionary<string, int> deliveries = [];

        public HashSet<string> Sent { get; } = [];

        public HashSet<string> Done { get; } = [];

        public IEnumerable<string> Got => deliveries.Keys;

        public int Deliveries(string id) => deliveries.GetValueOrDefault(id);

        public void Add(string line)
        {
            var words = line.Split(' ');
            switch (words[0])
            {
                case "sent":
                    Sent.UnionWith(words[1..]);
                    break;
                case "got":
                    var delivery = int.Parse(words[2], CultureInfo.InvariantCulture);
                    Assert.True(delivery > Deliveries(words[1]), line);
                    Assert.DoesNotContain(words[1], Done);
                    deliveries[words[1]] = delivery;
                    break;
                case "done":
                    Assert.True(Done.Add(words[1]), line);
                    break;
                default:
                    throw new InvalidOperationException(line);
            }
        }
    }
}
