using System.Runtime.CompilerServices;
using CrmFunctions.Customers;
using CrmFunctions.Customers.People;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;

namespace CrmFunctions.Tiering.Calibrations;

/// <summary>
/// Reads the facts of the whole base, one customer after the other: a query in pages, and the log's tail only of histories too long for
/// their state.
/// </summary>
public sealed class CustomerFactsReader(CustomerStore customers, CustomerGatherer gatherer)
{
    /// <summary>
    /// Every customer decided, by id, with the facts at an instant. Who was erased, or of whom nothing is known at it, is left out.
    /// </summary>
    public async IAsyncEnumerable<(string Customer, Facts Facts)> Read(
        DateTimeOffset at,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var (stored, events) in Histories(cancellationToken))
        {
            var facts = Facts.From(events, at);
            if (!facts.Erased && facts.FirstSeen is not null)
                yield return (stored.Id.Key, facts);
        }
    }

    /// <summary>Every customer decided, by id, with the events that the last decision knew.</summary>
    public async IAsyncEnumerable<(StoredCustomer Customer, IReadOnlyList<CustomerEvent> Events)> Histories(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var stored in customers.ReadAll(cancellationToken))
            yield return (stored, await gatherer.Known(stored, cancellationToken));
    }
}
