using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Storage;

namespace CrmFunctions.Customers;

/// <summary>Customers as they are stored: their state, and how it came to be. StateColumns says what stands where.</summary>
public sealed class CustomerStore(CrmTables tables, HandleIndex handles)
{
    private const int MostHops = 32;
    private const int MostFound = 50;

    /// <summary>The customer that a handle under which events are filed leads to; null where it leads to none yet.</summary>
    /// <param name="handle">The handle.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="fromLog">What follows from the log is not read: it is to be computed again, and may be broken.</param>
    public async Task<StoredCustomer?> Follow(Handle handle, CancellationToken cancellationToken, bool fromLog = false)
    {
        var (_, row) = await FollowSigns(handle, cancellationToken);
        return row?.Kind == CustomerRow.Customer ? await Read(row, cancellationToken, fromLog) : null;
    }

    /// <summary>
    /// Since when a handle's sign leads to a customer that has no state yet; null where that is not so. The run that wrote it saves the
    /// state next, or has died and is delivered again: until then a customer that was known cannot be found, and callers try again later.
    /// </summary>
    public async Task<DateTimeOffset?> BeingJoinedSince(Handle handle, CancellationToken cancellationToken) =>
        await FollowSigns(handle, cancellationToken) is ({ } sign, null) ? sign.Timestamp : null;

    /// <summary>The customer that a handle belongs to; null where it belongs to nobody, or to several people.</summary>
    public async Task<StoredCustomer?> Find(Handle handle, CancellationToken cancellationToken) =>
        await Follow(handle, cancellationToken)
        ?? (await FindAll(handle, cancellationToken)).FirstOrDefault(customer => customer.Handles.ContainsKey(handle.Key));

    /// <summary>All customers whose events carry a handle: one, or where it is shared the first of them.</summary>
    public async Task<IReadOnlyList<StoredCustomer>> FindAll(Handle handle, CancellationToken cancellationToken)
    {
        var place = await handles.Look(handle, cancellationToken);
        var found = new Dictionary<Handle, StoredCustomer>();
        foreach (var anchor in place.Links.Select(link => link.Anchor).Prepend(handle).Take(MostFound))
        {
            if (await Follow(anchor, cancellationToken) is { } customer)
                found.TryAdd(customer.Id, customer);
        }

        return [.. found.Values.OrderBy(customer => customer.Id)];
    }

    /// <summary>Writes state, and history where it changed, in one entity group transaction.</summary>
    /// <param name="customer">With what was decided.</param>
    /// <param name="changes">The changes to put into the history.</param>
    /// <param name="beside">Rows of the customer's duties and owners to write with it.</param>
    /// <param name="keep">The events to keep with the state; null: those kept before stay as they are.</param>
    /// <param name="cancellationToken">Ends the waiting, not the writing.</param>
    /// <returns>False where another process wrote since it was read: read again and decide again.</returns>
    public async Task<bool> Save(
        StoredCustomer customer,
        IReadOnlyList<TierChange> changes,
        IEnumerable<ITableEntity> beside,
        Snapshot? keep,
        CancellationToken cancellationToken
    )
    {
        var row = StateColumns.Of(customer);
        var actions = new List<TableTransactionAction>();
        var parts = SnapshotCodec.Keep(row, customer.Snapshot, keep);
        actions.Add(
            customer.Read is { } read
                ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, read)
                : new TableTransactionAction(TableTransactionActionType.Add, row)
        );
        actions.AddRange(parts.Select(part => new TableTransactionAction(TableTransactionActionType.UpsertReplace, part)));
        actions.AddRange(
            changes.Select(change => new TableTransactionAction(
                TableTransactionActionType.UpsertReplace,
                StateColumns.Of(customer, change)
            ))
        );
        actions.AddRange(beside.Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row)));
        return await tables.Customers.Transact(actions, cancellationToken);
    }

    /// <summary>A row written beside a customer's state; null where there is none.</summary>
    public Task<T?> Beside<T>(Handle customer, string key, CancellationToken cancellationToken)
        where T : class, ITableEntity => tables.Customers.Get<T>(customer.Key, key, cancellationToken);

    /// <summary>
    /// Every customer decided, by id, a page of the storage after the other: for calibrations, never on the way of an event.
    /// </summary>
    public async IAsyncEnumerable<StoredCustomer> ReadAll([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"RowKey eq {CustomerRow.Key} and Kind eq {CustomerRow.Customer}");
        await foreach (var row in tables.Customers.QueryAsync<CustomerRow>(filter, cancellationToken: cancellationToken))
            yield return await Read(row, cancellationToken);
    }

    /// <summary>The ids of the next customers, by id: for having everybody decided again.</summary>
    public async Task<IReadOnlyList<string>> NextIds(string after, int most, CancellationToken cancellationToken)
    {
        var ids = new List<string>(most);
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey gt {after} and RowKey eq {CustomerRow.Key} and Kind eq {CustomerRow.Customer}"
        );
        await foreach (
            var row in tables.Customers.QueryAsync<CustomerRow>(filter, select: ["PartitionKey"], cancellationToken: cancellationToken)
        )
        {
            ids.Add(row.PartitionKey);
            if (ids.Count == most)
                break;
        }

        return ids;
    }

    /// <summary>The changes of tier and stage, oldest first.</summary>
    public async Task<IReadOnlyList<HistoryRow>> ReadHistory(Handle customer, CancellationToken cancellationToken)
    {
        var until = HistoryRow.Prefix + "~";
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {customer.Key} and RowKey ge {HistoryRow.Prefix} and RowKey lt {until}"
        );
        var rows = new List<HistoryRow>();
        await foreach (var row in tables.Customers.QueryAsync<HistoryRow>(filter, cancellationToken: cancellationToken))
            rows.Add(row);
        return rows;
    }

    /// <summary>
    /// The customer of a state row. Of a sign, or where one was erased: a new one, that remembers what was last decided of it alone.
    /// </summary>
    public async Task<StoredCustomer> Read(CustomerRow row, CancellationToken cancellationToken, bool fromLog = false)
    {
        if (fromLog)
            StateColumns.DropDerived(row);
        return StateColumns.Read(row, row.SnapshotRows == 0 ? row.Snapshot ?? [] : await ReadSnapshot(row, cancellationToken));
    }

    /// <summary>Deletes the decision about a customer of whom the log knows nothing.</summary>
    /// <returns>False where it has changed since it was read.</returns>
    public async Task<bool> Forget(StoredCustomer customer, CancellationToken cancellationToken) =>
        customer.Read is not { } read
        || await tables.Customers.Replace(
            new CustomerRow { PartitionKey = customer.Id.Key, Kind = CustomerRow.Erased },
            read,
            cancellationToken
        );

    // The row at the end of a handle's signs, and the sign that led there.
    private async Task<(CustomerRow? Sign, CustomerRow? Row)> FollowSigns(Handle handle, CancellationToken cancellationToken)
    {
        CustomerRow? sign = null;
        for (var hops = 0; hops < MostHops; hops++)
        {
            var row = await tables.Customers.Get<CustomerRow>(handle.Key, CustomerRow.Key, cancellationToken);
            if (row is not { Kind: CustomerRow.Moved })
                return (sign, row);
            (sign, handle) = (row, StateColumns.HandleOf(row.MovedTo!));
        }

        throw new InvalidOperationException($"More than {MostHops} customers were joined one into the other, up to {handle}.");
    }

    private async Task<byte[]> ReadSnapshot(CustomerRow row, CancellationToken cancellationToken)
    {
        var until = SnapshotCodec.Prefix + "~";
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {row.PartitionKey} and RowKey ge {SnapshotCodec.Prefix} and RowKey lt {until}"
        );
        var parts = new List<PackedRow>();
        await foreach (var part in tables.Customers.QueryAsync<PackedRow>(filter, cancellationToken: cancellationToken))
            parts.Add(part);
        return PackedRow.Join(parts.OrderBy(part => part.RowKey, StringComparer.Ordinal).Take(row.SnapshotRows));
    }
}
