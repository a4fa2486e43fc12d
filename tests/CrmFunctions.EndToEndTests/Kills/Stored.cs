using System.Text.Json;
using Azure.Data.Tables;
using CrmFunctions.Customers;
using CrmFunctions.Events;
using CrmFunctions.Notifications.Ledger;
using CrmFunctions.Sources.Importing;
using CrmFunctions.Storage;

namespace CrmFunctions.EndToEndTests.Kills;

/// <summary>What a storage holds, read behind the suite's back.</summary>
internal sealed class Stored(string connection)
{
    private readonly CrmTables tables = new(new TableServiceClient(connection));

    /// <summary>The log: source and id of each row, of orders in files source and order.</summary>
    public async Task<List<string>> Events()
    {
        var names = new List<string>();
        await foreach (var row in tables.Events.QueryAsync<EventRow>())
        {
            names.Add(row.Source == "file" ? $"file/{row.ToData().GetProperty("orderId").GetString()}" : $"{row.Source}/{row.Id}");
        }

        return names;
    }

    /// <summary>Customers, those joined into another left out, by id.</summary>
    public async Task<List<CustomerRow>> Customers()
    {
        var rows = new List<CustomerRow>();
        await foreach (
            var row in tables.Customers.QueryAsync<CustomerRow>($"RowKey eq '{CustomerRow.Key}' and Kind eq '{CustomerRow.Customer}'")
        )
            rows.Add(row);
        return rows;
    }

    /// <summary>Changes of tier and stage in all histories, those of joined customers too.</summary>
    public async Task<List<HistoryRow>> Histories()
    {
        var rows = new List<HistoryRow>();
        await foreach (
            var row in tables.Customers.QueryAsync<HistoryRow>($"RowKey ge '{HistoryRow.Prefix}' and RowKey lt '{HistoryRow.Prefix}~'")
        )
            rows.Add(row);
        return rows;
    }

    /// <summary>What became of the rows of all files.</summary>
    public async Task<List<ResultRow>> ImportResults()
    {
        var rows = new List<ResultRow>();
        await foreach (
            var row in tables.Imports.QueryAsync<ResultRow>($"RowKey ge '{ResultRow.Prefix}' and RowKey lt '{ResultRow.Prefix}~'")
        )
            rows.Add(row);
        return rows;
    }

    /// <summary>The ledger.</summary>
    public async Task<List<MessageRow>> Ledger()
    {
        var rows = new List<MessageRow>();
        await foreach (var row in tables.Messages.QueryAsync<MessageRow>())
            rows.Add(row);
        return rows;
    }

    /// <summary>Whether something of the review index is due.</summary>
    public async Task<bool> AnyDue(DateTimeOffset now)
    {
        await foreach (var row in tables.Due.QueryAsync<DueRow>())
        {
            if (row.At <= now)
                return true;
        }

        return false;
    }

    /// <summary>Which customer each handle belongs to.</summary>
    public static Dictionary<string, string> Owners(IEnumerable<CustomerRow> customers) =>
        customers
            .SelectMany(row =>
                JsonSerializer.Deserialize<Dictionary<string, bool>>(row.Handles)!.Keys.Select(handle => (handle, row.PartitionKey))
            )
            .ToDictionary(pair => pair.handle, pair => pair.PartitionKey);
}
