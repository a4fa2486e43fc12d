using CrmFunctions.Customers.People;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Privacy;

/// <summary>
/// Records that a person did what a provider passed on, and what only people can do: data sent to a person who asked, a shop that
/// left.
/// </summary>
public sealed class CloseRequest(PrivacyRequests requests)
{
    [Operation(
        ApiTag.Privacy,
        "Somebody did what a provider asked for（个人数据请求已办）",
        "Requests of kind data (the person has the data) and shop (the shop's customers were seen to). Erasures close themselves, and an export closes the requests for the data it hands out."
    )]
    [Takes("WhoAndWhy")]
    [Answers(200, "The request, done.", typeof(PrivacyRequest))]
    [Refuses(Refusal.BadRequest, Refusal.NotFound)]
    [Function(nameof(CloseRequest))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = Flow.Routes.PrivacyRequestDone)] HttpRequest request,
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
        return await requests.Close(id, by, reason, cancellationToken) is { } closed
            ? TypedResults.Json(closed, PrivacyJson.Default.PrivacyRequest)
            : new Problem(ProblemKind.NotFound, "There is no request of this id that people carry out: kind data or shop.").ToResult();
    }
}
