using Azure;
using Azure.Data.Tables;
using CrmFunctions.Storage;

namespace CrmFunctions.Intake;

/// <summary>Keeps what was authentic and could not be taken.</summary>
public sealed class QuarantineStore(CrmTables tables, Clocks clocks)
{
    /// <summary>Keeps an event aside. The same event kept twice is one row.</summary>
    public Task Keep(Entry entry, string reason, string detail, CancellationToken cancellationToken) => tables.Quarantine.Put(
        new QuarantineRow
        {
            PartitionKey = Domain.Customers.Base32.Hash(entry.Event.Source, 26),
            RowKey = $"{entry.Key}-{entry.BodyHash[..16]}",
            Source = entry.Event.Source,
            Id = entry.Event.Id,
            Type = entry.Type,
            OccurredAt = entry.Event.OccurredAt,
            ReceivedAt = clocks.Now,
            Data = entry.Data,
            Reason = reason,
            Detail = detail,
        },
        cancellationToken);

    /// <summary>What is kept, a page of it; no rows at all where <paramref name="next"/> is not the one of a page before.</summary>
    public Task<(IReadOnlyList<QuarantineRow>? Rows, string? Next)> List(string? next, CancellationToken cancellationToken) =>
        tables.Quarantine.Page<QuarantineRow>(filter: null, next, 100, cancellationToken);
}

/// <summary>A row of the quarantine.</summary>
public sealed class QuarantineRow : ITableEntity
{
#pragma warning disable CS1591 // Keys and columns.
    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Source { get; set; } = "";

    public string Id { get; set; } = "";

    public string Type { get; set; } = "";

    public DateTimeOffset OccurredAt { get; set; }

    public DateTimeOffset ReceivedAt { get; set; }

    public string Data { get; set; } = "";

    public string Reason { get; set; } = "";

    public string Detail { get; set; } = "";
#pragma warning restore CS1591
}
