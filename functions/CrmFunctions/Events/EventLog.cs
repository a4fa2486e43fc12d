using System.Diagnostics;
using Azure.Data.Tables;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events.Quarantine;
using CrmFunctions.Storage;
using CrmFunctions.Telemetry;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Events;

/// <summary>The append-only log, and the one way into it.</summary>
public sealed class EventLog(
    CrmTables tables,
    RecalculationRequests requests,
    QuarantineStore quarantine,
    OperationCount operations,
    IOptions<IntakeOptions> options
)
{
    private const int TransactionBytes = 3 * 1024 * 1024;

    private readonly OrderNames orders = new(tables);

    /// <summary>
    /// Files entries: asks for the recalculation, writes the log, and asks again where the writing took so long that the first message may
    /// have been seen before. When this returns, everything accepted is in the log and will be processed at least once, also when a process
    /// dies at any point.
    /// </summary>
    /// <returns>What became of each, in the order of the entries.</returns>
    public async Task<FilingResult[]> File(IReadOnlyList<LogEntry> entries, CancellationToken cancellationToken)
    {
        var filings = new FilingResult[entries.Count];
        var byHandle = entries.Select((entry, index) => (entry, index)).GroupBy(item => item.entry.Filed).ToList();
        var handles = byHandle.Select(group => group.Key).ToList();

        var asked = await requests.Ask(handles, cancellationToken);
        CrashPoints.Passed(CrashPoints.Asked);

        var remembered = orders.Remember(entries, cancellationToken);
        await Parallel.ForEachAsync(
            byHandle,
            new ParallelOptions { MaxDegreeOfParallelism = options.Value.Writes, CancellationToken = cancellationToken },
            async (group, token) =>
            {
                foreach (var (index, filing) in await Write([.. group], token))
                    filings[index] = filing;
            }
        );
        await remembered;
        CrashPoints.Passed(CrashPoints.Logged);

        await requests.AskAgainIfLate(handles, asked, cancellationToken);
        operations.CountEvents(filings.Count(filing => filing == FilingResult.Accepted));
        FlowMeter.Received(entries.Zip(filings, (entry, filing) => (entry.Kind, filing.Code())));
        CrashPoints.Passed(CrashPoints.Filed);
        return filings;
    }

    /// <summary>Files a ruling about who is who, as an event is filed.</summary>
    public async Task File(Ruling ruling, string by, string reason, CancellationToken cancellationToken)
    {
        var asked = await requests.Ask([ruling.One], cancellationToken);
        await tables.Events.Put(EventRow.Of(ruling, by, reason), cancellationToken);
        await requests.AskAgainIfLate([ruling.One], asked, cancellationToken);
    }

    /// <summary>What would become of entries if they were filed now. Reads only.</summary>
    /// <returns>In the order of the entries.</returns>
    public async Task<FilingResult[]> Look(IReadOnlyList<LogEntry> entries, CancellationToken cancellationToken)
    {
        var filings = new FilingResult[entries.Count];
        var first = new Dictionary<(Handle, string), string>();
        var fresh = new List<int>(entries.Count);
        foreach (var (index, entry) in entries.Index())
        {
            if (first.TryAdd((entry.Filed, entry.Key), entry.BodyHash))
                fresh.Add(index);
            else
                filings[index] = first[(entry.Filed, entry.Key)] == entry.BodyHash ? FilingResult.Duplicate : FilingResult.Quarantined;
        }

        await Parallel.ForEachAsync(
            fresh,
            new ParallelOptions { MaxDegreeOfParallelism = options.Value.Writes, CancellationToken = cancellationToken },
            async (index, token) =>
                filings[index] = await Logged(entries[index], token) is { } logged ? Known(entries[index], logged) : FilingResult.Accepted
        );
        return filings;
    }

    /// <summary>The event by which an order is known, by a name that its shop has for it; null where it is not, or was erased.</summary>
    public async Task<CustomerEvent?> FindOrder(string source, string name, CancellationToken cancellationToken) =>
        await orders.Find(source, name, cancellationToken) is { } row
        && await tables.Events.Get<EventRow>(row.Filed, row.Event, cancellationToken) is { IsEvent: true } logged
            ? logged.ToEvent()
            : null;

    /// <summary>Whether there is nothing in the log.</summary>
    public async Task<bool> IsEmpty(CancellationToken cancellationToken)
    {
        await foreach (
            var _ in tables.Events.QueryAsync<TableEntity>(maxPerPage: 1, select: ["PartitionKey"], cancellationToken: cancellationToken)
        )
            return false;
        return true;
    }

    /// <summary>What is filed under a handle, at most that changed since an instant of the storage's clock.</summary>
    /// <param name="handle">The partition.</param>
    /// <param name="since">Null: all. Otherwise rows written from then on.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<LogReading> Read(Handle handle, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var filter = since is { } from
            ? TableClient.CreateQueryFilter($"PartitionKey eq {handle.Key} and (Timestamp ge {from} or RowKey eq {EventRow.Tombstone})")
            : TableClient.CreateQueryFilter($"PartitionKey eq {handle.Key}");
        var reading = new LogReading([], [], since ?? DateTimeOffset.MinValue, false);
        var erasedThrough = DateTimeOffset.MinValue;
        await foreach (var row in tables.Events.QueryAsync<EventRow>(filter, cancellationToken: cancellationToken))
        {
            // The tombstone's key comes before all others: what lies before it is known when the rest is read.
            if (row.RowKey == EventRow.Tombstone)
                erasedThrough = row.OccurredAt;
            else if (row.IsRuling)
                reading.Rulings.Add(row.ToRuling());
            else if (row.IsEvent && row.OccurredAt > erasedThrough)
                reading.Events.Add(row.ToEvent());
            else
                reading = reading with { IsLate = reading.IsLate || row.IsEvent };
            if (row.Timestamp > reading.Through)
                reading = reading with { Through = row.Timestamp.Value };
        }

        return reading;
    }

    /// <summary>Up to when everything under a handle was erased; null where nothing was.</summary>
    public async Task<DateTimeOffset?> ErasedThrough(Handle handle, CancellationToken cancellationToken) =>
        (await tables.Events.Get<EventRow>(handle.Key, EventRow.Tombstone, cancellationToken, [nameof(EventRow.OccurredAt)]))?.OccurredAt;

    /// <summary>The events and rulings filed under handles, in no order; what was erased is left out.</summary>
    public async Task<IReadOnlyList<EventRow>> ReadRows(IEnumerable<Handle> handles, CancellationToken cancellationToken)
    {
        var rows = new List<EventRow>();
        foreach (var handle in handles)
        {
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {handle.Key}");
            var erasedThrough = DateTimeOffset.MinValue;
            await foreach (var row in tables.Events.QueryAsync<EventRow>(filter, cancellationToken: cancellationToken))
            {
                if (row.RowKey == EventRow.Tombstone)
                    erasedThrough = row.OccurredAt;
                else if (row.IsRuling || (row.IsEvent && row.OccurredAt > erasedThrough))
                    rows.Add(row);
            }
        }

        return rows;
    }

    private async Task<List<(int Index, FilingResult Filing)>> Write(
        IReadOnlyList<(LogEntry Entry, int Index)> group,
        CancellationToken cancellationToken
    )
    {
        var results = new List<(int, FilingResult)>(group.Count);
        var fresh = new List<(LogEntry Entry, int Index)>(group.Count);
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in group)
        {
            if (first.TryAdd(item.Entry.Key, item.Entry.BodyHash))
                fresh.Add(item);
            else if (first[item.Entry.Key] == item.Entry.BodyHash)
                results.Add((item.Index, FilingResult.Duplicate));
            else
                results.Add((item.Index, await KeepAside(item.Entry, cancellationToken)));
        }

        foreach (var chunk in Chunks(fresh))
        {
            if (chunk.Count > 1 && await WriteTogether(chunk, cancellationToken))
            {
                results.AddRange(chunk.Select(item => (item.Index, FilingResult.Accepted)));
                continue;
            }

            foreach (var item in chunk)
                results.Add((item.Index, await WriteOne(item.Entry, cancellationToken)));
        }

        return results;
    }

    private Task<bool> WriteTogether(IReadOnlyList<(LogEntry Entry, int Index)> chunk, CancellationToken cancellationToken) =>
        tables.Events.Transact(
            [.. chunk.Select(item => new TableTransactionAction(TableTransactionActionType.Add, EventRow.Of(item.Entry)))],
            cancellationToken
        );

    private async Task<FilingResult> WriteOne(LogEntry entry, CancellationToken cancellationToken)
    {
        if (await tables.Events.Add(EventRow.Of(entry), cancellationToken))
            return FilingResult.Accepted;

        // An insert that conflicts is a redelivery, unless the sender has used the id for something else.
        var logged =
            await Logged(entry, cancellationToken)
            ?? throw new UnreachableException("The log is append-only: a row that conflicts is there.");
        return Known(entry, logged) is var known and not FilingResult.Quarantined ? known : await KeepAside(entry, cancellationToken);
    }

    // One origin writes an event once: there, a first try wrote it and died before it could say so.
    private static FilingResult Known(LogEntry entry, EventRow logged) =>
        !IsSame(logged, entry) ? FilingResult.Quarantined
        : entry.Origin is not null && logged.Origin == entry.Origin ? FilingResult.Accepted
        : FilingResult.Duplicate;

    private Task<EventRow?> Logged(LogEntry entry, CancellationToken cancellationToken) =>
        tables.Events.Get<EventRow>(
            entry.Filed.Key,
            entry.Key,
            cancellationToken,
            [nameof(EventRow.BodyHash), nameof(EventRow.Type), nameof(EventRow.Origin)]
        );

    // What was erased is not taken again, also with another content.
    private static bool IsSame(EventRow logged, LogEntry entry) => logged.BodyHash == entry.BodyHash || logged.Type == EventRow.Erased;

    private async Task<FilingResult> KeepAside(LogEntry entry, CancellationToken cancellationToken)
    {
        await quarantine.Keep(entry.Aside(), cancellationToken);
        return FilingResult.Quarantined;
    }

    private static IEnumerable<List<(LogEntry Entry, int Index)>> Chunks(List<(LogEntry Entry, int Index)> items)
    {
        var chunk = new List<(LogEntry Entry, int Index)>();
        var bytes = 0;
        foreach (var item in items)
        {
            var size = 1024 + (3 * item.Entry.Data.Length);
            if (chunk.Count > 0 && (chunk.Count == Wire.TransactionEntities || bytes + size > TransactionBytes))
            {
                yield return chunk;
                chunk = [];
                bytes = 0;
            }

            chunk.Add(item);
            bytes += size;
        }

        if (chunk.Count > 0)
            yield return chunk;
    }
}

/// <summary>Events read from one partition of the log.</summary>
/// <param name="Events">In no order.</param>
/// <param name="Rulings">What was decided about who is who, in no order.</param>
/// <param name="Through">The storage's time of the last row read.</param>
/// <param name="IsLate">
/// There are events that an erasure should have met: they came after it and tell of what was before. They are not among the events.
/// </param>
public sealed record LogReading(List<CustomerEvent> Events, List<Ruling> Rulings, DateTimeOffset Through, bool IsLate);
