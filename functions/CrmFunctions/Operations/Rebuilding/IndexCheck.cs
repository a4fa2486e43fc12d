using CrmFunctions.Customers;
using CrmFunctions.Customers.People;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events;
using CrmFunctions.Tiering.Recalculation;

namespace CrmFunctions.Operations.Rebuilding;

/// <summary>Holds the entries about who names a handle against the log.</summary>
public sealed class IndexCheck(HandleIndex index, EventLog log, CustomerRecalculator recalculator)
{
    /// <summary>Entries at a handle that no event and no ruling of the log says.</summary>
    public async Task<(IReadOnlyList<Link> Links, IReadOnlyList<Ruling> Rulings)> Unfounded(
        Handle handle,
        CancellationToken cancellationToken
    )
    {
        // The index first: what is in it was in the log before.
        var place = await index.Look(handle, cancellationToken);
        var (links, rulings) = (new List<Link>(), new List<Ruling>());
        foreach (var link in place.Links)
        {
            if (!(await log.Read(link.Anchor, since: null, cancellationToken)).Events.SelectMany(Link.Of).Contains(link))
                links.Add(link);
        }

        foreach (var ruling in place.Rulings)
        {
            if (!(await log.Read(ruling.One, since: null, cancellationToken)).Rulings.Contains(ruling))
                rulings.Add(ruling);
        }

        return (links, rulings);
    }

    /// <summary>Takes them away, and has those concerned decided anew from the log, who write again what is true.</summary>
    /// <returns>How many were taken away.</returns>
    public async Task<int> Mend(Handle handle, CancellationToken cancellationToken)
    {
        var (links, rulings) = await Unfounded(handle, cancellationToken);
        foreach (var link in links)
            await index.Unindex(link, cancellationToken);
        foreach (var ruling in rulings)
            await index.Unindex(ruling, handle, cancellationToken);
        foreach (
            var concerned in links
                .Select(link => link.Anchor)
                .Concat(rulings.SelectMany(ruling => new[] { ruling.One, ruling.Other }))
                .Distinct()
        )
        {
            await recalculator.Recalculate(concerned, fired: null, RecalculationReason.Rebuild, cancellationToken);
        }

        return links.Count + rulings.Count;
    }
}
