using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Storage;

namespace CrmFunctions.Sources.Reconciliation;

/// <summary>How far each source was compared, and the gaps that were found.</summary>
public sealed class GapStore(CrmTables tables)
{
    /// <summary>How far a source was compared; null where it never was.</summary>
    public Task<ReconciliationRow?> ReadState(string source, CancellationToken cancellationToken) =>
        tables.Gaps.Get<ReconciliationRow>(ReconciliationRow.Partition, source, cancellationToken);

    /// <summary>How far all sources were compared.</summary>
    public async Task<IReadOnlyList<ReconciliationRow>> ReadStates(CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {ReconciliationRow.Partition}");
        var rows = new List<ReconciliationRow>();
        await foreach (var row in tables.Gaps.QueryAsync<ReconciliationRow>(filter, cancellationToken: cancellationToken))
            rows.Add(row);
        return rows;
    }

    /// <summary>Keeps how far a source was compared; false where another process did since it was read.</summary>
    public async Task<bool> SaveState(ReconciliationRow row, CancellationToken cancellationToken)
    {
        var saved =
            row.ETag == default
                ? await tables.Gaps.Add(row, cancellationToken)
                : await tables.Gaps.Replace(row, row.ETag, cancellationToken);
        if (saved && await ReadState(row.RowKey, cancellationToken) is { } again)
            row.ETag = again.ETag;
        return saved;
    }

    /// <summary>Keeps the gaps of a window. Found again in the same window, they are the same rows.</summary>
    public async Task Put(
        string source,
        DateTimeOffset window,
        IEnumerable<Gap> gaps,
        DateTimeOffset recoveredAt,
        CancellationToken cancellationToken
    )
    {
        foreach (var gap in gaps)
            await tables.Gaps.Put(GapRow.Of(source, window, gap, recoveredAt), cancellationToken);
    }

    /// <summary>
    /// A page of the gaps of a source, or of all, the latest of each source first; null where <paramref name="next"/> is not the one of a
    /// page before.
    /// </summary>
    public Task<(IReadOnlyList<GapRow>? Rows, string? Next)> List(string? source, string? next, CancellationToken cancellationToken) =>
        tables.Gaps.Page<GapRow>(
            source is null
                ? TableClient.CreateQueryFilter($"PartitionKey ne {ReconciliationRow.Partition}")
                : TableClient.CreateQueryFilter($"PartitionKey eq {source}"),
            next,
            100,
            cancellationToken
        );
}

/// <summary>How far a source was compared.</summary>
public sealed class ReconciliationRow : ITableEntity
{
    /// <summary>The partition of all of them; no source's id begins so.</summary>
    public const string Partition = "-state";

    public string PartitionKey { get; set; } = Partition;

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    /// <summary>Everything the source changed before is compared.</summary>
    public DateTimeOffset Through { get; set; }

    /// <summary>
    /// The end of a window whose missing events are being filed. If the process dies there, the next run takes the same window.
    /// </summary>
    public DateTimeOffset? Filing { get; set; }

    /// <summary>Length of the next window, in seconds.</summary>
    public long WindowSeconds { get; set; }

    public DateTimeOffset? LastRunAt { get; set; }

    /// <summary>Why the last run did not come to its end.</summary>
    public string? LastError { get; set; }

    public long Calls { get; set; }

    public long Compared { get; set; }

    public long Missing { get; set; }

    public long Unmapped { get; set; }

    public string? UnmappedExample { get; set; }
}

/// <summary>A gap that was found and closed.</summary>
public sealed class GapRow : ITableEntity
{
    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public DateTimeOffset From { get; set; }

    public DateTimeOffset To { get; set; }

    public int Items { get; set; }

    public int Events { get; set; }

    /// <summary>The source's ids, JSON list.</summary>
    public string Ids { get; set; } = "[]";

    public DateTimeOffset RecoveredAt { get; set; }

    /// <summary>The row of a gap. Its key is of the window and the first thing missing, and sorts the latest first.</summary>
    public static GapRow Of(string source, DateTimeOffset window, Gap gap, DateTimeOffset recoveredAt) =>
        new()
        {
            PartitionKey = source,
            RowKey = string.Create(
                CultureInfo.InvariantCulture,
                $"{DateTimeOffset.MaxValue.UtcTicks - gap.From.UtcTicks:D19}-{window.UtcTicks:D19}-{CrmFunctions.Domain.Identity.Base32.Hash(gap.Items[0], 13)}"
            ),
            From = gap.From,
            To = gap.To,
            Items = gap.Items.Count,
            Events = gap.Events,
            Ids = JsonSerializer.Serialize([.. gap.Items], GapRowJson.Default.StringArray),
            RecoveredAt = recoveredAt,
        };

    /// <summary>The source's ids.</summary>
    public string[] ToIds() => JsonSerializer.Deserialize(Ids, GapRowJson.Default.StringArray)!;
}

/// <summary>JSON in rows of gaps.</summary>
[JsonSerializable(typeof(string[]))]
internal sealed partial class GapRowJson : JsonSerializerContext;
