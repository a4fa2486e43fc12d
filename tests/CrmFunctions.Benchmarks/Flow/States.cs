using System.Collections.Concurrent;
using Azure.Data.Tables;
using CrmFunctions.Customers;

namespace CrmFunctions.Benchmarks.Flow;

/// <summary>
/// When the customers' states came to include their events. A scan of three columns of the table twice a second sees each state with the
/// instant at which the storage wrote it: exact for every event, where polling for each would be most of the load.
/// </summary>
/// <remarks>
/// A state that is overwritten between two scans is charged with the instant of the one that followed: too late, never too early.
/// </remarks>
internal sealed class States(TableServiceClient account)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, List<(int Events, DateTimeOffset At)>> seen = new(StringComparer.Ordinal);
    private readonly TableClient table = account.GetTableClient(CrmFunctions.Flow.Tables.Customers);

    /// <summary>Scans until all events sent are in their customers' states, or nothing new came for two minutes.</summary>
    public async Task Watch(Task<Sending[]> load, CancellationToken cancellationToken)
    {
        var last = (Known: -1, At: TimeProvider.System.GetUtcNow());
        while (true)
        {
            var sent = load.IsCompleted;
            await Scan(cancellationToken);
            if (sent && Decided(await load).All(decided => decided.At is not null))
                return;
            var known = seen.Values.Sum(states => states[^1].Events);
            if (known != last.Known || !sent)
                last = (known, TimeProvider.System.GetUtcNow());
            if (TimeProvider.System.GetUtcNow() - last.At > Patience)
                return;
            await Task.Delay(Look, cancellationToken);
        }
    }

    /// <summary>For each event accepted, when its customer's state was first seen to include it; null: not yet.</summary>
    public IEnumerable<(Sending Sending, DateTimeOffset? At)> Decided(IEnumerable<Sending> sendings) =>
        sendings
            .Where(sending => sending.Accepted)
            .GroupBy(sending => sending.Post.Customer)
            .SelectMany(events =>
                events.OrderBy(sending => sending.Intended).Select((sending, before) => (sending, When(events.Key, before + 1)))
            );

    /// <summary>Reads one customer again and again until its state includes so many events.</summary>
    /// <returns>When it was seen.</returns>
    public async Task<DateTimeOffset> Poll(string customer, int events, TimeSpan every, CancellationToken cancellationToken)
    {
        while (true)
        {
            var row = await table.GetEntityIfExistsAsync<TableEntity>(
                customer,
                CustomerRow.Key,
                [nameof(CustomerRow.Events)],
                cancellationToken
            );
            if (row.HasValue && row.Value!.GetInt32(nameof(CustomerRow.Events)) >= events)
                return TimeProvider.System.GetUtcNow();
            await Task.Delay(every, cancellationToken);
        }
    }

    private DateTimeOffset? When(string customer, int events) =>
        seen.TryGetValue(customer, out var states) && states.FindIndex(state => state.Events >= events) is >= 0 and var first
            ? states[first].At
            : null;

    private async Task Scan(CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"RowKey eq {CustomerRow.Key}");
        string[] columns = ["PartitionKey", "Timestamp", nameof(CustomerRow.Events)];
        await foreach (var row in table.QueryAsync<TableEntity>(filter, 1000, columns, cancellationToken))
        {
            var states = seen.GetOrAdd(row.PartitionKey, _ => []);
            var events = row.GetInt32(nameof(CustomerRow.Events)) ?? 0;
            if (states.Count == 0 || states[^1].Events < events)
                states.Add((events, row.Timestamp!.Value));
        }
    }
}
