using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LocalHost.Tests;

/// <summary>Records the worker's activities.</summary>
internal sealed class Traces : IDisposable
{
    private readonly ConcurrentQueue<Activity> activities = new();
    private readonly ActivityListener listener;

    public Traces()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.Azure.Functions.Worker",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activities.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
    }

    public IEnumerable<Activity> Of(string traceId) => activities.Where(activity => activity.TraceId.ToHexString() == traceId);

    public void Dispose() => listener.Dispose();
}

/// <summary>Keeps log lines.</summary>
internal sealed class ListLog : ILoggerProvider
{
    private readonly ConcurrentQueue<Line> lines = new();

    public IReadOnlyList<Line> Lines => [.. lines];

    public ILogger CreateLogger(string categoryName) => new Log(categoryName, lines);

    public void Dispose() { }

    internal sealed record Line(string Category, LogLevel Level, string Text, Exception? Error);

    private sealed class Log(string category, ConcurrentQueue<Line> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => lines.Enqueue(new Line(category, logLevel, formatter(state, exception), exception));
    }
}
