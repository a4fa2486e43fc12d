using System.Text.Json.Nodes;
using CrmFunctions.Customers;
using CrmFunctions.Storage;

namespace CrmFunctions.Notifications.Ledger;

/// <summary>Personal data in the ledger: what was told about a customer.</summary>
public sealed class LedgerPersonalData(CrmTables tables, MessageLedger ledger) : IPersonalData
{
    /// <inheritdoc/>
    public string Place => "messages";

    /// <inheritdoc/>
    public async Task<JsonArray> Export(PersonalIdentifiers person, CancellationToken cancellationToken)
    {
        var rows = await ledger.Read(person.Handles, cancellationToken);
        return
        [
            .. rows.Select(row => new JsonObject
            {
                ["rule"] = row.Rule,
                ["period"] = row.Period,
                ["channel"] = row.Channel,
                ["status"] = row.Status,
                ["reason"] = row.Reason,
                ["template"] = row.Template,
                ["decidedAt"] = row.DecidedAt,
                ["words"] = row.Words,
                ["outcomes"] = string.Join(", ", row.Outcomes().Select(outcome => $"{outcome.Name} {outcome.At:O}")),
            }),
        ];
    }

    /// <inheritdoc/>
    public async Task<int> Forget(PersonalIdentifiers person, CancellationToken cancellationToken)
    {
        var rows = await ledger.Read(person.Handles, cancellationToken);
        foreach (var row in rows)
            await tables.Messages.Remove(row.PartitionKey, row.RowKey, cancellationToken);
        return rows.Count;
    }
}
