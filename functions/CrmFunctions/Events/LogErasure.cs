using System.Numerics;
using System.Security.Cryptography;
using Azure.Data.Tables;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Storage;

namespace CrmFunctions.Events;

/// <summary>The one exception to an append-only log: takes a person out of it, and leaves the figures.</summary>
/// <remarks>Source: Privacy/PRIVACY.md. Each step may be done twice.</remarks>
public sealed class LogErasure(CrmTables tables)
{
    private readonly OrderNames orders = new(tables);

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
    /// Sets aside what a tombstone covers, without anything that tells of whom it was, and leaves in its place that it was there: an event
    /// delivered again is a duplicate still.
    /// </summary>
    /// <param name="from">The handle under which it is filed.</param>
    /// <param name="nobody">The name under which it will be kept.</param>
    /// <param name="salt">Hides order numbers and the like.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>How many events were set aside.</returns>
    public async Task<int> SetAside(Handle from, string nobody, string salt, CancellationToken cancellationToken)
    {
        var tombstone =
            await tables.Events.Get<EventRow>(from.Key, EventRow.Tombstone, cancellationToken)
            ?? throw new InvalidOperationException($"Nothing is erased under {from} before its tombstone is there.");
        var (moved, stubs) = (0, 0);
        await foreach (var page in Pages(from.Key, cancellationToken))
        {
            var covered = page.Where(row => row.IsEvent && row.OccurredAt <= tombstone.OccurredAt).ToList();
            if (covered.Count > 0)
            {
                foreach (var row in covered)
                    await orders.Forget(row, cancellationToken);

                // First what stays, then what goes: who dies between does both again, and the rows are the same.
                await Put([.. covered.Select(row => Anonymous(row, nobody, salt))], cancellationToken);
                await Put([.. covered.Select(row => Stub(row.PartitionKey, row.RowKey))], cancellationToken);
            }

            moved += covered.Count;
            stubs += covered.Count + page.Count(row => row.Type == EventRow.Erased && row.RowKey != EventRow.Tombstone);
        }

        await Pad(from, stubs, cancellationToken);
        return moved;
    }

    /// <summary>
    /// Files what was set aside under its name: the days of the events and their order within a day, in place of their times, in rows that are
    /// written in random order.
    /// </summary>
    public async Task Release(string nobody, Handle to, CancellationToken cancellationToken)
    {
        var aside = new List<EventRow>();
        await foreach (var page in Pages(EventRow.Aside + nobody, cancellationToken))
            aside.AddRange(page);
        var kept = aside
            .OrderBy(row => row.OccurredAt)
            .ThenBy(row => row.ReceivedAt)
            .ThenBy(row => row.RowKey, StringComparer.Ordinal)
            .GroupBy(row => Day(row.OccurredAt))
            .SelectMany(day => day.Select((row, place) => Filed(row, to, day.Key, place)))
            .ToArray();
        RandomNumberGenerator.Shuffle(kept.AsSpan());

        // Added, never replaced: where a run before died while it deleted, the order within a day is known only from the rows it filed.
        foreach (var row in kept)
            await tables.Events.Add(row, cancellationToken);
        CrashPoints.Passed(CrashPoints.TotalsFiled);
        foreach (var row in aside)
            await tables.Events.Remove(row.PartitionKey, row.RowKey, cancellationToken);
    }

    /// <summary>The names of all that is set aside and not filed yet.</summary>
    public async Task<IReadOnlyCollection<string>> Aside(CancellationToken cancellationToken)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var until = EventRow.Aside + "~";
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {EventRow.Aside} and PartitionKey lt {until}");
        await foreach (
            var row in tables.Events.QueryAsync<TableEntity>(filter, select: ["PartitionKey"], cancellationToken: cancellationToken)
        )
            names.Add(row.PartitionKey[EventRow.Aside.Length..]);
        return names;
    }

    /// <summary>Deletes a ruling.</summary>
    public Task Remove(Ruling ruling, CancellationToken cancellationToken) =>
        tables.Events.Remove(ruling.One.Key, ruling.Id, cancellationToken);

    // Up to the next power of two, so that the number of stubs does not name the customer of as many events among those kept.
    private async Task Pad(Handle handle, int stubs, CancellationToken cancellationToken)
    {
        var missing = Padded(stubs) - stubs;
        while (missing > 0)
        {
            var some = Math.Min(missing, Wire.TransactionEntities);
            await Put(
                [.. Enumerable.Range(0, some).Select(_ => Stub(handle.Key, KeyedHash.Of(Guid.NewGuid().ToString("N"), 26)))],
                cancellationToken
            );
            missing -= some;
        }
    }

    /// <summary>A count, rounded up to a power of two; 0 stays.</summary>
    public static int Padded(int count) => count == 0 ? 0 : (int)BitOperations.RoundUpToPowerOf2((uint)count);

    private async IAsyncEnumerable<IReadOnlyList<EventRow>> Pages(
        string partition,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition}");
        var pages = tables
            .Events.QueryAsync<EventRow>(filter, cancellationToken: cancellationToken)
            .AsPages(pageSizeHint: Wire.TransactionEntities);
        await foreach (var page in pages)
            yield return page.Values;
    }

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

    private static DateTimeOffset Day(DateTimeOffset at) => new(at.UtcDateTime.Date, TimeSpan.Zero);

    // With its times: they are needed for the order, and gone when it is filed.
    private static EventRow Anonymous(EventRow row, string nobody, string salt)
    {
        string Hide(string text) => Base32.Hash($"{salt}\n{text}", 26);
        var key = Hide(row.RowKey);
        return new EventRow
        {
            PartitionKey = EventRow.Aside + nobody,
            RowKey = key,
            Source = row.Source,
            Id = key,
            Type = row.Type,
            OccurredAt = row.OccurredAt,
            ReceivedAt = row.ReceivedAt,
            Data = Redaction.Of(row.ToData(), nobody, id => Hide($"{row.Source}\n{id}")),
        };
    }

    // Events of one instant are folded in the order of their arrival: the place among those of the day takes its part.
    private static EventRow Filed(EventRow row, Handle to, DateTimeOffset day, int place) =>
        new()
        {
            PartitionKey = to.Key,
            RowKey = row.RowKey,
            Source = row.Source,
            Id = row.Id,
            Type = row.Type,
            OccurredAt = day,
            ReceivedAt = day.AddMilliseconds(place),
            Data = row.Data,
        };

    // The same in every stub: an instant or a hash of the event would lead to what was kept of it.
    private static EventRow Stub(string partition, string key) =>
        new()
        {
            PartitionKey = partition,
            RowKey = key,
            Type = EventRow.Erased,
            OccurredAt = DateTimeOffset.UnixEpoch,
            ReceivedAt = DateTimeOffset.UnixEpoch,
        };
}
