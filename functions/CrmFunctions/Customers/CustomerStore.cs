using System.Collections.Immutable;
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
    private const int MostFound = 50;
    private const int MostLinks = 1000;

    /// <summary>The customer that a handle under which events are filed leads to; null where it leads to none yet.</summary>
    public async Task<StoredCustomer?> Follow(Handle handle, CancellationToken cancellationToken)
    {
        for (var hops = 0; hops < MostHops; hops++)
        {
            if (await tables.Customers.Get<CustomerRow>(handle.Key, CustomerRow.Key, cancellationToken) is not { } row) return null;
            if (row.Kind != CustomerRow.Moved) return row.Kind == CustomerRow.Customer ? await Read(row, cancellationToken) : null;
            handle = HandleOf(row.MovedTo!);
        }

        throw new InvalidOperationException($"More than {MostHops} customers were joined one into the other, up to {handle}.");
    }

    /// <summary>The customer that a handle belongs to; null where it belongs to nobody, or to several people.</summary>
    public async Task<StoredCustomer?> Find(Handle handle, CancellationToken cancellationToken) =>
        await Follow(handle, cancellationToken) ?? (await FindAll(handle, cancellationToken)).FirstOrDefault(customer => customer.Handles.ContainsKey(handle.Key));

    /// <summary>All customers whose events carry a handle: one, or where it is shared the first of them.</summary>
    public async Task<IReadOnlyList<StoredCustomer>> FindAll(Handle handle, CancellationToken cancellationToken)
    {
        var place = await Look(handle, cancellationToken);
        var found = new Dictionary<Handle, StoredCustomer>();
        foreach (var anchor in place.Links.Select(link => link.Anchor).Prepend(handle).Take(MostFound))
        {
            if (await Follow(anchor, cancellationToken) is { } customer) found.TryAdd(customer.Id, customer);
        }

        return [.. found.Values.OrderBy(customer => customer.Id)];
    }

    /// <summary>What stands in a handle's partition about who is who.</summary>
    public async Task<HandlePlace> Look(Handle handle, CancellationToken cancellationToken)
    {
        var (from, to) = (IndexRow.RulingPrefix, IndexRow.LinkPrefix + "~");
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {handle.Key} and ((RowKey ge {from} and RowKey lt {to}) or RowKey eq {CustomerRow.Key})");
        var place = new HandlePlace(handle, null, [], []);
        var read = 0;
        await foreach (var row in tables.Customers.QueryAsync<CustomerRow>(filter, cancellationToken: cancellationToken))
        {
            if (row.RowKey == CustomerRow.Key) place = place with { State = row };
            else if (row.Within is not null) place.Links.Add(IndexRow.LinkOf(row));
            else if (row.Ruling is not null) place.Rulings.Add(IndexRow.RulingOf(row));

            // Rulings came before the links. Named this often it is shared, whoever else names it, unless somebody ruled that it is not.
            if (++read < MostLinks || place.Rulings.Count > 0) continue;
            return place with { State = await tables.Customers.Get<CustomerRow>(handle.Key, CustomerRow.Key, cancellationToken) };
        }

        return place;
    }

    /// <summary>Writes at a handle that it is named by events filed under another. Written twice it stands once.</summary>
    public Task Index(Link link, CancellationToken cancellationToken) => tables.Customers.Add(IndexRow.Of(link), cancellationToken);

    /// <summary>Writes a ruling at one of its handles. Written twice it stands once.</summary>
    public Task Index(Ruling ruling, Handle at, CancellationToken cancellationToken) => tables.Customers.Add(IndexRow.Of(ruling, at), cancellationToken);

    /// <summary>Puts up the sign that a handle's events are a stronger one's. What was last decided of it alone is remembered.</summary>
    /// <returns>False where it has changed since it was read.</returns>
    public async Task<bool> Move(Handle from, CustomerRow? read, Handle to, CancellationToken cancellationToken)
    {
        var row = new CustomerRow
        {
            PartitionKey = from.Key,
            Kind = CustomerRow.Moved,
            MovedTo = to.Key,
            Tier = read?.Tier,
            Stage = read?.Stage,
            Score = read?.Score ?? 0,
            Standard = read?.Standard,
            Digest = read?.Digest ?? "",
        };
        return read is null ? await tables.Customers.Add(row, cancellationToken) : await tables.Customers.Replace(row, read.ETag, cancellationToken);
    }

    /// <summary>Takes away all that is known of a customer under a handle. Who decides at the same time has lost the race.</summary>
    /// <param name="handle">The handle, under which events are filed or not.</param>
    /// <param name="anchors">Handles of the customer: that they name this one is forgotten; of others it is not.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>How many rows were taken away.</returns>
    public async Task<int> Erase(Handle handle, IReadOnlySet<Handle> anchors, CancellationToken cancellationToken)
    {
        var erased = 0;
        if (anchors.Contains(handle)) await tables.Customers.Put(new CustomerRow { PartitionKey = handle.Key, Kind = CustomerRow.Erased }, cancellationToken);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {handle.Key}");
        await foreach (var row in tables.Customers.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken))
        {
            var isOwn = row.RowKey.StartsWith(IndexRow.LinkPrefix, StringComparison.Ordinal)
                ? Handle.FromKey(row.RowKey[IndexRow.LinkPrefix.Length..]) is { } anchor && anchors.Contains(anchor)
                : row.RowKey != CustomerRow.Key && anchors.Contains(handle);
            if (!isOwn) continue;
            await tables.Customers.Remove(row.PartitionKey, row.RowKey, cancellationToken);
            erased++;
        }

        return erased;
    }

    /// <summary>Takes a ruling away at one of its handles.</summary>
    public Task Unindex(Ruling ruling, Handle at, CancellationToken cancellationToken) =>
        tables.Customers.Remove(at.Key, IndexRow.RulingPrefix + ruling.Id, cancellationToken);

    /// <summary>Writes state, and history where it changed, in one entity group transaction.</summary>
    /// <param name="customer">With what was decided.</param>
    /// <param name="changes">The changes to put into the history.</param>
    /// <param name="keep">The events to keep with the state; null: those kept before stay as they are.</param>
    /// <param name="cancellationToken">Ends the waiting, not the writing.</param>
    /// <returns>False where somebody else wrote since it was read: read again and decide again.</returns>
    public async Task<bool> Save(StoredCustomer customer, IReadOnlyList<TierChange> changes, Snapshot? keep, CancellationToken cancellationToken)
    {
        var row = Row(customer);
        var actions = new List<TableTransactionAction>();
        var parts = Keep(row, customer.Snapshot, keep);
        actions.Add(customer.Read is { } read
            ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, read)
            : new TableTransactionAction(TableTransactionActionType.Add, row));
        actions.AddRange(parts.Select(part => new TableTransactionAction(TableTransactionActionType.UpsertReplace, part)));
        actions.AddRange(changes.Select(change => new TableTransactionAction(TableTransactionActionType.UpsertReplace, Row(customer, change))));
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

    /// <summary>The customer of a state row. Of a sign, or where one was erased: a new one, that remembers what was last decided of it alone.</summary>
    public async Task<StoredCustomer> Read(CustomerRow row, CancellationToken cancellationToken)
    {
        var decided = row.Tier is null ? null : new Decided(
            row.Tier, StageNames.FromCode(row.Stage!) ?? throw new FormatException($"Customer {row.PartitionKey} is in the unknown stage '{row.Stage}'."),
            row.Score / 10_000m, row.Standard!, row.NextReview, row.Events, row.Orders, row.LastOrderAt, row.ChurnWarningFrom, row.Others, row.Tags, row.Digest, row.Quality ?? "");
        if (row.Kind != CustomerRow.Customer) return StoredCustomer.New(HandleOf(row.PartitionKey), row.ETag, decided);

        var packed = row.SnapshotRows == 0 ? row.Snapshot ?? [] : await ReadSnapshot(row, cancellationToken);
        var handles = JsonSerializer.Deserialize(row.Handles, CustomerStoreJson.Default.DictionaryStringBoolean)!;
        return new StoredCustomer(
            HandleOf(row.PartitionKey),
            handles.ToImmutableSortedDictionary(StringComparer.Ordinal),
            JsonSerializer.Deserialize(row.Links, CustomerStoreJson.Default.DictionaryStringStringArray)!
                .ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.ToImmutableArray(), StringComparer.Ordinal),
            [.. JsonSerializer.Deserialize(row.Rulings, CustomerStoreJson.Default.StringArray)!],
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
            Handles = JsonSerializer.Serialize(new Dictionary<string, bool>(customer.Handles), CustomerStoreJson.Default.DictionaryStringBoolean),
            Links = JsonSerializer.Serialize(customer.Links.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray()), CustomerStoreJson.Default.DictionaryStringStringArray),
            Rulings = JsonSerializer.Serialize([.. customer.Rulings], CustomerStoreJson.Default.StringArray),
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
            Others = decided.Others,
            Tags = decided.Tags,
            Digest = decided.Digest,
            Quality = decided.Quality,
        };
    }

    private static HistoryRow Row(StoredCustomer customer, TierChange change) => new()
    {
        PartitionKey = customer.Id.Key,
        RowKey = HistoryRow.Prefix + change.At.UtcTicks.ToString("D19", CultureInfo.InvariantCulture) + (change.Scheme is null ? "" : $"-{change.Scheme}"),
        At = change.At,
        FromTier = change.FromTier,
        ToTier = change.ToTier,
        FromStage = change.FromStage,
        ToStage = change.ToStage,
        Score = (long)((OtherOf(customer, change)?.Score ?? customer.Decided!.Score) * 10_000m),
        Standard = OtherOf(customer, change)?.Standard ?? customer.Decided!.Standard,
        Scheme = change.Scheme,
    };

    private static OtherTier? OtherOf(StoredCustomer customer, TierChange change) =>
        change.Scheme is null ? null : customer.Decided!.ReadOthers().FirstOrDefault(other => other.Scheme == change.Scheme);

    private static Handle HandleOf(string key) => Handle.FromKey(key) ?? throw new FormatException($"'{key}' is no handle.");
}

/// <summary>What stands in a handle's partition about who is who.</summary>
/// <param name="Handle">The handle.</param>
/// <param name="State">The customer it names, or the sign to the one it belongs to. Null: nothing filed under it was looked at yet.</param>
/// <param name="Links">Who names it.</param>
/// <param name="Rulings">What was decided about it.</param>
public sealed record HandlePlace(Handle Handle, CustomerRow? State, List<Link> Links, List<Ruling> Rulings);

/// <summary>JSON inside columns.</summary>
[JsonSerializable(typeof(Dictionary<string, bool>))]
[JsonSerializable(typeof(Dictionary<string, string[]>))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(TierChange[]))]
internal sealed partial class CustomerStoreJson : JsonSerializerContext;
