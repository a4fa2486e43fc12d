using CrmFunctions.Customers;
using CrmFunctions.Customers.People;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Http;
using CrmFunctions.Tiering.Recalculation;
using Microsoft.AspNetCore.Http;

namespace CrmFunctions.Operations.Rebuilding;

/// <summary>Rebuilds or verifies one customer while the request waits.</summary>
public sealed class SingleCustomerRebuild(
    CustomerGatherer gatherer,
    CustomerRecalculator recalculator,
    IndexCheck index,
    Verification verification,
    CustomerStore customers
)
{
    /// <summary>Does it, and answers what became of it; 404 where the log knows nothing of the id.</summary>
    /// <param name="id">A handle's key.</param>
    /// <param name="rebuild">False: it is only compared.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<IResult> Answer(string id, bool rebuild, CancellationToken cancellationToken)
    {
        if (Handle.FromKey(id) is not { } handle || await Handles(handle, cancellationToken) is not { Count: > 0 } handles)
        {
            return new Problem(
                ProblemKind.NotFound,
                "The log has no event of this customer; send the customerId of an answer to an event, or of POST /api/customers/find."
            ).ToResult();
        }

        var removed = 0L;
        var differences = new List<DifferenceAnswer>();
        foreach (var each in handles)
        {
            if (rebuild)
                removed += await index.Mend(each.Handle, cancellationToken);
            if (rebuild && each.IsFiled)
                await recalculator.Recalculate(each.Handle, fired: null, RecalculationReason.Rebuild, cancellationToken);
            if (!rebuild && await verification.Compare(each, cancellationToken) is { Count: > 0 } found)
                differences.Add(new(each.Handle.Key, found));
        }

        var customer = await customers.Follow(handle, cancellationToken, fromLog: !rebuild);
        return TypedResults.Json(
            new SingleCustomerAnswer(
                customer?.Id.Key ?? id,
                handles.Count,
                rebuild ? customer?.Decided?.Digest : null,
                removed,
                differences
            ),
            RebuildingJson.Default.SingleCustomerAnswer
        );
    }

    // By the log, not by the state: that may be wrong. Those that the state gives the customer are looked at too.
    private async Task<IReadOnlyList<HandleEntry>> Handles(Handle handle, CancellationToken cancellationToken)
    {
        var gathered = await gatherer.Gather(handle, RecalculationReason.Look, cancellationToken);
        var stored = await customers.Follow(handle, cancellationToken, fromLog: true);
        var filed = gathered.Customer.Filed.Concat(stored?.Filed ?? []).ToHashSet();
        return gathered.Events.Any() || stored is not null
            ?
            [
                .. gathered
                    .Customer.Handles.Keys.Concat(stored?.Handles.Keys ?? [])
                    .Distinct()
                    .Select(key => Handle.FromKey(key)!.Value)
                    .Select(each => new HandleEntry(each, filed.Contains(each), IsIndexed: true)),
            ]
            : [];
    }
}
