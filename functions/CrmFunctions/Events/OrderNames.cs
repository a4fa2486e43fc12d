using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Storage;

namespace CrmFunctions.Events;

/// <summary>
/// Where in the log an order is, by the names that its shop has for it. What is told of it later, such as a refund, may name the order and
/// no customer; the log is filed by customer.
/// </summary>
internal sealed class OrderNames(CrmTables tables)
{
    /// <summary>Remembers the orders among entries; the last word of an order is the one found.</summary>
    public Task Remember(IEnumerable<LogEntry> entries, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            entries.SelectMany(entry => entry.OrderNames.Select(name => OrderRow.Of(entry, name))).DistinctBy(row => row.PartitionKey),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
            async (row, token) => await tables.Orders.Put(row, token)
        );

    /// <summary>The row of an order; null where no shop of this name told of it.</summary>
    public Task<OrderRow?> Find(string source, string name, CancellationToken cancellationToken) =>
        tables.Orders.Get<OrderRow>(OrderRow.PartitionOf(source, name), OrderRow.Key, cancellationToken);

    /// <summary>Forgets where the order of an event is, by the number that the event has for it.</summary>
    public async Task Forget(EventRow logged, CancellationToken cancellationToken)
    {
        if (!logged.ToData().TryGetProperty("orderId", out var number) || number.ValueKind is JsonValueKind.Null)
            return;
        var partition = OrderRow.PartitionOf(logged.Source, number.ToString());
        var row = await tables.Orders.Get<OrderRow>(partition, OrderRow.Key, cancellationToken);
        if (row?.Filed == logged.PartitionKey)
            await tables.Orders.Remove(partition, OrderRow.Key, cancellationToken);
    }
}

/// <summary>A row of an order: keyed hashes only. Nothing else spells its columns.</summary>
public sealed class OrderRow : ITableEntity
{
    /// <summary>The one row of a partition.</summary>
    public const string Key = "order";

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = Key;

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    /// <summary>Partition of the log.</summary>
    public string Filed { get; set; } = "";

    /// <summary>Row of the log.</summary>
    public string Event { get; set; } = "";

    internal static OrderRow Of(LogEntry entry, string name) =>
        new()
        {
            PartitionKey = PartitionOf(entry.Event.Source, name),
            Filed = entry.Filed.Key,
            Event = entry.Key,
        };

    internal static string PartitionOf(string source, string name) => KeyedHash.Of($"{source}\n{name}", 26);
}
