using CrmFunctions.Events.Quarantine;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Sources.Hooks;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Sources.Quarantine;

/// <summary>Tries everything again that is kept aside of a source, a page at a time.</summary>
public sealed class ReleaseSource(QuarantineStore quarantine, QuarantineReleaser releases)
{
    [Operation(
        ApiTag.Webhooks,
        "Try everything of a source again（重新处理某来源的全部隔离项）",
        "A page at a time. What can be taken now counts once, however often it is released."
    )]
    [Query("source", "The source.", Required = true)]
    [Query("reason", "Only what is kept for it.")]
    [Query("next", "The next of the answer before.")]
    [Answers(200, "What became of it.", typeof(ReleaseAnswer))]
    [Refuses(Refusal.BadQuery)]
    [Function(nameof(ReleaseSource))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.Releases)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        if ((string?)request.Query["source"] is not { Length: > 0 and <= 256 } source)
        {
            return new Problem(
                ProblemKind.InvalidQuery,
                "Send ?source= with the source whose deliveries are to be tried again."
            ).ToResult();
        }

        var (rows, next) = await quarantine.List(source, request.Query["reason"], request.Query["next"], cancellationToken);
        return rows is null
            ? new Problem(ProblemKind.InvalidQuery, "next is the one of the answer before.").ToResult()
            : TypedResults.Json(await releases.Release(rows, next, cancellationToken), QuarantineJson.Default.ReleaseAnswer);
    }
}
