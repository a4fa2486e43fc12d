using System.Collections.Concurrent;
using System.Diagnostics;
using CrmFunctions.Benchmarks.Results;

namespace CrmFunctions.Benchmarks.Sdk;

/// <summary>So many tasks at one kind of work for a bounded time.</summary>
/// <param name="PerSecond">Pieces of work a second, all tasks together.</param>
/// <param name="CpuMicroseconds">Processor time of this process for each piece.</param>
/// <param name="Each">How long each took.</param>
internal sealed record Rate(double PerSecond, double CpuMicroseconds, Durations Each)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(5);

    /// <param name="work">One piece; its argument is its number.</param>
    public static async Task<Rate> Of(int tasks, Func<int, Task> work, CancellationToken cancellationToken)
    {
        var number = -1;
        await For(WarmUp);
        var (since, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var took = await For(Length);
        var all = Stopwatch.GetElapsedTime(since);
        return new Rate(
            took.Count / all.TotalSeconds,
            (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / took.Count,
            new Durations(took)
        );

        async Task<ConcurrentBag<TimeSpan>> For(TimeSpan length)
        {
            var each = new ConcurrentBag<TimeSpan>();
            var begin = Stopwatch.GetTimestamp();
            await Task.WhenAll(
                Enumerable
                    .Range(0, tasks)
                    .Select(_ =>
                        Task.Run(
                            async () =>
                            {
                                while (Stopwatch.GetElapsedTime(begin) < length)
                                {
                                    cancellationToken.ThrowIfCancellationRequested();
                                    var one = Stopwatch.GetTimestamp();
                                    await work(Interlocked.Increment(ref number));
                                    each.Add(Stopwatch.GetElapsedTime(one));
                                }
                            },
                            cancellationToken
                        )
                    )
            );
            return each;
        }
    }
}
