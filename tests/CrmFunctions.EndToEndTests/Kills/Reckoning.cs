using System.Text.Json;
using CrmFunctions.Customers;
using CrmFunctions.Notifications;

namespace CrmFunctions.EndToEndTests.Kills;

/// <summary>Holds what is stored to what was promised.</summary>
internal static class Reckoning
{
    /// <summary>Each name is in the log once, and nothing else is.</summary>
    public static void EachIsLoggedOnce(IEnumerable<string> posted, List<string> logged) =>
        Assert.Equal(posted.Distinct().Order(StringComparer.Ordinal), logged.Order(StringComparer.Ordinal));

    /// <summary>Customers know the same events under the same handles, and stand in the same tier and stage.</summary>
    public static void StandTheSame(IReadOnlyList<CustomerRow> undisturbed, IReadOnlyList<CustomerRow> killed) =>
        Assert.Equal(undisturbed.Select(Standing), killed.Select(Standing));

    /// <summary>Every change and everything owed has its row in the ledger, and what the ledger says was sent was received.</summary>
    public static void EverythingWasTold(
        IReadOnlyList<CustomerRow> customers, IReadOnlyList<HistoryRow> histories, IReadOnlyList<MessageRow> ledger, IReadOnlyCollection<Received> received)
    {
        var owners = Stored.Owners(customers);
        var rows = ledger.ToLookup(row => (owners[row.PartitionKey], row.RowKey));
        var changes = histories.Where(row => row.FromTier is not null)
            .Select(row => (owners[row.PartitionKey], $"{Notification.TierChanged}|{row.At.UtcDateTime:yyyyMMdd'T'HHmmss.fffffff'Z'}|webhook"));
        var owed = customers.SelectMany(row => JsonSerializer.Deserialize<string[]>(row.Owed)!.Select(name => (row.PartitionKey, $"{name.Replace(':', '|')}|webhook")));

        Assert.Empty(changes.Concat(owed).Where(told => rows[told].All(row => row.Status != MessageStatus.Sent)).Select(told => $"{told}: {rows[told].FirstOrDefault()?.Status ?? "no row"}"));
        Assert.Empty(ledger.Where(row => row.Status is not (MessageStatus.Sent or MessageStatus.Withdrawn)).Select(row => $"{row.PartitionKey} {row.RowKey}: {row.Status}"));
        var told = received.Select(message => (owners[(string)message.Data["customerId"]!], $"{message.Data["rule"]}|{message.Data["period"]}|webhook")).ToHashSet();
        Assert.Empty(rows.Where(group => group.Any(row => row.Status == MessageStatus.Sent) && !told.Contains(group.Key)).Select(group => group.Key));
    }

    /// <summary>For a person, a rule and a period there is one id, and with one id always the same body: a receiver acts once.</summary>
    public static void NothingWasToldTwice(IReadOnlyList<CustomerRow> customers, IReadOnlyCollection<Received> received)
    {
        var owners = Stored.Owners(customers);
        var ids = received.GroupBy(message => (owners[(string)message.Data["customerId"]!], (string)message.Data["rule"]!, (string)message.Data["period"]!), message => message.Id);
        Assert.Empty(ids.Where(group => group.Distinct().Skip(1).Any()).Select(group => $"{group.Key}: {string.Join(", ", group)}"));
        var bodies = received.GroupBy(message => message.Id, message => message.Body);
        Assert.Empty(bodies.Where(group => group.Distinct().Skip(1).Any()).Select(group => string.Join('\n', group.Distinct())));
    }

    private static string Standing(CustomerRow row) =>
        $"{row.PartitionKey}: {row.Tier} {row.Stage}, {row.Events} events, {row.Orders} orders, last {row.LastOrderAt:O}, "
        + string.Join(' ', JsonSerializer.Deserialize<Dictionary<string, bool>>(row.Handles)!.OrderBy(pair => pair.Key, StringComparer.Ordinal));
}
