using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Storage;

namespace CrmFunctions.Customers;

/// <summary>Customers and their handles. CUSTOMERS.md says why concurrent joins end in one answer.</summary>
public sealed class CustomerStore(CrmTables tables)
{
    private const int MostHops = 32;

    /// <summary>The customer that a handle belongs to. One is made, and the handle claimed for it, where it belongs to nobody yet.</summary>
    public async Task<StoredCustomer> Open(Handle handle, CancellationToken cancellationToken)
    {
        if (await Follow(handle, cancellationToken) is { } known) return known;
        var owner = await Claim(handle, handle, cancellationToken);
        if (owner == handle) return StoredCustomer.New(handle);

        var other = await Follow(owner, cancellationToken) ?? StoredCustomer.New(owner);
        return other.Knowing(handle.Key, filed: false);
    }

    /// <summary>The customer that a handle belongs to; null where it belongs to nobody.</summary>
    public async Task<StoredCustomer?> Find(Handle handle, CancellationToken cancellationToken)
    {
        if (await Follow(handle, cancellationToken) is { } known) return known;
        var row = await tables.Handles.Get<HandleRow>(handle.Key, HandleRow.Key, cancellationToken);
        return row is null ? null : await Follow(HandleOf(row.Owner), cancellationToken);
    }

    /// <summary>Claims a handle for a customer, once and for all.</summary>
    /// <returns>The customer whose it is: the one named, or the one that was first.</returns>
    public async Task<Handle> Claim(Handle handle, Handle owner, CancellationToken cancellationToken)
    {
        if (await tables.Handles.Add(new HandleRow { PartitionKey = handle.Key, Owner = owner.Key }, cancellationToken)) return owner;
        var row = await tables.Handles.Get<HandleRow>(handle.Key, HandleRow.Key, cancellationToken)
            ?? throw new UnreachableException("Claims are never deleted: a row that conflicts is there.");
        return HandleOf(row.Owner);
    }

    /// <summary>Puts up the sign that a customer has been joined into a stronger one. Its handles stay readable there.</summary>
    /// <returns>False where it has changed since it was read.</returns>
    public async Task<bool> Move(StoredCustomer customer, Handle to, CancellationToken cancellationToken)
    {
        var row = new CustomerRow
        {
            PartitionKey = customer.Id.Key,
            Kind = CustomerRow.Moved,
            MovedTo = to.Key,
            Handles = Write(customer.Handles),
        };
        return customer.Read is { } read ? await tables.Customers.Replace(row, read, cancellationToken) : await tables.Customers.Add(row, cancellationToken);
    }

    /// <summary>Writes state, and history where it changed, in one entity group transaction.</summary>
    /// <param name="customer">With what was decided.</param>
    /// <param name="change">The change to put into the history; null: none.</param>
    /// <param name="keep">The events to keep with the state; null: those kept before stay as they are.</param>
    /// <param name="cancellationToken">Ends the waiting, not the writing.</param>
    /// <returns>False where somebody else wrote since it was read: read again and decide again.</returns>
    public async Task<bool> Save(StoredCustomer customer, TierChange? change, Snapshot? keep, CancellationToken cancellationToken)
    {
        var row = Row(customer);
        var actions = new List<TableTransactionAction>();
        var parts = Keep(row, customer.Snapshot, keep);
        actions.Add(customer.Read is { } read
            ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, read)
            : new TableTransactionAction(TableTransactionActionType.Add, row));
        actions.AddRange(parts.Select(part => new TableTransactionAction(TableTransactionActionType.UpsertReplace, part)));
        if (change is not null) actions.Add(new TableTransactionAction(TableTransactionActionType.UpsertReplace, Row(customer, change)));
        return await tables.Customers.Transact(actions, cancellationToken);
    }

    /// <summary>Every customer decided, by id, a page of the storage after the other: for calibrations, never on the way of an event.</summary>
    public async IAsyncEnumerable<StoredCustomer> ReadAll([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"RowKey eq {CustomerRow.Key} and Kind eq {CustomerRow.Customer}");
        await foreach (var row in tables.Customers.QueryAsync<CustomerRow>(filter, cancellationToken: cancellationToken)) yield return await Read(row, cancellationToken);
    }

    /// <summary>The ids of the next customers, by id: for having everybody decided again.</summary>
    public async Task<IReadOnlyList<string>> NextIds(string after, int most, CancellationToken cancellationToken)
    {
        var ids = new List<string>(most);
        var filter = TableClient.CreateQueryFilter($"PartitionKey gt {after} and RowKey eq {CustomerRow.Key} and Kind eq {CustomerRow.Customer}");
        await foreach (var row in tables.Customers.QueryAsync<CustomerRow>(filter, select: ["PartitionKey"], cancellationToken: cancellationToken))
        {
            ids.Add(row.PartitionKey);
            if (ids.Count == most) break;
        }

        return ids;
    }

    /// <summary>The changes of tier and stage, oldest first.</summary>
    public async Task<IReadOnlyList<HistoryRow>> ReadHistory(Handle customer, CancellationToken cancellationToken)
    {
        var until = HistoryRow.Prefix + "~";
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {customer.Key} and RowKey ge {HistoryRow.Prefix} and RowKey lt {until}");
        var rows = new List<HistoryRow>();
        await foreach (var row in tables.Customers.QueryAsync<HistoryRow>(filter, cancellationToken: cancellationToken)) rows.Add(row);
        return rows;
    }

    private async Task<StoredCustomer?> Follow(Handle id, CancellationToken cancellationToken)
    {
        var passed = new List<KeyValuePair<string, bool>>();
        for (var hops = 0; hops < MostHops; hops++)
        {
            var row = await tables.Customers.Get<CustomerRow>(id.Key, CustomerRow.Key, cancellationToken);
            if (row is null) return passed.Count == 0 ? null : StoredCustomer.New(id).Knowing(passed);
            if (row.Kind != CustomerRow.Moved) return (await Read(row, cancellationToken)).Knowing(passed);

            // Who joined and died before saving left its handles at the sign: whoever passes brings them along.
            passed.AddRange(HandlesOf(row));
            id = HandleOf(row.MovedTo!);
        }

        throw new InvalidOperationException($"More than {MostHops} customers were joined one into the other, up to {id}.");
    }

    private async Task<StoredCustomer> Read(CustomerRow row, CancellationToken cancellationToken)
    {
        var decided = row.Tier is null ? null : new Decided(
            row.Tier, StageNames.FromCode(row.Stage!) ?? throw new FormatException($"Customer {row.PartitionKey} is in the unknown stage '{row.Stage}'."),
            row.Score / 10_000m, row.Standard!, row.NextReview, row.Events, row.Orders, row.LastOrderAt, row.ChurnWarningFrom, row.Digest);
        var packed = row.SnapshotRows == 0 ? row.Snapshot ?? [] : await ReadSnapshot(row, cancellationToken);
        var handles = HandlesOf(row);
        return new StoredCustomer(
            HandleOf(row.PartitionKey),
            handles.ToImmutableSortedDictionary(StringComparer.Ordinal),
            new Snapshot(SnapshotCodec.Read(packed), row.SnapshotThrough, row.SnapshotRows, [.. handles.Where(pair => pair.Value).Select(pair => pair.Key)]),
            decided,
            row.ReviewWaits,
            [.. JsonSerializer.Deserialize(row.Owed, CustomerStoreJson.Default.StringArray)!],
            [.. JsonSerializer.Deserialize(row.Outbox, CustomerStoreJson.Default.TierChangeArray)!],
            row.ETag);
    }

    private async Task<byte[]> ReadSnapshot(CustomerRow row, CancellationToken cancellationToken)
    {
        var until = SnapshotCodec.Prefix + "~";
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {row.PartitionKey} and RowKey ge {SnapshotCodec.Prefix} and RowKey lt {until}");
        var parts = new List<PackedRow>();
        await foreach (var part in tables.Customers.QueryAsync<PackedRow>(filter, cancellationToken: cancellationToken)) parts.Add(part);
        return PackedRow.Join(parts.OrderBy(part => part.RowKey, StringComparer.Ordinal).Take(row.SnapshotRows));
    }

    /// <summary>Puts the snapshot into the row, or says where it stands.</summary>
    /// <returns>The rows that hold it, where they must be written.</returns>
    private static List<PackedRow> Keep(CustomerRow row, Snapshot kept, Snapshot? keep)
    {
        var snapshot = keep ?? kept;
        row.SnapshotThrough = snapshot.Through;
        row.SnapshotRows = snapshot.Rows;
        if (keep is null && kept.Rows > 0) return [];

        var packed = SnapshotCodec.Write(snapshot.Events);
        row.SnapshotRows = 0;
        if (packed.Length <= PackedRow.Part)
        {
            row.Snapshot = packed;
            return [];
        }

        var parts = SnapshotCodec.Rows(row.PartitionKey, packed).ToList();
        if (parts.Count > SnapshotCodec.MostRows)
        {
            // Too long to keep: it is read whole from the log each time. It takes some hundred thousand events to get there.
            row.SnapshotThrough = null;
            return [];
        }

        row.SnapshotRows = parts.Count;
        return parts;
    }

    private static CustomerRow Row(StoredCustomer customer)
    {
        var decided = customer.Decided ?? throw new InvalidOperationException("A customer is saved with a decision.");
        return new CustomerRow
        {
            PartitionKey = customer.Id.Key,
            Handles = Write(customer.Handles),
            Tier = decided.Tier,
            Stage = decided.Stage.Code(),
            Score = (long)(decided.Score * 10_000m),
            Standard = decided.Standard,
            NextReview = decided.NextReview,
            ReviewWaits = customer.ReviewWaits,
            Owed = JsonSerializer.Serialize([.. customer.Owed], CustomerStoreJson.Default.StringArray),
            Outbox = JsonSerializer.Serialize([.. customer.Outbox], CustomerStoreJson.Default.TierChangeArray),
            Events = decided.Events,
            Orders = decided.Orders,
            LastOrderAt = decided.LastOrderAt,
            ChurnWarningFrom = decided.ChurnWarningFrom,
            Digest = decided.Digest,
        };
    }

    private static HistoryRow Row(StoredCustomer customer, TierChange change) => new()
    {
        PartitionKey = customer.Id.Key,
        RowKey = HistoryRow.Prefix + change.At.UtcTicks.ToString("D19", CultureInfo.InvariantCulture),
        At = change.At,
        FromTier = change.FromTier,
        ToTier = change.ToTier,
        FromStage = change.FromStage,
        ToStage = change.ToStage,
        Score = (long)(customer.Decided!.Score * 10_000m),
        Standard = customer.Decided.Standard,
    };

    private static Dictionary<string, bool> HandlesOf(CustomerRow row) => JsonSerializer.Deserialize(row.Handles, CustomerStoreJson.Default.DictionaryStringBoolean)!;

    private static string Write(IEnumerable<KeyValuePair<string, bool>> handles) =>
        JsonSerializer.Serialize(new Dictionary<string, bool>(handles), CustomerStoreJson.Default.DictionaryStringBoolean);

    private static Handle HandleOf(string key) => Handle.FromKey(key) ?? throw new FormatException($"'{key}' is no handle.");
}

/// <summary>JSON inside columns.</summary>
[JsonSerializable(typeof(Dictionary<string, bool>))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(TierChange[]))]
internal sealed partial class CustomerStoreJson : JsonSerializerContext;
