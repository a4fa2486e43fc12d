using Azure.Data.Tables;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Storage;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Events.Quarantine;

/// <summary>Keeps aside what could not be taken, until it is released, discarded, or its time is over.</summary>
public sealed class QuarantineStore(CrmTables tables, Clocks clocks, IOptions<QuarantineOptions> options)
{
    private const int Page = 100;

    /// <summary>Keeps something aside. The same thing kept twice is one row.</summary>
    public Task Keep(QuarantineRow row, CancellationToken cancellationToken)
    {
        row.PartitionKey = PartitionOf(row.Source);
        row.Until =
            clocks.Machine.GetUtcNow()
            + (row.RowKey.StartsWith(QuarantineRow.Refused, StringComparison.Ordinal) ? options.Value.KeepRefused : options.Value.Keep);
        return tables.Quarantine.Put(row, cancellationToken);
    }

    /// <summary>A page of what is kept; no rows at all where <paramref name="next"/> is not the one of a page before.</summary>
    /// <param name="source">Only what is kept of it. Null: all.</param>
    /// <param name="reason">Only what is kept for it. Null: all.</param>
    /// <param name="next">Of the page before. Null: the first.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task<(IReadOnlyList<QuarantineRow>? Rows, string? Next)> List(
        string? source,
        string? reason,
        string? next,
        CancellationToken cancellationToken
    )
    {
        var partition = source is null ? null : PartitionOf(source);
        string? filter = (partition, reason) switch
        {
            (null, null) => null,
            (null, _) => TableClient.CreateQueryFilter($"Reason eq {reason}"),
            (_, null) => TableClient.CreateQueryFilter($"PartitionKey eq {partition}"),
            _ => TableClient.CreateQueryFilter($"PartitionKey eq {partition} and Reason eq {reason}"),
        };
        return tables.Quarantine.Page<QuarantineRow>(filter, next, Page, cancellationToken);
    }

    /// <summary>What is kept under an id; null where nothing is.</summary>
    public async Task<QuarantineRow?> Get(string id, CancellationToken cancellationToken) =>
        id.Split('.') is [{ Length: 26 } partition, { Length: > 2 and < 128 } row]
        && partition.All(char.IsAsciiLetterOrDigit)
        && row.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? await tables.Quarantine.Get<QuarantineRow>(partition, row, cancellationToken)
            : null;

    /// <summary>How many deliveries refused for their signature are kept of a source.</summary>
    public async Task<int> CountRefused(string source, CancellationToken cancellationToken)
    {
        var (partition, until) = (PartitionOf(source), QuarantineRow.Refused + "~");
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {partition} and RowKey ge {QuarantineRow.Refused} and RowKey lt {until}"
        );
        var count = 0;
        await foreach (
            var _ in tables.Quarantine.QueryAsync<QuarantineRow>(filter, select: ["RowKey"], cancellationToken: cancellationToken)
        )
            count++;
        return count;
    }

    /// <summary>Deletes something kept: it was released, discarded, or its time is over.</summary>
    public Task Delete(QuarantineRow row, CancellationToken cancellationToken) =>
        tables.Quarantine.Remove(row.PartitionKey, row.RowKey, cancellationToken);

    /// <summary>Everything whose time is over. The quarantine is small: it is looked through.</summary>
    public IAsyncEnumerable<QuarantineRow> Over(CancellationToken cancellationToken)
    {
        var now = clocks.Machine.GetUtcNow();
        return tables.Quarantine.QueryAsync<QuarantineRow>(
            TableClient.CreateQueryFilter($"Until lt {now}"),
            select: ["PartitionKey", "RowKey"],
            cancellationToken: cancellationToken
        );
    }

    /// <summary>All that is kept.</summary>
    public IAsyncEnumerable<QuarantineRow> All(CancellationToken cancellationToken) =>
        tables.Quarantine.QueryAsync<QuarantineRow>((string?)null, cancellationToken: cancellationToken);

    private static string PartitionOf(string source) => Base32.Hash(source, 26);
}
