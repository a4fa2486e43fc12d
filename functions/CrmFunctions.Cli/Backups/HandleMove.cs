using System.Text.Json;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Cli.Backups;

/// <summary>The rows of a backup as they are under a new secret of handles.</summary>
/// <remarks>
/// BACKUPS.md says why a new name for every handle, the same in all rows, leaves everything else as it was. No identifier is needed: also what
/// an erasure has left is renamed.
/// </remarks>
internal sealed partial class HandleMove
{
    // Nothing that leads to a person is in their keys, and texts of people or other systems are in their columns.
    private static readonly string[] unchanged = ["imports", "gaps", "calibrations", "templates", "plans", "keys", "timers", "tallies"];

    private const string State = "state";

    private readonly HandleKeys keys;

    // Customers who have another name, as of their handles another one is the smallest now; and that handle, whose own rows, of before it was
    // joined, go where the customer's were. Each place has one owner before and after, so that no row meets another.
    private readonly Dictionary<string, string> swapped = new(StringComparer.Ordinal);

    private HandleMove(HandleKeys keys) => this.keys = keys;

    /// <summary>Looks through the customers, whose names depend on the handles that they have.</summary>
    public static async Task<HandleMove> Prepare(HandleKeys keys, IAsyncEnumerable<TableEntity> customers)
    {
        var move = new HandleMove(keys);
        await foreach (var row in customers)
        {
            if (row.RowKey != State || row.GetString("Kind") != "customer")
                continue;
            using var handles = JsonDocument.Parse(row.GetString("Handles"));
            var name = handles
                .RootElement.EnumerateObject()
                .Where(handle => handle.Value.GetBoolean())
                .Select(handle => handle.Name)
                .MinBy(move.Handle, StringComparer.Ordinal);
            if (name is not null && name != row.PartitionKey)
                (move.swapped[row.PartitionKey], move.swapped[name]) = (name, row.PartitionKey);
        }

        return move;
    }

    /// <summary>What becomes of a row.</summary>
    /// <returns>Null: it is left out.</returns>
    public TableEntity? Of(string table, TableEntity row)
    {
        if (unchanged.Contains(table))
            return row;
        switch (table)
        {
            // How far runs have come, by the old handles.
            case "rebuilds":
                return null;
            case "events":
                return OfLog(row);
            case "customers":
                return OfCustomers(row);
            case "orders":
                (row.PartitionKey, row["Filed"], row["Event"]) = (
                    keys.Renew(row.PartitionKey, 0),
                    Handle(row.GetString("Filed")),
                    keys.Renew(row.GetString("Event"), 0)
                );
                return row;
            case "complaints":
                (row.RowKey, row["Complaint"]) = (keys.Renew(row.RowKey, 0), keys.Renew(row.GetString("Complaint"), 0));
                return row;
            case "quarantine":
                if (row.RowKey.StartsWith("e-", StringComparison.Ordinal))
                    row.RowKey = Hash().Replace(row.RowKey, hash => keys.Renew(hash.Value, 0), 1);
                return row;
            case "standards":
                // How far a rollout has come.
                if (row.GetString("After") is { } after)
                    row["After"] = Names(after);
                return row;
            case "sources":
                if (row.PartitionKey == "topics")
                    row.RowKey = keys.Renew(row.RowKey, 0);
                return row;
            case "privacy":
                return OfPrivacy(row);
            case "consents" or "handles":
                (row.PartitionKey, row.RowKey) = (Handles(row.PartitionKey), Handles(row.RowKey));
                return row;
            // The partition of a review is of its customer's handle: the rebuild writes it anew.
            case "due" when row.PartitionKey.StartsWith("review-", StringComparison.Ordinal):
                return null;
            default:
                return Everywhere(row);
        }
    }

    private TableEntity OfLog(TableEntity row)
    {
        var type = row.GetString("Type");
        if (row.PartitionKey.StartsWith("!aside-", StringComparison.Ordinal))
            return row;
        row.PartitionKey = Handles(row.PartitionKey);
        if (row.RowKey == "!erased")
            return row;
        if (type.StartsWith("people.", StringComparison.Ordinal))
        {
            row["Data"] = Handles(row.GetString("Data"));
            return row;
        }

        row.RowKey = keys.Renew(row.RowKey, 0);
        if (type != "erased")
            return row;

        // What an erasure left before stubs were without them.
        (row["OccurredAt"], row["ReceivedAt"]) = (DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
        row["BodyHash"] = "";
        return row;
    }

    private TableEntity OfCustomers(TableEntity row)
    {
        if (row.RowKey.StartsWith("link-", StringComparison.Ordinal) || row.RowKey.StartsWith("decided-", StringComparison.Ordinal))
        {
            (row.PartitionKey, row.RowKey) = (Handles(row.PartitionKey), Handles(row.RowKey));
            foreach (var column in (string[])["One", "Other"])
            {
                if (row.GetString(column) is { } handle)
                    row[column] = Handles(handle);
            }

            return row;
        }

        var (handles, links) = (row.GetString("Handles"), row.GetString("Links"));
        Everywhere(row);
        if (row.RowKey != State)
            return row;
        (row["Handles"], row["Links"]) = (Handles(handles), Handles(links));

        // Hashes of names and addresses: the rebuild computes them anew.
        row.Remove("Quality");
        return row;
    }

    private TableEntity? OfPrivacy(TableEntity row)
    {
        if (row.PartitionKey != "requests")
            return null;
        row.RowKey = keys.Renew(row.RowKey, 0);
        foreach (var column in (string[])["Handles", "UnderWay"])
        {
            if (row.GetString(column) is { } text)
                row[column] = Handles(text);
        }

        return row;
    }

    // Keys and texts in which handles name customers.
    private TableEntity Everywhere(TableEntity row)
    {
        (row.PartitionKey, row.RowKey) = (Names(row.PartitionKey), Names(row.RowKey));
        foreach (var (column, value) in row.ToList())
        {
            if (value is string text && column is not ("PartitionKey" or "RowKey"))
                row[column] = Names(text);
        }

        return row;
    }

    private string Handle(string key) => keys.Renew(key, 1);

    private string Name(string customer) => Handle(swapped.GetValueOrDefault(customer) ?? customer);

    private string Handles(string text) => Key().Replace(text, key => Handle(key.Value));

    private string Names(string text) => Key().Replace(text, key => Name(key.Value));

    [GeneratedRegex("(?<![A-Za-z0-9])[a-f][a-z0-9][a-z2-7]{24}(?![A-Za-z0-9])")]
    private static partial Regex Key();

    [GeneratedRegex("(?<![A-Za-z0-9])[a-z0-9][a-z2-7]{25}(?![A-Za-z0-9])")]
    private static partial Regex Hash();
}
