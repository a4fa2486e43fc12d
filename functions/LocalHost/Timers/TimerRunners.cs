using LocalHost.Functions;
using LocalHost.Hosting;
using LocalHost.Worker;
using Microsoft.Extensions.Logging;

namespace LocalHost.Timers;

/// <summary>All timers of the app.</summary>
internal sealed class TimerRunners(
    FunctionCatalog functions,
    FunctionInvoker invoker,
    HostSettings settings,
    HostDelay delay,
    ILoggerFactory loggers
) : IDisposable
{
    private readonly Dictionary<string, TimerRunner> runners = functions
        .All.Where(function => function.Trigger is TimerTrigger)
        .ToDictionary(
            function => function.Name,
            function => new TimerRunner(
                function,
                (TimerTrigger)function.Trigger,
                invoker,
                new TimerMonitor(settings.TimersPath, function.Name, loggers.CreateLogger(function.LogCategory)),
                delay,
                loggers.CreateLogger(function.LogCategory)
            ),
            StringComparer.OrdinalIgnoreCase
        );

    /// <exception cref="KeyNotFoundException">No timer of this name.</exception>
    internal TimerRunner Of(string name) =>
        runners.TryGetValue(name, out var runner)
            ? runner
            : throw new KeyNotFoundException($"There is no timer function '{name}'; there are: {string.Join(", ", runners.Keys)}.");

    internal void Start()
    {
        foreach (var runner in runners.Where(runner => !functions.Find(runner.Key)!.IsDisabled))
        {
            runner.Value.Start();
        }
    }

    internal void Stop()
    {
        delay.Stop();
        Dispose();
    }

    public void Dispose()
    {
        foreach (var runner in runners.Values)
        {
            runner.Dispose();
        }
    }
}
