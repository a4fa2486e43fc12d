using CrmFunctions.Customers.People;
using CrmFunctions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Privacy;

/// <summary>
/// What a steward decides about a request: that a provider's erasure is carried out now or not at all, and that what only people can do was
/// done (data sent to a person who asked, a shop that left).
/// </summary>
public sealed class CloseRequest(PrivacyRequests requests)
{
    [Function(nameof(CloseRequest))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.PrivacyRequestDone)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    ) =>
        Decide(
            request,
            (by, reason) => requests.Close(id, by, reason, cancellationToken),
            "There is no request of this id that people carry out: kind data or shop.",
            cancellationToken
        );

    [Function("ApproveRequest")]
    public Task<IResult> Approve(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.PrivacyRequestApproved)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    ) => Decide(request, (by, reason) => requests.Approve(id, by, reason, cancellationToken), NoneWaits, cancellationToken);

    [Function("WithdrawRequest")]
    public Task<IResult> Withdraw(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.PrivacyRequestWithdrawn)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    ) => Decide(request, (by, reason) => requests.Withdraw(id, by, reason, cancellationToken), NoneWaits, cancellationToken);

    private const string NoneWaits = "There is no request of this id that waits; GET the list to see what became of it.";

    private static async Task<IResult> Decide(
        HttpRequest request,
        Func<string, string, Task<PrivacyRequest?>> decide,
        string none,
        CancellationToken cancellationToken
    )
    {
        var (fields, problem) = await JsonFields.Read(request, cancellationToken);
        if (fields is null)
            return problem!.ToResult();
        var (by, reason) = RulingWriter.WhoAndWhy(fields);
        if (fields.Problem is { } refused)
            return refused.ToResult();
        return await decide(by, reason) is { } decided
            ? TypedResults.Json(decided, PrivacyJson.Default.PrivacyRequest)
            : new Problem(ProblemKind.NotFound, none).ToResult();
    }
}
