using CrmFunctions.Customers.People;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Privacy;

/// <summary>Takes a request to erase a customer. It is carried out within seconds; the list of requests says when.</summary>
public sealed class AskToErase(PrivacyRequests requests, PersonFinder finder)
{
    [Operation(
        ApiTag.Privacy,
        "Erase a customer, and keep the totals（删除个人数据）",
        "No identifier is left in any table, queue, dead letter or quarantine. Orders, revenue and events are kept under a name that leads to nobody. The list of requests says when it is done."
    )]
    [Takes("WhoAndWhy")]
    [Answers(202, "Taken; carried out within seconds.", typeof(PrivacyRequest))]
    [Refuses(Refusal.BadRequest, Refusal.NotFound)]
    [Function(nameof(AskToErase))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = Flow.Routes.CustomerErase)] HttpRequest request,
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
        if (
            CrmFunctions.Domain.Identity.Handle.FromKey(id) is not { } handle
            || await finder.Find([handle], cancellationToken) is not [var customer, ..]
        )
            return Customers.CustomerReader.NotFound();
        var asked = await requests.Erase([customer.Id], by, reason, occasion: null, cancellationToken);
        return TypedResults.Json(asked, PrivacyJson.Default.PrivacyRequest, statusCode: StatusCodes.Status202Accepted);
    }
}
