using System.Text.Json.Nodes;
using CrmFunctions.Customers;
using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Service;

/// <summary>
/// Personal data of the service: who owns the customer, and on whose list. What duties were done is in the log; their rows go with the
/// state.
/// </summary>
public sealed class ServicePersonalData(CustomerStore customers, OwnerPlaces places) : IPersonalData
{
    /// <inheritdoc/>
    public string Place => "owners";

    /// <inheritdoc/>
    public async Task<JsonArray> Export(PersonalIdentifiers person, CancellationToken cancellationToken) =>
        [
            .. (await Served(person, cancellationToken)).Select(customer => new JsonObject
            {
                ["customer"] = customer.Id.Key,
                ["owner"] = customer.Service.Owner,
                ["list"] = customer.Service.Listed,
                ["duties"] = new JsonArray([.. customer.Service.Open.Select(duty => (JsonNode)duty.Name)]),
            }),
        ];

    /// <inheritdoc/>
    public async Task<int> Forget(PersonalIdentifiers person, CancellationToken cancellationToken)
    {
        var served = await Served(person, cancellationToken);
        foreach (var customer in served)
            await places.Leave(customer, cancellationToken);
        return served.Count;
    }

    private async Task<IReadOnlyList<StoredCustomer>> Served(PersonalIdentifiers person, CancellationToken cancellationToken)
    {
        var found = new Dictionary<Handle, StoredCustomer>();
        foreach (var handle in person.Handles)
        {
            if (
                await customers.Follow(handle, cancellationToken) is { } customer
                && (customer.Service.Owner ?? customer.Service.Listed) is not null
            )
                found.TryAdd(customer.Id, customer);
        }

        return [.. found.Values];
    }
}
