using CrmFunctions.Customers;
using CrmFunctions.Customers.People;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Privacy;

/// <summary>Takes a request to erase a customer. It is carried out within seconds; the list of requests says when.</summary>
public sealed class AskToErase(PrivacyRequests requests, RulingStatus rulings)
{
    [Function(nameof(AskToErase))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.CustomerErase)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    )
    {
        var (fields, problem) = await JsonFields.Read(request, cancellationToken);
        if (fields is null)
            return problem!.ToResult();
        var (by, reason) = RulingWriter.WhoAndWhy(fields);
        if (fields.Problem is { } refused)
            return refused.ToResult();
        if (Handle.FromKey(id) is not { } handle)
            return CustomerReader.NotFound();
        var (customer, isPending) = await rulings.Find(handle, cancellationToken);
        if (isPending)
            return RulingStatus.Refuse(request);
        if (customer is null)
            return CustomerReader.NotFound();
        if (customer.Confirmation().Ask(request) is { } unconfirmed)
            return unconfirmed;

        var shown = customer.Handles.Keys.Select(key => Handle.FromKey(key)!.Value).ToList();
        var asked = await requests.EraseShown(shown, by, reason, cancellationToken);
        return TypedResults.Json(asked, PrivacyJson.Default.PrivacyRequest, statusCode: StatusCodes.Status202Accepted);
    }
}
