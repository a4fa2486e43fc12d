using CrmFunctions.Customers;
using CrmFunctions.Service.Duties;
using CrmFunctions.Service.Owners;

namespace CrmFunctions.Service;

/// <summary>Where a customer stands: with whom, and on which list.</summary>
public sealed class OwnerPlaces(OwnerStore owners, Team team, DutyLists lists)
{
    /// <inheritdoc cref="Fulfilment.Settle"/>
    public async Task<ServiceState> Settle(StoredCustomer customer, CancellationToken cancellationToken)
    {
        var service = customer.Service;
        foreach (var owner in service.Releases)
            await owners.Release(owner, customer.Id, cancellationToken);
        service = service with { Releases = [], Withdrawn = [] };
        if (service is { Owner: { } named, Placed: false })
        {
            // The place is taken for the one whom the state names; where there is none, the customer has no owner until another one is
            // named and saved.
            if (!await owners.Take(named, customer.Id, cancellationToken))
            {
                team.NoteFull(named);
                return service with { Owner = null, IsByHand = false };
            }

            CrashPoints.Passed(CrashPoints.Placed);
            team.Note(named);
            service = service with { Placed = true };
        }

        if (service.Listed == service.List)
            return service;
        if (service.List is { } list)
            await lists.Put(list, customer.Id, cancellationToken);
        if (service.Listed is { } before)
            await lists.Take(before, customer.Id, cancellationToken);
        return service with { Listed = service.List };
    }

    /// <inheritdoc cref="Fulfilment.Leave"/>
    public async Task Leave(StoredCustomer customer, CancellationToken cancellationToken)
    {
        var service = customer.Service;
        foreach (var owner in service.Releases.Append(service.Owner))
            if (owner is not null)
                await owners.Release(owner, customer.Id, cancellationToken);
        foreach (var list in new[] { service.Listed, service.List })
            if (list is not null)
                await lists.Take(list, customer.Id, cancellationToken);
    }
}
