using Azure.Data.Tables;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Storage;

namespace CrmFunctions.Events;

/// <summary>The one exception to an append-only log: takes a person out of it, and leaves the figures.</summary>
/// <remarks>Source: Privacy/PRIVACY.md. Each step may be done twice.</remarks>
public sealed class LogErasure(CrmTables tables)
{
    /// <summary>Writes that everything filed under a handle so far is erased: from now on nobody reads it any more.</summary>
    public async Task PutTombstone(Handle handle, DateTimeOffset through, CancellationToken cancellationToken)
    {
        var there = await tables.Events.Get<EventRow>(handle.Key, EventRow.Tombstone, cancellationToken);
        if (there is not null && there.OccurredAt >= through)
            return;
        await tables.Events.Put(
            new EventRow
            {
                PartitionKey = handle.Key,
                RowKey = EventRow.Tombstone,
                Type = EventRow.Erased,
                OccurredAt = through,
                ReceivedAt = through,
            },
            cancellationToken
        );
    }

    /// <summary>
    /// Moves what a tombstone covers under a name that leads to nobody, without anything that tells of whom it was, and leaves in its place
    /// that it was there: an event delivered again is a duplicate still.
    /// </summary>
    /// <returns>How many events and rulings were moved or deleted.</returns>
    public async Task<int> Move(Handle from, Handle to, string nobody, string salt, CancellationToken cancellationToken)
    {
        var tombstone =
            await tables.Events.Get<EventRow>(from.Key, EventRow.Tombstone, cancellationToken)
            ?? throw new InvalidOperationException($"Nothing is erased under {from} before its tombstone is there.");
        var moved = 0;
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {from.Key}");
        var pages = tables
            .Events.QueryAsync<EventRow>(filter, cancellationToken: cancellationToken)
            .AsPages(pageSizeHint: Wire.TransactionEntities);
        await foreach (var page in pages)
        {
            var covered = page.Values.Where(row => row.IsEvent && row.OccurredAt <= tombstone.OccurredAt).ToList();
            if (covered.Count > 0)
            {
                // First what stays, then what goes: who dies between does both again, and the rows are the same.
                await Put([.. covered.Select(row => Anonymous(row, to, nobody, salt))], cancellationToken);
                await Put([.. covered.Select(Stub)], cancellationToken);
            }

            moved += covered.Count;
        }

        return moved;
    }

    /// <summary>Deletes a ruling.</summary>
    public Task Remove(Ruling ruling, CancellationToken cancellationToken) =>
        tables.Events.Remove(ruling.One.Key, ruling.Id, cancellationToken);

    private async Task Put(IReadOnlyList<EventRow> rows, CancellationToken cancellationToken)
    {
        // A redacted event is small, and so is a stub: a hundred are far below a transaction's four megabytes.
        if (
            !await tables.Events.Transact(
                [.. rows.Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row))],
                cancellationToken
            )
        )
        {
            throw new InvalidOperationException("Rows that are written over whatever is there were refused.");
        }
    }

    private static EventRow Anonymous(EventRow row, Handle to, string nobody, string salt)
    {
        string Hide(string text) => Base32.Hash($"{salt}\n{text}", 26);
        var key = Hide(row.RowKey);
        return new EventRow
        {
            PartitionKey = to.Key,
            RowKey = key,
            Source = row.Source,
            Id = key,
            Type = row.Type,
            OccurredAt = row.OccurredAt,
            ReceivedAt = row.ReceivedAt,
            Data = Redaction.Of(row.ToData(), nobody, id => Hide($"{row.Source}\n{id}")),
        };
    }

    private static EventRow Stub(EventRow row) =>
        new()
        {
            PartitionKey = row.PartitionKey,
            RowKey = row.RowKey,
            Type = EventRow.Erased,
            OccurredAt = row.OccurredAt,
            ReceivedAt = row.ReceivedAt,
            BodyHash = row.BodyHash,
        };
}
