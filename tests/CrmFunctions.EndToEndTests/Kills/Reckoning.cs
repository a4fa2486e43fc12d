using System.Text.Json;
using CrmFunctions.Customers;
using CrmFunctions.Notifications;
using CrmFunctions.Notifications.Ledger;

namespace CrmFunctions.EndToEndTests.Kills;

/// <summary>Holds what is stored to what was promised, and lists where it is not so.</summary>
internal static class Reckoning
{
    /// <summary>Each name is in the log once, and nothing else is.</summary>
    public static IEnumerable<string> Log(IReadOnlySet<string> posted, IReadOnlyCollection<string> logged) =>
        [
            .. posted.Except(logged).Select(name => $"{name} has its 2xx and is not in the log"),
            .. logged.Except(posted).Select(name => $"{name} is in the log and was never posted"),
            .. logged.CountBy(name => name).Where(pair => pair.Value > 1).Select(pair => $"{pair.Key} is in the log {pair.Value} times"),
        ];

    /// <summary>Customers know the same events under the same handles, and stand in the same tier and stage.</summary>
    public static IEnumerable<string> Standings(IReadOnlyList<CustomerRow> undisturbed, IReadOnlyList<CustomerRow> killed)
    {
        var (right, found) = (undisturbed.Select(Standing).ToList(), killed.Select(Standing).ToList());
        return
        [
            .. right.Except(found).Select(standing => $"should be {standing}"),
            .. found.Except(right).Select(standing => $"is        {standing}"),
        ];
    }

    /// <summary>
    /// Every change and everything owed has its row in the ledger, none is left open, and what the ledger says was sent was received.
    /// </summary>
    public static IEnumerable<string> Ledger(
        IReadOnlyList<CustomerRow> customers,
        IReadOnlyList<HistoryRow> histories,
        IReadOnlyList<MessageRow> ledger,
        IReadOnlyCollection<Received> received
    )
    {
        var owners = Stored.Owners(customers);
        var rows = ledger.ToLookup(row => (owners[row.PartitionKey], row.RowKey));
        var changes = histories
            .Where(row => row.FromTier is not null)
            .Select(row =>
                (owners[row.PartitionKey], $"{MessageRequest.TierChanged}|{row.At.UtcDateTime:yyyyMMdd'T'HHmmss.fffffff'Z'}|webhook")
            );
        var owed = customers.SelectMany(row =>
            JsonSerializer.Deserialize<string[]>(row.Owed)!.Select(name => (row.PartitionKey, $"{name.Replace(':', '|')}|webhook"))
        );
        var told = received
            .Select(message => (owners[(string)message.Data["customerId"]!], $"{message.Data["rule"]}|{message.Data["period"]}|webhook"))
            .ToHashSet();
        return
        [
            .. changes
                .Concat(owed)
                .Where(key => rows[key].All(row => row.Status != MessageStatus.Sent))
                .Select(key => $"{key} is not told: {string.Join(", ", rows[key].Select(row => row.Status).DefaultIfEmpty("no row"))}"),
            .. ledger.Where(row => !IsClosed(row)).Select(row => $"{row.PartitionKey} {row.RowKey} is left {row.Status}"),
            .. rows.Where(group => group.Any(row => row.Status == MessageStatus.Sent) && !told.Contains(group.Key))
                .Select(group => $"{group.Key} is sent and was not received"),
        ];
    }

    /// <summary>
    /// For a person, a rule and a period there is one id: a receiver that knows ids acts once. With one id it is always the same that is
    /// told.
    /// </summary>
    public static IEnumerable<string> Effects(IReadOnlyList<CustomerRow> customers, IReadOnlyCollection<Received> received)
    {
        var owners = Stored.Owners(customers);
        var ids = received.GroupBy(
            message => (owners[(string)message.Data["customerId"]!], (string)message.Data["rule"]!, (string)message.Data["period"]!),
            message => message.Id
        );
        return
        [
            .. ids.Where(group => group.Distinct().Skip(1).Any())
                .Select(group => $"{group.Key} has the ids {string.Join(", ", group.Distinct())}"),
            .. received
                .GroupBy(message => message.Id, message => message.Body)
                .Where(group => group.Distinct().Skip(1).Any())
                .Select(group => $"{group.Key} has the bodies\n    {string.Join("\n    ", group.Distinct())}"),
        ];
    }

    // Whoever died while it told of something that is not true any more has left the receiver to know whether it was told.
    private static bool IsClosed(MessageRow row) =>
        row.Status is MessageStatus.Sent or MessageStatus.Withdrawn
        || (row.Status == MessageStatus.Uncertain && row.Rule != MessageRequest.TierChanged);

    private static string Standing(CustomerRow row) =>
        $"{row.PartitionKey}: {row.Tier} {row.Stage}, {row.Events} events, {row.Orders} orders, last {row.LastOrderAt:O}, "
        + string.Join(
            ' ',
            JsonSerializer.Deserialize<Dictionary<string, bool>>(row.Handles)!.OrderBy(pair => pair.Key, StringComparer.Ordinal)
        );
}
