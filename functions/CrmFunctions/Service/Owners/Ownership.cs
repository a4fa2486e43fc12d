using CrmFunctions.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events;
using CrmFunctions.Messaging;

namespace CrmFunctions.Service.Owners;

/// <summary>
/// Gives customers to owners by hand. Named in the state first, by its version; the recalculation takes the place and moves the duties.
/// </summary>
public sealed class Ownership(CustomerStore customers, Bus bus, Clocks clocks)
{
    private const int Races = 8;

    /// <summary>Names another owner.</summary>
    /// <param name="customer">One of the customer's handles.</param>
    /// <param name="from">Only where this owner has it now; null: any owner.</param>
    /// <param name="to">Null: nobody; the plan names one anew.</param>
    /// <param name="by">Who says so.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>False where there is no such customer, or another owner.</returns>
    public async Task<bool> Give(Handle customer, string? from, string? to, string by, string reason, CancellationToken cancellationToken)
    {
        for (var race = 0; race < Races; race++)
        {
            if (
                await customers.Follow(customer, cancellationToken) is not { Decided: not null } known
                || (from is not null && known.Service.Owner != from)
            )
                return false;
            var change = OwnerChange.Of(known.Id, clocks.Now, known.Service.Owner, to, by, reason);
            var next = known with { Service = known.Service.OwnedBy(to, byHand: to is not null) };
            if (next.Service != known.Service && !await customers.Save(next, changes: [], [change], keep: null, cancellationToken))
                continue;
            await bus.Send(
                Flow.Queues.Recalculations,
                [RecalculationMessage.All(known.Id.Key, $"owner-{clocks.Machine.GetUtcNow().Ticks}")],
                cancellationToken
            );
            return true;
        }

        throw new InvalidOperationException($"Customer {customer} was changed by others {Races} times meanwhile; try again.");
    }
}
