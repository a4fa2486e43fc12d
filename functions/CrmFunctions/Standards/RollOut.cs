using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Azure.Messaging.ServiceBus;
using CrmFunctions.Customers;
using CrmFunctions.Messaging;
using CrmFunctions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Standards;

/// <summary>A part of having everybody decided again.</summary>
/// <param name="Revision">Of what is in force.</param>
/// <param name="After">The customer that the part before ended with; empty: from the beginning.</param>
/// <param name="Asked">Customers asked for before.</param>
public sealed record RolloutStep(int Revision, string After, int Asked);

/// <summary>Has everybody decided again, some thousand customers at a time, each part asked for by the one before.</summary>
public sealed class RollOut(CrmTables tables, CustomerStore store, Bus bus, TieringEngine engine)
{
    private const int Part = 5000;

    [Function(nameof(RollOut))]
    public async Task Run(
        [ServiceBusTrigger(Flow.Queues.Rollouts, Connection = Flow.ServiceBus)] ServiceBusReceivedMessage received,
        CancellationToken cancellationToken
    )
    {
        var message =
            JsonSerializer.Deserialize(received.Body.ToMemory().Span, MessagingJson.Default.RolloutStep)
            ?? throw new FormatException("The message is null.");
        await engine.Follow(cancellationToken);

        // A later change has its own; one that was never written has none.
        if (engine.InForce.Revision != message.Revision)
            return;
        var customers = await store.NextIds(message.After, Part, cancellationToken);
        await bus.Send(
            Flow.Queues.Recalculations,
            [.. customers.Select(id => RecalculationMessage.All(id, $"r{message.Revision}"))],
            cancellationToken
        );
        CrashPoints.Passed(CrashPoints.RolloutAsked);
        var next = new RolloutStep(message.Revision, customers is [.., var last] ? last : message.After, message.Asked + customers.Count);
        var finished = customers.Count < Part;
        await tables.Standards.Put(
            new RolloutRow
            {
                Revision = next.Revision,
                After = next.After,
                Asked = next.Asked,
                Finished = finished,
            },
            cancellationToken
        );
        if (!finished)
            await bus.Send(
                Flow.Queues.Rollouts,
                [Bus.Message($"rollout:{next.Revision}:{next.After}", next, MessagingJson.Default.RolloutStep)],
                cancellationToken
            );
    }
}

/// <summary>How far it has come.</summary>
public sealed class RolloutRow : ITableEntity
{
    /// <summary>The row, beside <see cref="ActiveStandardsRow"/>.</summary>
    public const string Key = "rollout";

    public string PartitionKey { get; set; } = ActiveStandardsRow.Partition;

    public string RowKey { get; set; } = Key;

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public int Revision { get; set; }

    public string After { get; set; } = "";

    public int Asked { get; set; }

    public bool Finished { get; set; }
}
