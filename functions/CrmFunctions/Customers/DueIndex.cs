using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Storage;
using CrmFunctions.Telemetry;

namespace CrmFunctions.Customers;

/// <summary>
/// When whom must be looked at: one partition for each kind, hour and shard, one row for each customer and what is owed. Rows that fired
/// are deleted, so that all that lies before now is due, and one range query finds it without visiting the empty hours between.
/// </summary>
public sealed class DueIndex(CrmTables tables, Clocks clocks)
{
    /// <summary>The kind of the rows at which a decision is to be made again.</summary>
    public const string Review = "review";

    /// <summary>Partitions of an hour: enough for 8 × 2,000 rows a second.</summary>
    public const int Shards = 8;

    /// <summary>
    /// Sees to it that a review row waits at or before the next review. A row that waits already is not moved: it fires early.
    /// </summary>
    /// <returns>The instant of the row that waits; null where none needs to.</returns>
    public async Task<DateTimeOffset?> EnsureReview(
        Handle customer,
        DateTimeOffset? waits,
        DateTimeOffset? nextReview,
        CancellationToken cancellationToken
    )
    {
        if (nextReview is not { } next || waits <= next)
            return waits;
        await Put(Review, customer, next, "", cancellationToken);
        return next;
    }

    /// <summary>Whether a review row waits for a customer at an instant.</summary>
    public async Task<bool> HasReview(Handle customer, DateTimeOffset at, CancellationToken cancellationToken) =>
        await tables.Due.Get<DueRow>(Partition(Review, customer, at), customer.Key, cancellationToken) is { } row && row.At <= at;

    /// <summary>Puts obligations into the index, due from now on.</summary>
    public async Task Owe(Handle customer, IEnumerable<Obligation> obligations, CancellationToken cancellationToken)
    {
        foreach (var obligation in obligations)
            await Put(obligation.Kind.Code(), customer, clocks.Now, obligation.Period, cancellationToken);
    }

    /// <summary>What is due of a kind, oldest hour first, in pages as they are read.</summary>
    public async IAsyncEnumerable<IReadOnlyList<DueRow>> Read(string kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var now = clocks.Now;
        var (from, to) = ($"{kind}-", $"{kind}-{Hour(now.AddHours(1))}");
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {from} and PartitionKey lt {to}");
        var (rows, oldest) = (0L, now);
        await foreach (var page in tables.Due.QueryAsync<DueRow>(filter, cancellationToken: cancellationToken).AsPages())
        {
            var due = page.Values.Where(row => row.At <= now).ToList();
            if (due.Count == 0)
                continue;
            rows += due.Count;
            if (due.Min(row => row.At) is var first && first < oldest)
                oldest = first;
            yield return due;
        }

        FlowMeter.Due(kind, rows, now - oldest);
    }

    /// <summary>Deletes rows that fired, a transaction for each partition of up to a hundred.</summary>
    public async Task Remove(IReadOnlyList<DueRow> fired, CancellationToken cancellationToken)
    {
        foreach (var partition in fired.GroupBy(row => row.PartitionKey))
        {
            foreach (var chunk in partition.Chunk(Wire.TransactionEntities))
            {
                // A row that was put again since it was read stays: its ETag differs, and then each row is tried alone.
                var deletes = chunk.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, row.ETag)).ToList();
                if (deletes.Count > 1 && await tables.Due.Transact(deletes, cancellationToken))
                    continue;
                foreach (var delete in deletes)
                    await tables.Due.Transact([delete], cancellationToken);
            }
        }
    }

    private Task Put(string kind, Handle customer, DateTimeOffset at, string period, CancellationToken cancellationToken) =>
        tables.Due.Put(
            new DueRow
            {
                PartitionKey = Partition(kind, customer, at),
                RowKey = period.Length == 0 ? customer.Key : $"{customer.Key}|{Base32.Hash(period, 10)}",
                At = at,
                Period = period,
                Trace = FlowTrace.Recorded,
            },
            cancellationToken
        );

    /// <summary>The partition of a row.</summary>
    public static string Partition(string kind, Handle customer, DateTimeOffset at) => $"{kind}-{Hour(at)}-{Shard(customer)}";

    private static string Hour(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMddHH", CultureInfo.InvariantCulture);

    // The last characters of a handle are those of a hash: evenly spread.
    private static int Shard(Handle customer) => customer.Key[^1] % Shards;
}

/// <summary>A row of the index.</summary>
public sealed class DueRow : ITableEntity
{
    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public DateTimeOffset At { get; set; }

    public string Period { get; set; } = "";

    /// <summary>The step that wrote it, where it is recorded.</summary>
    public string? Trace { get; set; }

    /// <summary>Key of the customer.</summary>
    [System.Runtime.Serialization.IgnoreDataMember]
    public string Customer => RowKey.Split('|')[0];
}
