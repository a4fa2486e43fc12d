using Azure;
using Azure.Data.Tables;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Storage;

namespace CrmFunctions.Customers.People;

/// <summary>The list for review: handles that stand for several people, and so link nobody.</summary>
public sealed class SharedHandles(CrmTables tables, Clocks clocks)
{
    /// <summary>Whether all whom a shared handle parts have been told.</summary>
    public async Task<bool> IsTold(Handle handle, CancellationToken cancellationToken) =>
        await tables.Handles.Get<SharedRow>(SharedRow.Partition, handle.Key, cancellationToken, ["RowKey"]) is not null;

    /// <summary>Puts a handle on the list.</summary>
    public Task List(HandlePlace place, CancellationToken cancellationToken) =>
        tables.Handles.Put(new SharedRow { RowKey = place.Handle.Key, Since = clocks.Now }, cancellationToken);

    /// <summary>Takes a handle off the list. Where it comes to be shared again, all are told again.</summary>
    public Task Strike(Handle handle, CancellationToken cancellationToken) =>
        tables.Handles.Remove(SharedRow.Partition, handle.Key, cancellationToken);

    /// <summary>A page of the list; no rows at all where <paramref name="next"/> is not the one of a page before.</summary>
    public Task<(IReadOnlyList<SharedRow>? Rows, string? Next)> Page(string? next, int size, CancellationToken cancellationToken) =>
        tables.Handles.Page<SharedRow>(
            TableClient.CreateQueryFilter($"PartitionKey eq {SharedRow.Partition}"),
            next,
            size,
            cancellationToken
        );
}

/// <summary>A handle on the list.</summary>
public sealed class SharedRow : ITableEntity
{
    /// <summary>The one partition: the list is short.</summary>
    public const string Partition = "shared";

    public string PartitionKey { get; set; } = Partition;

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public DateTimeOffset Since { get; set; }
}
