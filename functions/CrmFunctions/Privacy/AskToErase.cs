using CrmFunctions.Customers;
using CrmFunctions.Customers.People;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Privacy;

/// <summary>Takes a request to erase a customer. It is carried out within seconds; the list of requests says when.</summary>
public sealed class AskToErase(PrivacyRequests requests, RulingStatus rulings)
{
    [Operation(
        ApiTag.Privacy,
        "Erase a customer, and keep the totals（删除个人数据）",
        "No identifier is left in any table, queue, dead letter or quarantine. Orders, revenue and events are kept under a name that leads to nobody. The list of requests says when it is done."
    )]
    [Takes("WhoAndWhy")]
    [Confirm]
    [Answers(202, "Taken; carried out within seconds.", typeof(PrivacyRequest))]
    [Refuses(Refusal.BadRequest, Refusal.NotFound, Refusal.Changing, Refusal.Unconfirmed)]
    [Function(nameof(AskToErase))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.CustomerErase)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    )
    {
        var (customer, by, reason, refused) = await rulings.Read(request, id, cancellationToken);
        if (customer is null)
            return refused!;
        if (Shown(customer).Ask(request) is { } unconfirmed)
            return unconfirmed;

        var shown = customer.Handles.Keys.Select(key => Handle.FromKey(key)!.Value).ToList();
        var asked = await requests.EraseShown(shown, by, reason, cancellationToken);
        return TypedResults.Json(asked, PrivacyJson.Default.PrivacyRequest, statusCode: StatusCodes.Status202Accepted);
    }

    // Another revision whenever the person has changed, and not for another event of the same person.
    private static Confirmation Shown(StoredCustomer customer)
    {
        // A claim that is filed under the person is an event, and no identifier of the person's.
        var handles = customer.Handles.Keys.Where(key => !Handle.FromKey(key)!.Value.IsClaim).ToList();
        var (decided, kinds) = (customer.Decided, handles.GroupBy(key => Handle.FromKey(key)!.Value.Kind));
        var name = History
            .VouchedFor(customer.Snapshot.Events)
            .Select(happened => happened.Customer.Name)
            .LastOrDefault(said => !string.IsNullOrWhiteSpace(said));
        return Confirmation.Of(
            [customer.Id.Key, .. handles, .. customer.Rulings],
            [
                new Touched(
                    customer.Id.Key,
                    name,
                    $"{decided?.Events ?? 0} events, {decided?.Orders ?? 0} orders, tier {decided?.Tier ?? "none"}, "
                        + string.Join(" and ", kinds.Select(kind => $"{kind.Count()} {kind.Key}"))
                ),
            ]
        );
    }
}
