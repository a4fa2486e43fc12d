using System.Globalization;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Domain;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Storage;

namespace CrmFunctions.Notifications.Complaints;

/// <summary>Complaints of the last weeks by the day they were opened: who counts a day reads the complaints, not the customers.</summary>
/// <remarks>Source: Notifications/Complaints/COMPLAINTS.md.</remarks>
public sealed class ComplaintIndex(CrmTables tables, Clocks clocks)
{
    /// <summary>How long a row is kept: longer than anything looks back.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(60);

    /// <summary>Adds the complaints among events that are young enough. Those that are there already stay.</summary>
    public async Task Feed(IEnumerable<CustomerEvent> events, CancellationToken cancellationToken)
    {
        foreach (var row in RowsOf(events))
            await tables.Complaints.Add(row, cancellationToken);
    }

    /// <summary>Takes the complaints among events away.</summary>
    /// <returns>How many there may have been.</returns>
    public async Task<int> Forget(IEnumerable<CustomerEvent> events, CancellationToken cancellationToken)
    {
        var rows = RowsOf(events).ToList();
        foreach (var row in rows)
            await tables.Complaints.Remove(row.PartitionKey, row.RowKey, cancellationToken);
        return rows.Count;
    }

    private IEnumerable<ComplaintRow> RowsOf(IEnumerable<CustomerEvent> events) =>
        from happened in events
        let opened = happened.What as ComplaintOpened
        where opened is not null && happened.OccurredAt >= clocks.Now - Kept
        select new ComplaintRow
        {
            PartitionKey = Partition(happened.OccurredAt),
            RowKey = KeyedHash.Of($"{happened.Name}\n{happened.OccurredAt.UtcTicks}", 26),
            At = happened.OccurredAt,
            Complaint = KeyedHash.Of($"{happened.Source}\n{opened.ComplaintId}", 26),
        };

    /// <summary>How many complaints were first opened on each day; days without any are missing.</summary>
    /// <param name="zone">Whose days.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyDictionary<DateOnly, int>> Count(TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var first = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        await foreach (var row in tables.Complaints.QueryAsync<ComplaintRow>(cancellationToken: cancellationToken))
        {
            if (!first.TryGetValue(row.Complaint, out var known) || row.At < known)
                first[row.Complaint] = row.At;
        }

        return first.Values.CountBy(at => WallClock.DayOf(at, zone)).ToDictionary();
    }

    /// <summary>Deletes what is older than anything looks back, a transaction for up to a hundred of a day.</summary>
    public async Task Sweep(CancellationToken cancellationToken)
    {
        var old = new List<ComplaintRow>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey lt {Partition(clocks.Now - Kept)}");
        await foreach (var row in tables.Complaints.QueryAsync<ComplaintRow>(filter, cancellationToken: cancellationToken))
            old.Add(row);
        foreach (var day in old.GroupBy(row => row.PartitionKey))
        {
            // False where another process is sweeping: what is left is deleted tomorrow.
            foreach (var chunk in day.Chunk(Wire.TransactionEntities))
            {
                await tables.Complaints.Transact(
                    [.. chunk.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, ETag.All))],
                    cancellationToken
                );
            }
        }
    }

    private static string Partition(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
}

/// <summary>One opening of a complaint, in the partition of its day (UTC). It names nobody.</summary>
public sealed class ComplaintRow : ITableEntity
{
    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public DateTimeOffset At { get; set; }

    /// <summary>Hash of source and the complaint's id: opened again it is the same.</summary>
    public string Complaint { get; set; } = "";
}
