using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace CrmFunctions.Telemetry;

/// <summary>
/// What the flow does, in numbers. Every name, unit and attribute stands in TELEMETRY.md; attributes have few values, and none is about a
/// person.
/// </summary>
public static class FlowMeter
{
    private static readonly Meter meter = new(OperationCount.MeterName);
    private static readonly Counter<long> received = meter.CreateCounter<long>(
        "crm.events.received",
        "{event}",
        "Events that came in, by what became of them and the kind of their source."
    );
    private static readonly Counter<long> refusals = meter.CreateCounter<long>("crm.refusals", "{refusal}", "Requests refused, by code.");
    private static readonly Counter<long> recalculations = meter.CreateCounter<long>(
        "crm.recalculations",
        "{recalculation}",
        "Customers decided, by occasion."
    );
    private static readonly Histogram<double> lag = meter.CreateHistogram<double>(
        LagName,
        "s",
        "From an event's arrival until its customer is decided, by the longest of each window."
    );
    private static readonly Counter<long> notifications = meter.CreateCounter<long>(
        "crm.notifications",
        "{notification}",
        "Messages, by what became of them, channel, and why not."
    );
    private static readonly Gauge<long> backlog = meter.CreateGauge<long>(
        "crm.reviews.backlog",
        "{review}",
        "Rows of the review index that were due when they were last looked at, by kind."
    );
    private static readonly Gauge<double> overdue = meter.CreateGauge<double>(
        "crm.reviews.overdue",
        "s",
        "For how long the oldest of them was due."
    );
    private static readonly Histogram<double> invocations = meter.CreateHistogram<double>(
        InvocationName,
        "s",
        "Runs of functions, by function, trigger and what was thrown."
    );

    /// <summary>Name of the histogram of lags.</summary>
    internal const string LagName = "crm.event.lag";

    /// <summary>Name of the histogram of runs.</summary>
    internal const string InvocationName = "faas.invoke_duration";

    /// <summary>Bounds of the lag, in seconds: fine around the budget of 3 s, coarse where the operator is to be woken.</summary>
    internal static double[] LagBounds { get; } = [0.5, 1, 2, 3, 5, 10, 30, 60, 300, 900, 3600];

    /// <summary>Bounds of runs, in seconds.</summary>
    internal static double[] InvocationBounds { get; } = [0.01, 0.05, 0.25, 1, 5, 30, 300];

    /// <summary>Counts events by what became of them.</summary>
    /// <param name="events">Of each the kind of its source, and what became of it.</param>
    internal static void Received(IEnumerable<(string Kind, string Outcome)> events)
    {
        foreach (var group in events.CountBy(pair => pair))
            Add(group.Value, group.Key.Kind, group.Key.Outcome);
    }

    /// <summary>Counts events that were no events.</summary>
    internal static void Refused(string kind, int events)
    {
        if (events > 0)
            Add(events, kind, "refused");
    }

    /// <summary>Counts a refusal by its code.</summary>
    internal static void Refused(string code) => refusals.Add(1, Attribute("code", code));

    /// <summary>Counts a customer decided.</summary>
    /// <param name="occasion">Why: events, review or news.</param>
    /// <param name="asked">When the first event of the window came; null: it is about no event.</param>
    internal static void Recalculated(string occasion, DateTimeOffset? asked)
    {
        recalculations.Add(1, Attribute("occasion", occasion));
        if (asked is { } at && lag.Enabled)
            lag.Record(Math.Max(0, (TimeProvider.System.GetUtcNow() - at).TotalSeconds));
    }

    /// <summary>Counts what became of a message.</summary>
    internal static void Notified(string outcome, string channel, string? reason)
    {
        // Of a reason the code alone: what stands behind it may quote the receiver.
        var code = reason?.Split(':', ' ')[0];
        notifications.Add(
            1,
            new TagList
            {
                Attribute("outcome", outcome),
                Attribute("channel", channel),
                Attribute("reason", code is { Length: > 0 and <= 40 } && !code.Contains('@', StringComparison.Ordinal) ? code : "none"),
            }
        );
    }

    /// <summary>Notes what of the review index was due.</summary>
    internal static void Due(string kind, long rows, TimeSpan oldest)
    {
        backlog.Record(rows, Attribute("kind", kind));
        overdue.Record(Math.Max(0, oldest.TotalSeconds), Attribute("kind", kind));
    }

    /// <summary>Notes a run of a function.</summary>
    internal static void Invoked(string function, string trigger, TimeSpan took, Exception? thrown)
    {
        var tags = new TagList { Attribute("faas.invoked_name", function), Attribute("faas.trigger", trigger) };
        if (thrown is not null)
            tags.Add("error.type", thrown.GetType().Name);
        invocations.Record(took.TotalSeconds, tags);
    }

    private static void Add(long events, string kind, string outcome) =>
        received.Add(events, new TagList { Attribute("outcome", outcome), Attribute("source.kind", kind) });

    private static KeyValuePair<string, object?> Attribute(string name, object? value) => new(name, value);
}
