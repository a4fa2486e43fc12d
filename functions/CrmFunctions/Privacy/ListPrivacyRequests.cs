using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Privacy;

/// <summary>Lists who asked for data to be exported or erased, and what became of it.</summary>
public sealed class ListPrivacyRequests(PrivacyStore store)
{
    [Operation(ApiTag.Privacy, "Who asked for data to be exported or erased, and what became of it（个人数据请求）")]
    [NextPage]
    [Answers(200, "A page of them.", typeof(PrivacyRequestsAnswer))]
    [Refuses(Refusal.BadQuery)]
    [Function(nameof(ListPrivacyRequests))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.PrivacyRequests)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var (rows, next) = await store.List(request.Query["next"], cancellationToken);
        return rows is null
            ? new Problem(ProblemKind.InvalidQuery, "next is the one of the page before.").ToResult()
            : TypedResults.Json(
                new PrivacyRequestsAnswer([.. rows.Select(PrivacyRequest.Of)], next),
                PrivacyJson.Default.PrivacyRequestsAnswer
            );
    }
}

/// <summary>A page of requests.</summary>
public sealed record PrivacyRequestsAnswer(IReadOnlyList<PrivacyRequest> Items, string? Next);
