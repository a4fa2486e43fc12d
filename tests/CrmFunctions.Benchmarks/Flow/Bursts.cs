using System.Diagnostics;
using CrmFunctions.Benchmarks.Results;
using CrmFunctions.Events;

namespace CrmFunctions.Benchmarks.Flow;

/// <summary>100 events about one new customer, posted singly from the beginning of a window on; several times.</summary>
internal static class Bursts
{
    private const int Times = 5;
    private const int Events = 100;
    private const int Senders = 16;

    public static async Task<IReadOnlyList<Figure>> Run(Running running, CancellationToken cancellationToken)
    {
        var states = new States(running.Tables);
        var longest = TimeSpan.Zero;
        var windows = 0L;
        var before = await running.Operations(cancellationToken);
        for (var time = 0; time < Times; time++)
        {
            var traffic = new Traffic($"burst{time}", 1);
            var began = await NextWindow(cancellationToken);
            var since = Stopwatch.GetTimestamp();
            var number = 0;
            var load = new Load(running.App).Closed(
                Senders,
                () => Interlocked.Increment(ref number) is <= Events and var next ? traffic.Post(next, began) : null,
                cancellationToken
            );
            await load;
            var took = Stopwatch.GetElapsedTime(since);
            longest = took > longest ? took : longest;
            windows +=
                DebounceWindow.At(began + took, new DebounceOptions()).Number - DebounceWindow.At(began, new DebounceOptions()).Number + 1;
            await states.Watch(load, cancellationToken);
        }

        var after = await running.Operations(cancellationToken);
        double PerEvent(long count) => (double)count / (after.Events - before.Events);
        return
        [
            new(
                "burst of 100: table transactions per event",
                PerEvent(after.Tables - before.Tables - 1),
                "",
                Budget.TableTransactionsPerEventOfBurst
            ),
            new(
                "burst of 100: Service Bus operations per event",
                PerEvent(after.Bus - before.Bus),
                "",
                Budget.BusOperationsPerEventOfBurst
            ),
            new("burst of 100: windows it took", (double)windows / Times, "1 is meant"),
            new("burst of 100: posted within, longest", longest.TotalMilliseconds, "ms"),
        ];
    }

    private static async Task<DateTimeOffset> NextWindow(CancellationToken cancellationToken)
    {
        var window = new DebounceOptions().Window.Ticks;
        var now = TimeProvider.System.GetUtcNow();
        await Task.Delay(TimeSpan.FromTicks(window - (now.UtcTicks % window)) + TimeSpan.FromMilliseconds(5), cancellationToken);
        return TimeProvider.System.GetUtcNow();
    }
}
