using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events;

namespace CrmFunctions.Customers.People;

/// <summary>Links that claims propose: identifiers of several customers that were claimed together, and join nobody.</summary>
/// <remarks>Source: Customers/People.md of the domain, section 5.</remarks>
public sealed class ProposedLinks(CustomerStore customers, HandleIndex handles, EventLog log)
{
    /// <summary>
    /// The customers whom a claim proposes to be one: whose its events are, and the others whose identifiers it names and of whom nobody has
    /// ruled that they are other people. One or none: it proposes nothing.
    /// </summary>
    public async Task<IReadOnlyList<Handle>> Customers(Handle claim, CancellationToken cancellationToken)
    {
        if (await customers.Follow(claim, cancellationToken) is not { } owner)
            return [];
        var proposed = new Dictionary<Handle, StoredCustomer>();
        var named = (await log.Read(claim, since: null, cancellationToken)).Events.SelectMany(Link.Of).Select(link => link.Named);
        foreach (var handle in named.Distinct().Order())
        {
            if (await customers.Find(handle, cancellationToken) is { } other && other.Id != owner.Id)
                proposed.TryAdd(other.Id, other);
        }

        var ruled = await Ruled(owner, cancellationToken);
        return [owner.Id, .. proposed.Values.Where(other => !AreToldApart(owner, other, ruled)).Select(other => other.Id)];
    }

    private async Task<IReadOnlyList<Ruling>> Ruled(StoredCustomer customer, CancellationToken cancellationToken)
    {
        var rulings = new List<Ruling>();
        foreach (var handle in customer.Filed)
        {
            rulings.AddRange((await handles.Rulings(handle, cancellationToken)).Where(ruling => !ruling.IsAboutOne));
        }

        return [.. rulings.GroupBy(ruling => (ruling.One, ruling.Other)).Select(pair => pair.Max(Ruling.ByTime)!)];
    }

    // By a ruling about one handle of each.
    private static bool AreToldApart(StoredCustomer one, StoredCustomer other, IEnumerable<Ruling> ruled) =>
        ruled.Any(ruling =>
            ruling.Kind == RulingKind.Different
            && (
                (one.Handles.ContainsKey(ruling.One.Key) && other.Handles.ContainsKey(ruling.Other.Key))
                || (one.Handles.ContainsKey(ruling.Other.Key) && other.Handles.ContainsKey(ruling.One.Key))
            )
        );
}
