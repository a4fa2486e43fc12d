using System.Diagnostics;
using CrmFunctions.Benchmarks.Results;

namespace CrmFunctions.Benchmarks.Flow;

/// <summary>As fast as the app takes events from 16 senders, and how long until all of them are decided.</summary>
internal static class Throughput
{
    private const int Senders = 16;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(20);

    public static async Task<IReadOnlyList<Figure>> Run(Running running, int customers, CancellationToken cancellationToken)
    {
        var traffic = new Traffic("fast", customers);
        var states = new States(running.Tables);
        var (number, since) = (-1, Stopwatch.GetTimestamp());
        var (app, bus, azurite) = (Spent.By(running.AppId), Spent.By(running.BusId), Spent.By(running.AzuriteId));
        var load = new Load(running.App).Closed(
            Senders,
            () =>
                Stopwatch.GetElapsedTime(since) < Length
                    ? traffic.Post(Interlocked.Increment(ref number), TimeProvider.System.GetUtcNow())
                    : null,
            cancellationToken
        );
        var sent = await load;
        var took = Stopwatch.GetElapsedTime(since);
        var ended = TimeProvider.System.GetUtcNow();
        await states.Watch(load, cancellationToken);

        var accepted = sent.Count(sending => sending.Accepted);
        var decided = states.Decided(sent).ToList();
        var cpu =
            Spent.By(running.AppId).Cpu - app.Cpu + Spent.By(running.BusId).Cpu - bus.Cpu + Spent.By(running.AzuriteId).Cpu - azurite.Cpu;
        return
        [
            new("16 senders: accepted", accepted / took.TotalSeconds, "events/s"),
            .. new Durations(sent.Select(sending => sending.Answered)).Figures("16 senders: answer", 50, 99),
            new(
                "16 senders: all decided after the last answer",
                decided.Max(item => (item.At ?? DateTimeOffset.MaxValue) - ended).TotalSeconds,
                "s"
            ),
            new("16 senders: CPU of app and Azurite per event", cpu.TotalMilliseconds / accepted, "ms"),
            new(
                "16 senders: failed, or accepted and not decided",
                sent.Length - accepted + decided.Count(item => item.At is null),
                "events",
                Budget.Lost
            ),
        ];
    }
}
