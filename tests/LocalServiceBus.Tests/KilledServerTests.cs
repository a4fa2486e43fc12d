using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using CrmFunctions.TestKit;
using Xunit.Abstractions;

namespace LocalServiceBus.Tests;

public sealed class KilledServerTests(ITestOutputHelper output)
{
    private const int Kills = 40;

    [Fact]
    public async Task A_server_killed_at_any_moment_loses_nothing_that_was_acknowledged_and_doubles_nothing()
    {
        await using var bus = LocalBus.Prepare();
        var random = new Random(20260302);
        using var told = new Told();

        for (var round = 0; round < Kills; round++)
        {
            using var server = await ServerProcess.Start(bus.File, bus.QueuesFile);
            await using (
                var client = new ServiceBusClient(
                    server.ConnectionString,
                    new ServiceBusClientOptions { RetryOptions = { MaxRetries = 0, TryTimeout = TimeSpan.FromSeconds(10) } }
                )
            )
            {
                var load = Task.WhenAll(Ended(Send(client, told, round)), Ended(Receive(client, told)));
                await told.Acknowledged(random.Next(1, 150));
                await server.Kill();
                await load;
            }

            // Later than any lock of the killed server.
            var later = new ManualTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(10 * (round + 1)));
            Check(told, await Stored(bus, later));
        }

        var left = await Stored(bus, new ManualTimeProvider(TimeProvider.System.GetUtcNow().AddDays(1)));
        Assert.NotEmpty(left);
        Assert.All(left, message => Assert.Equal(message.MessageId, message.Body.ToString()));
        output.WriteLine(
            $"{Kills} kills: {told.Sent.Count} sends and {told.Done.Count} completions acknowledged, {left.Count} messages left."
        );
    }

    private static async Task Ended(Task load)
    {
        try
        {
            await load;
        }
        catch (Exception e) when (e is ServiceBusException or OperationCanceledException or ObjectDisposedException)
        {
            // The server was killed.
        }
    }

    private static async Task Send(ServiceBusClient client, Told told, int round)
    {
        await using var sender = client.CreateSender(LocalBus.Patient);
        for (var i = 0; ; i++)
        {
            string[] ids = i % 4 == 0 ? [.. Enumerable.Range(0, 5).Select(part => $"r{round}-{i}-{part}")] : [$"r{round}-{i}"];
            var messages = ids.Select(id => new ServiceBusMessage(id) { MessageId = id });
            if (i % 4 == 1)
                await sender.ScheduleMessagesAsync(messages, DateTimeOffset.UnixEpoch);
            else
                await sender.SendMessagesAsync(messages);
            told.AddSent(ids);
        }
    }

    private static async Task Receive(ServiceBusClient client, Told told)
    {
        await using var receiver = client.CreateReceiver(LocalBus.Patient);
        // A receive whose connection is lost may end with nothing, and then the next one fails.
        for (var i = 0; ; )
        {
            foreach (var message in await receiver.ReceiveMessagesAsync(3, TimeSpan.FromSeconds(10)))
            {
                told.AddGot(message);
                if (i++ % 3 == 0)
                    continue;
                await receiver.CompleteMessageAsync(message);
                told.AddDone(message.MessageId);
            }
        }
    }

    private static async Task<IReadOnlyList<ServiceBusReceivedMessage>> Stored(LocalBus bus, TimeProvider clock)
    {
        await using var server = await ServiceBusServer.Start(bus.Options() with { Clock = clock });
        await using var client = new ServiceBusClient(server.ConnectionString);
        await using var dead = client.CreateReceiver(LocalBus.Patient, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
        Assert.Null(await dead.PeekMessageAsync());
        await using var receiver = client.CreateReceiver(LocalBus.Patient);
        var all = new List<ServiceBusReceivedMessage>();
        while (await receiver.PeekMessagesAsync(1000) is { Count: > 0 } some)
            all.AddRange(some);
        return all;
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
        Assert.All(missing, id => Assert.True(told.Deliveries(id) > 0, id));

        // What is there without having been acknowledged was sent as the kill came: one message, or one whole batch of five.
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

    /// <summary>What the client was told. Sender and receiver write, each its own part; the test reads while neither runs.</summary>
    private sealed class Told : IDisposable
    {
        private readonly ConcurrentDictionary<string, int> deliveries = [];
        private readonly SemaphoreSlim acknowledged = new(0);

        public HashSet<string> Sent { get; } = [];

        public HashSet<string> Done { get; } = [];

        public IEnumerable<string> Got => deliveries.Keys;

        public void Dispose() => acknowledged.Dispose();

        public int Deliveries(string id) => deliveries.GetValueOrDefault(id);

        public async Task Acknowledged(int count)
        {
            while (acknowledged.CurrentCount > 0)
                await acknowledged.WaitAsync();
            for (var i = 0; i < count; i++)
                Assert.True(await acknowledged.WaitAsync(LocalBus.Wait), "Nothing was acknowledged for long.");
        }

        public void AddSent(string[] ids)
        {
            Sent.UnionWith(ids);
            acknowledged.Release();
        }

        public void AddGot(ServiceBusReceivedMessage message)
        {
            Assert.True(message.DeliveryCount > Deliveries(message.MessageId), message.MessageId);
            Assert.DoesNotContain(message.MessageId, Done);
            deliveries[message.MessageId] = message.DeliveryCount;
            acknowledged.Release();
        }

        public void AddDone(string id)
        {
            Assert.True(Done.Add(id), id);
            acknowledged.Release();
        }
    }
}
