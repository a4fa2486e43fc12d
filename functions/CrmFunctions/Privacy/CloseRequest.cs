using CrmFunctions.Customers.People;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Privacy;

/// <summary>
/// What a steward decides about a request: that a provider's erasure is carried out now or not at all, and that what only people can do was
/// done (data sent to a person who asked, a shop that left).
/// </summary>
public sealed class CloseRequest(PrivacyRequests requests)
{
    [Operation(
        ApiTag.Privacy,
        "Record that what a provider asked for was done（个人数据请求已办）",
        "Requests of kind data (the person has the data) and shop (the shop's customers were seen to). Erasures close themselves, and an export closes the requests for the data it hands out."
    )]
    [Takes("WhoAndWhy")]
    [Answers(200, "The request, done.", typeof(PrivacyRequest))]
    [Refuses(Refusal.BadRequest, Refusal.NotFound)]
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

    [Operation(
        ApiTag.Privacy,
        "Have a waiting request to erase carried out now（批准删除请求）",
        "A provider's request to erase waits for Privacy__ProviderWait, and one of ours where the customer has more identifiers than were shown."
    )]
    [Takes("WhoAndWhy")]
    [Answers(200, "The request, open; carried out within seconds.", typeof(PrivacyRequest))]
    [Refuses(Refusal.BadRequest, Refusal.NotFound)]
    [Function("ApproveRequest")]
    public Task<IResult> Approve(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.PrivacyRequestApproved)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    ) => Decide(request, (by, reason) => requests.Approve(id, by, reason, cancellationToken), NoneWaits, cancellationToken);

    [Operation(ApiTag.Privacy, "Withdraw a waiting request to erase（撤回删除请求）", "Nothing is erased. The request stays as a record.")]
    [Takes("WhoAndWhy")]
    [Answers(200, "The request, withdrawn.", typeof(PrivacyRequest))]
    [Refuses(Refusal.BadRequest, Refusal.NotFound)]
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
        var (fields, problem) = await RequestFields.Read(request, cancellationToken);
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
