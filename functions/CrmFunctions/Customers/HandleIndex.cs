using Azure.Data.Tables;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Storage;

namespace CrmFunctions.Customers;

/// <summary>
/// What stands in a handle's partition about who is who: who names it, what was decided about it, and the sign to where it went.
/// </summary>
/// <remarks>CUSTOMERS.md says why concurrent joins end in one answer.</remarks>
public sealed class HandleIndex(CrmTables tables)
{
    private const int MostLinks = 1000;

    /// <summary>What stands in a handle's partition about who is who.</summary>
    public async Task<HandlePlace> Look(Handle handle, CancellationToken cancellationToken)
    {
        var (from, to) = (IndexRow.RulingPrefix, IndexRow.LinkPrefix + "~");
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {handle.Key} and ((RowKey ge {from} and RowKey lt {to}) or RowKey eq {CustomerRow.Key})"
        );
        var place = new HandlePlace(handle, null, [], []);
        var read = 0;
        await foreach (var row in tables.Customers.QueryAsync<CustomerRow>(filter, cancellationToken: cancellationToken))
        {
            if (row.RowKey == CustomerRow.Key)
                place = place with { State = row };
            else if (row.Within is not null)
                place.Links.Add(IndexRow.LinkOf(row));
            else if (row.Ruling is not null)
                place.Rulings.Add(IndexRow.RulingOf(row));

            // Rulings came before the links. Named this often it is shared, unless a person ruled that it is not.
            if (++read < MostLinks || place.Rulings.Count > 0)
                continue;
            return place with { State = await tables.Customers.Get<CustomerRow>(handle.Key, CustomerRow.Key, cancellationToken) };
        }

        return place;
    }

    /// <summary>The rulings that stand at a handle.</summary>
    public async Task<IReadOnlyList<Ruling>> Rulings(Handle handle, CancellationToken cancellationToken)
    {
        var (from, to) = (IndexRow.RulingPrefix, IndexRow.RulingPrefix + "~");
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {handle.Key} and RowKey ge {from} and RowKey lt {to}");
        var rulings = new List<Ruling>();
        await foreach (var row in tables.Customers.QueryAsync<CustomerRow>(filter, cancellationToken: cancellationToken))
            rulings.Add(IndexRow.RulingOf(row));
        return rulings;
    }

    /// <summary>Writes at a handle that it is named by events filed under another. Written twice it stands once.</summary>
    public Task Index(Link link, CancellationToken cancellationToken) => tables.Customers.Add(IndexRow.Of(link), cancellationToken);

    /// <summary>Writes a ruling at one of its handles. Written twice it stands once.</summary>
    public Task Index(Ruling ruling, Handle at, CancellationToken cancellationToken) =>
        tables.Customers.Add(IndexRow.Of(ruling, at), cancellationToken);

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

            // Its row in the review index goes on waiting, and an erasure must find it.
            ReviewWaits = read?.ReviewWaits,
        };
        return read is null
            ? await tables.Customers.Add(row, cancellationToken)
            : await tables.Customers.Replace(row, read.ETag, cancellationToken);
    }

    /// <summary>Takes away all that is known of a customer under a handle. Who decides at the same time has lost the race.</summary>
    /// <param name="handle">The handle, under which events are filed or not.</param>
    /// <param name="anchors">Handles of the customer: that they name this one is forgotten; of others it is not.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>How many rows were taken away.</returns>
    public async Task<int> Erase(Handle handle, IReadOnlySet<Handle> anchors, CancellationToken cancellationToken)
    {
        var erased = 0;
        if (anchors.Contains(handle))
        {
            // The row that waits for the next review tells when the last things happened.
            var state = await tables.Customers.Get<CustomerRow>(handle.Key, CustomerRow.Key, cancellationToken);
            if (state?.ReviewWaits is { } waits)
                await tables.Due.Remove(DueIndex.Partition(DueIndex.Review, handle, waits), handle.Key, cancellationToken);
            await tables.Customers.Put(new CustomerRow { PartitionKey = handle.Key, Kind = CustomerRow.Erased }, cancellationToken);
        }

        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {handle.Key}");
        await foreach (
            var row in tables.Customers.QueryAsync<TableEntity>(
                filter,
                select: ["PartitionKey", "RowKey"],
                cancellationToken: cancellationToken
            )
        )
        {
            var isOwn = row.RowKey.StartsWith(IndexRow.LinkPrefix, StringComparison.Ordinal)
                ? Handle.FromKey(row.RowKey[IndexRow.LinkPrefix.Length..]) is { } anchor && anchors.Contains(anchor)
                : row.RowKey != CustomerRow.Key && anchors.Contains(handle);
            if (!isOwn)
                continue;
            await tables.Customers.Remove(row.PartitionKey, row.RowKey, cancellationToken);
            erased++;
        }

        return erased;
    }

    /// <summary>Takes an entry away at the handle it names.</summary>
    public Task Unindex(Link link, CancellationToken cancellationToken) =>
        tables.Customers.Remove(link.Named.Key, IndexRow.LinkPrefix + link.Anchor.Key, cancellationToken);

    /// <summary>Takes a ruling away at one of its handles.</summary>
    public Task Unindex(Ruling ruling, Handle at, CancellationToken cancellationToken) =>
        tables.Customers.Remove(at.Key, IndexRow.RulingPrefix + ruling.Id, cancellationToken);
}

/// <summary>What stands in a handle's partition about who is who.</summary>
/// <param name="Handle">The handle.</param>
/// <param name="State">The customer it names, or the sign to the one it belongs to. Null: nothing filed under it was looked at yet.</param>
/// <param name="Links">Who names it.</param>
/// <param name="Rulings">What was decided about it.</param>
public sealed record HandlePlace(Handle Handle, CustomerRow? State, List<Link> Links, List<Ruling> Rulings);
