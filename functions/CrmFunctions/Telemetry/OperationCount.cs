using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Azure.Core;
using Azure.Core.Pipeline;

namespace CrmFunctions.Telemetry;

/// <summary>Counts all of this process that is billed: the one meter, for health, bills and OpenTelemetry alike.</summary>
/// <remarks>
/// A request to Table Storage is one transaction, an entity group transaction too. With the broker, each message sent, delivered and
/// settled is one operation. OPERATIONS.md says what every line is.
/// </remarks>
public sealed class OperationCount : HttpPipelinePolicy
{
    /// <summary>Name of the meter, for listeners.</summary>
    public const string MeterName = "CrmFunctions";

    private readonly ConcurrentDictionary<string, StrongBox<long>> lines = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ActivePeriods> active = new(StringComparer.Ordinal);
    private readonly Counter<long> tableTransactions;
    private readonly Counter<long> brokerOperations;
    private readonly Counter<long> eventsLogged;
    private long tableReads;

    /// <summary>Begins at zero.</summary>
    public OperationCount()
    {
        tableTransactions = Meter.CreateCounter<long>(
            "crm.table.transactions",
            "{transaction}",
            "Requests to Table Storage, by operation."
        );
        brokerOperations = Meter.CreateCounter<long>(
            "crm.broker.operations",
            "{operation}",
            "Messages sent, delivered, settled and peeked at."
        );
        eventsLogged = Meter.CreateCounter<long>("crm.events.logged", "{event}", "Events new to the log.");
    }

    /// <summary>The meter of this count and no other: a process may have several, in tests.</summary>
    public Meter Meter { get; } = new(MeterName);

    /// <summary>Table transactions since the start.</summary>
    public long Tables => Sum("table.");

    /// <summary>Those among them that read.</summary>
    public long TableReads => Interlocked.Read(ref tableReads);

    /// <summary>Broker operations since the start.</summary>
    public long Broker => Sum("bus.");

    /// <summary>Events new to the log since the start.</summary>
    public long Events => Sum("events");

    /// <summary>Every line since the start, by name. Time that functions run now is not in it yet.</summary>
    public IReadOnlyDictionary<string, long> Lines()
    {
        var all = lines.ToDictionary(line => line.Key, line => Interlocked.Read(ref line.Value.Value), StringComparer.Ordinal);
        foreach (var (group, periods) in active)
            all[$"active.{group}"] = periods.BilledMilliseconds;
        return all;
    }

    /// <summary>Counts messages sent, delivered, settled or peeked at.</summary>
    public void CountBroker(string operation, long messages)
    {
        Add($"bus.{operation}", messages);
        brokerOperations.Add(messages, new KeyValuePair<string, object?>("operation", operation));
    }

    /// <summary>Counts events new to the log.</summary>
    public void CountEvents(long logged)
    {
        Add("events", logged);
        eventsLogged.Add(logged);
    }

    /// <summary>Counts bytes of telemetry that leave.</summary>
    public void CountTelemetry(long bytes) => Add("telemetry.bytes", bytes);

    /// <summary>A function of a group that scales together begins.</summary>
    public void Began(string group)
    {
        Add("executions", 1);
        active.GetOrAdd(group, _ => new ActivePeriods()).Begin();
    }

    /// <summary>It has ended.</summary>
    public void Ended(string group) => active[group].End();

    /// <inheritdoc/>
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        CountTable(message);
        ProcessNext(message, pipeline);
    }

    /// <inheritdoc/>
    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        CountTable(message);
        return ProcessNextAsync(message, pipeline);
    }

    private void CountTable(HttpMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var request = message.Request;
        var operation = KindOf(request.Method, request.Uri.Path);
        Add($"table.{operation}", 1);
        if (request.Method == RequestMethod.Get)
            Interlocked.Increment(ref tableReads);
        else if (request.Content?.TryComputeLength(out var bytes) == true)
            Add("written.bytes", bytes);
        tableTransactions.Add(1, new KeyValuePair<string, object?>("operation", operation));
    }

    // By the REST API's addresses: a batch is posted to $batch, one entity has its keys in brackets, a table none.
    private static string KindOf(RequestMethod method, string path) =>
        method.Method switch
        {
            "GET" => path.Contains('(', StringComparison.Ordinal) && !path.EndsWith("()", StringComparison.Ordinal) ? "get" : "query",
            "POST" when path.EndsWith("$batch", StringComparison.Ordinal) => "batch",
            "POST" => "insert",
            "PUT" => "replace",
            "MERGE" or "PATCH" => "merge",
            "DELETE" => "delete",
            _ => "other",
        };

    private void Add(string line, long count) => Interlocked.Add(ref lines.GetOrAdd(line, _ => new StrongBox<long>()).Value, count);

    private long Sum(string prefix) =>
        lines.Where(line => line.Key.StartsWith(prefix, StringComparison.Ordinal)).Sum(line => Interlocked.Read(ref line.Value.Value));
}
