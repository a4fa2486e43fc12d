using System.Diagnostics.Metrics;
using Azure.Core;
using Azure.Core.Pipeline;

namespace CrmFunctions.Operations;

/// <summary>Counts every table transaction and every broker operation of this process, as they are billed: the one meter.</summary>
/// <remarks>
/// A request to Table Storage is one transaction, an entity group transaction too. With the broker, each message sent, delivered and
/// settled is one operation.
/// </remarks>
public sealed class OperationCount : HttpPipelinePolicy
{
    /// <summary>Name of the meter, for listeners.</summary>
    public const string MeterName = "CrmFunctions";

    private static readonly Meter meter = new(MeterName);
    private readonly Counter<long> tableTransactions = meter.CreateCounter<long>("crm.table.transactions", "{transaction}", "Requests to Table Storage.");
    private readonly Counter<long> brokerOperations = meter.CreateCounter<long>("crm.broker.operations", "{operation}", "Messages sent, delivered and settled.");
    private readonly Counter<long> eventsLogged = meter.CreateCounter<long>("crm.events.logged", "{event}", "Events new to the log.");
    private long tables;
    private long tableReads;
    private long broker;
    private long events;

    /// <summary>Table transactions since the start.</summary>
    public long Tables => Interlocked.Read(ref tables);

    /// <summary>Those among them that read.</summary>
    public long TableReads => Interlocked.Read(ref tableReads);

    /// <summary>Broker operations since the start.</summary>
    public long Broker => Interlocked.Read(ref broker);

    /// <summary>Events new to the log since the start.</summary>
    public long Events => Interlocked.Read(ref events);

    /// <summary>Counts messages sent, delivered or settled.</summary>
    public void CountBroker(string operation, long messages)
    {
        Interlocked.Add(ref broker, messages);
        brokerOperations.Add(messages, new KeyValuePair<string, object?>("operation", operation));
    }

    /// <summary>Counts events new to the log.</summary>
    public void CountEvents(long logged)
    {
        Interlocked.Add(ref events, logged);
        eventsLogged.Add(logged);
    }

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
        Interlocked.Increment(ref tables);
        if (message.Request.Method == RequestMethod.Get) Interlocked.Increment(ref tableReads);
        tableTransactions.Add(1, new KeyValuePair<string, object?>("method", message.Request.Method.Method));
    }
}
