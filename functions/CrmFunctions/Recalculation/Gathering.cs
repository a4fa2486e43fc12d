using CrmFunctions.Customers;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Intake;

namespace CrmFunctions.Recalculation;

/// <summary>Gathers the events of all handles of a customer, and with them the customers that turn out to be the same person.</summary>
public sealed class Gathering(CustomerStore customers, EventLog log)
{
    /// <summary>
    /// A snapshot is trusted up to this long before the last row it read: partitions of one account need not share a clock.
    /// </summary>
    private static readonly TimeSpan overlap = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Reads the log under every handle of the customer, claims the handles its events name, and takes in the customers to whom one of
    /// them belongs already, until nothing new is named.
    /// </summary>
    public async Task<Gathered> Gather(StoredCustomer stored, CancellationToken cancellationToken)
    {
        var gathered = new Gathered(stored, [], [], stored.Snapshot.Through);
        var kept = stored.Snapshot.Rows > 0;
        if (kept) gathered.Events.AddRange(stored.Snapshot.Events);

        var read = new HashSet<Handle>();
        while (gathered.Customer.Filed.FirstOrDefault(handle => !read.Contains(handle)) is { Key: not null } handle)
        {
            read.Add(handle);
            var since = kept && stored.Snapshot.Handles.Contains(handle.Key) ? stored.Snapshot.Through - overlap : null;
            var reading = await log.Read(handle, since, cancellationToken);
            gathered.Events.AddRange(reading.Events);
            if (!(gathered.Through >= reading.Through)) gathered = gathered with { Through = reading.Through };
            foreach (var named in reading.Events.SelectMany(e => Handle.All(e.Customer, e.Source)).Distinct())
            {
                if (!gathered.Customer.Handles.ContainsKey(named.Key)) gathered = await Take(gathered, named, cancellationToken);
            }
        }

        return gathered;
    }

    /// <summary>The events that the last decision knew, each once: those kept with the state, and the tail of a long history that is not.</summary>
    public async Task<IReadOnlyList<CustomerEvent>> Known(StoredCustomer stored, CancellationToken cancellationToken)
    {
        if (stored.Snapshot.Events.Count == stored.Decided?.Events) return stored.Snapshot.Events;
        var events = new List<CustomerEvent>(stored.Snapshot.Events);
        foreach (var handle in stored.Filed) events.AddRange((await log.Read(handle, stored.Snapshot.Through - overlap, cancellationToken)).Events);
        return History.Distinct(events);
    }

    private async Task<Gathered> Take(Gathered gathered, Handle named, CancellationToken cancellationToken)
    {
        var customer = gathered.Customer;
        var owner = await customers.Claim(named, customer.Id, cancellationToken);
        if (owner == customer.Id) return gathered with { Customer = customer.Knowing(named.Key, filed: false) };

        var other = (await customers.Open(owner, cancellationToken)).Knowing(named.Key, filed: false);
        if (other.Id == customer.Id) return gathered with { Customer = customer.Knowing(other.Handles) };

        // The stronger handle names both, whoever met whom: any order of joins ends in the same name.
        var (stays, goes) = customer.Id < other.Id ? (customer, other) : (other, customer);
        gathered.Joined.Add(goes);
        return gathered with { Customer = stays.Knowing(goes.Handles).Knowing(gathered.Customer.Handles) };
    }
}

/// <summary>What was gathered.</summary>
/// <param name="Customer">The customer with all its handles.</param>
/// <param name="Events">Events of all of them, in any order, some perhaps twice.</param>
/// <param name="Joined">Customers that are the same person and must be moved.</param>
/// <param name="Through">The storage's time of the last row read.</param>
public sealed record Gathered(StoredCustomer Customer, List<CustomerEvent> Events, List<StoredCustomer> Joined, DateTimeOffset? Through);
