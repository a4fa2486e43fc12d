using Azure;
using Azure.Data.Tables;
using CrmFunctions.Storage;

namespace CrmFunctions.Operations.HealthChecks;

/// <summary>When each timer last ran and went well: a row for each.</summary>
public sealed class TimerRuns(CrmTables tables)
{
    private const string Partition = "timers";

    /// <summary>What is known, by function.</summary>
    public async Task<IReadOnlyDictionary<string, TimerRow>> Read(CancellationToken cancellationToken)
    {
        var rows = new Dictionary<string, TimerRow>(StringComparer.Ordinal);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition}");
        await foreach (var row in tables.Timers.QueryAsync<TimerRow>(filter, cancellationToken: cancellationToken))
            rows[row.RowKey] = row;
        return rows;
    }

    /// <summary>Writes from when on a run is waited for that never was. Who is second does nothing.</summary>
    public Task Await(string function, DateTimeOffset now, CancellationToken cancellationToken) =>
        tables.Timers.Add(
            new TimerRow
            {
                PartitionKey = Partition,
                RowKey = function,
                AwaitedSince = now,
            },
            cancellationToken
        );

    /// <summary>Writes that a run went well.</summary>
    public Task Succeeded(string function, DateTimeOffset at, CancellationToken cancellationToken) =>
        tables.Timers.Put(
            new TimerRow
            {
                PartitionKey = Partition,
                RowKey = function,
                SucceededAt = at,
            },
            cancellationToken
        );

    /// <summary>Writes that a run failed; when it last went well stays.</summary>
    public async Task Failed(string function, DateTimeOffset at, string error, CancellationToken cancellationToken)
    {
        var row =
            await tables.Timers.Get<TimerRow>(Partition, function, cancellationToken)
            ?? new TimerRow
            {
                PartitionKey = Partition,
                RowKey = function,
                AwaitedSince = at,
            };
        (row.FailedAt, row.Error) = (at, error);
        await tables.Timers.Put(row, cancellationToken);
    }
}

/// <summary>What is known of a timer's runs. UTC, by the machine's clock.</summary>
public sealed class TimerRow : ITableEntity
{
    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    /// <summary>Where it never ran: since when that is noticed.</summary>
    public DateTimeOffset? AwaitedSince { get; set; }

    public DateTimeOffset? SucceededAt { get; set; }

    public DateTimeOffset? FailedAt { get; set; }

    public string? Error { get; set; }
}
