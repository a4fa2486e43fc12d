using System.Text.Json.Nodes;
using CrmFunctions.Customers;
using CrmFunctions.Notifications.Pacing;

namespace CrmFunctions.Notifications.Permission;

/// <summary>Personal data in the consent ledger, and in the customers' caps.</summary>
public sealed class PermissionPersonalData(ConsentStore consents, Reservations reservations) : IPersonalData
{
    /// <inheritdoc/>
    public string Place => "consents";

    /// <inheritdoc/>
    public async Task<JsonArray> Export(PersonalIdentifiers person, CancellationToken cancellationToken)
    {
        var rows = await consents.Read(person.Handles, cancellationToken);
        return
        [
            .. rows.Select(row => new JsonObject
            {
                ["contact"] = row.PartitionKey,
                ["channel"] = row.Channel,
                ["purpose"] = row.Purpose,
                ["state"] = row.State,
                ["at"] = row.At,
                ["source"] = row.Source,
                ["wording"] = row.Wording,
                ["evidence"] = row.Evidence,
            }),
        ];
    }

    /// <inheritdoc/>
    public async Task<int> Forget(PersonalIdentifiers person, CancellationToken cancellationToken) =>
        await consents.Forget(person.Handles, cancellationToken)
        + await reservations.Forget(person.Handles.Select(handle => handle.Key), cancellationToken);
}
