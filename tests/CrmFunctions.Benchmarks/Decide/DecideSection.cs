using System.Diagnostics;
using CrmFunctions.Benchmarks.Results;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.Standards;
using CrmFunctions.TestKit;
using Microsoft.Extensions.Configuration;

namespace CrmFunctions.Benchmarks.Decide;

/// <summary>The decision alone, on one thread: what one costs in processor time, and how that grows with a customer's history.</summary>
internal static class DecideSection
{
    private const int Typical = 10;
    private const int Rounds = 5;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(1);

    public static Task<IReadOnlyList<Figure>> Run(Options options, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<Figure>>(() => Run(cancellationToken), cancellationToken);

    private static List<Figure> Run(CancellationToken cancellationToken)
    {
        CommandLine.Say("Deciding …");
        var standard = StandardStore.Read(new ConfigurationBuilder().Build()).Standard;
        var figures = new List<Figure>();
        var now = Make.Day(400);
        foreach (var orders in (int[])[Typical, 1, 100, 1000])
        {
            cancellationToken.ThrowIfCancellationRequested();
            var events = History(orders, now);
            var facts = Facts.From(events, now);
            var decide = Measure(() => Decisions.Decide(facts, standard, Calibration.None, now));
            var fold = Measure(() => Facts.From(events, now));
            var history = orders == 1 ? "1 order and touch" : $"{orders:N0} orders and touches";
            figures.Add(
                new($"decisions, {history}", decide.PerSecond, "/s and core", orders == Typical ? Budget.DecisionsPerSecondAndCore : null)
            );
            figures.Add(new($"a decision, {history}", 1e6 / decide.PerSecond, "µs"));
            figures.Add(new($"allocated by it, {history}", decide.Bytes, "bytes"));
            figures.Add(new($"folding the events first, {history}", 1e6 / fold.PerSecond, "µs"));
        }

        return figures;
    }

    /// <summary>A typical customer's decision alone, and with its receipt read.</summary>
    public static IEnumerable<Figure> Typicals()
    {
        var standard = StandardStore.Read(new ConfigurationBuilder().Build()).Standard;
        var now = Make.Day(400);
        var facts = Facts.From(History(Typical, now), now);
        yield return new(
            "decisions, receipt not read",
            Measure(() => Decisions.Decide(facts, standard, Calibration.None, now)).PerSecond,
            "/s and core",
            Budget.DecisionsPerSecondAndCore
        );
        yield return new(
            "decisions, receipt read",
            Measure(() => Decisions.Decide(facts, standard, Calibration.None, now).Receipt).PerSecond,
            "/s and core"
        );
    }

    // A year of one customer: orders and visits in turn.
    private static IReadOnlyList<CustomerEvent> History(int orders, DateTimeOffset now)
    {
        var step = TimeSpan.FromDays(365) / orders;
        return
        [
            .. Enumerable
                .Range(0, orders)
                .SelectMany(i =>
                    new[] { Make.Paid($"o{i}", 129.90m, at: now - (i * step) - (step / 2)), Make.Event(at: now - (i * step) - (step / 3)) }
                ),
        ];
    }

    // Processor time of the whole process, its garbage collector's too: a core of one's own, however busy the machine is. The best of some
    // rounds: what else runs can only make one slower.
    private static (double PerSecond, double Bytes) Measure<T>(Func<T> work)
    {
        var best = (PerSecond: 0.0, Bytes: 0.0);
        for (var round = 0; round <= Rounds; round++)
        {
            var (since, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            var (bytes, done) = (GC.GetAllocatedBytesForCurrentThread(), 0L);
            for (; Stopwatch.GetElapsedTime(since) < Length; done += 16)
            {
                for (var i = 0; i < 16; i++)
                    Kept<T>.Value = work();
            }

            var rate = done / (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;

            // The first round is for the compiler.
            if (round > 0 && rate > best.PerSecond)
                best = (rate, (double)(GC.GetAllocatedBytesForCurrentThread() - bytes) / done);
        }

        return best;
    }

    // Nothing may be left out because nobody looks at it.
    private static class Kept<T>
    {
        public static T? Value { get; set; }
    }
}
