using CrmFunctions.Customers;
using CrmFunctions.Customers.People;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Service;

namespace CrmFunctions.Tiering.Recalculation;

/// <summary>Makes the rows of one person's handles right, and has others do so whom the news concern.</summary>
/// <remarks>Customers/CUSTOMERS.md says why concurrent runs end in one answer.</remarks>
public sealed class IdentityJoiner(
    CustomerStore customers,
    HandleIndex handles,
    CustomerGatherer gatherer,
    Fulfilment fulfilment,
    RecalculationNotifier notifier
)
{
    /// <summary>
    /// Gathers the events of the customer that a handle belongs to, and puts up signs at the handles that were customers of their own.
    /// </summary>
    /// <param name="handle">One of the customer's handles.</param>
    /// <param name="reason">Why it is gathered.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>What was gathered; null where another process changed a row meanwhile.</returns>
    public async Task<GatheredCustomer?> GatherAndJoin(Handle handle, RecalculationReason reason, CancellationToken cancellationToken)
    {
        var gathered = await gatherer.Gather(handle, reason, cancellationToken);
        await notifier.Tell(gathered, cancellationToken);

        // Others may have seen more when a sign is put up that takes a handle in by mistake.
        var moves = gathered.Moves.ToList();
        await notifier.TellLater(moves.Select(place => place.Handle), cancellationToken);
        foreach (var place in moves)
        {
            // What it had to tell and may not have told goes with its state.
            if (place.State is { Kind: CustomerRow.Customer } state)
                await fulfilment.Leave(await customers.Read(state, cancellationToken), cancellationToken);
            if (!await handles.Move(place.Handle, place.State, gathered.Customer.Id, cancellationToken))
                return null;
            CrashPoints.Passed(CrashPoints.Joined);
        }

        return gathered;
    }

    /// <inheritdoc cref="CustomerGatherer.IsAlone"/>
    public Task<bool> IsAlone(GatheredCustomer gathered, CancellationToken cancellationToken) =>
        gatherer.IsAlone(gathered, cancellationToken);
}
