using CrmFunctions.Events.Quarantine;
using CrmFunctions.Http;
using CrmFunctions.Sources.Hooks;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Sources.Quarantine;

/// <summary>Tries everything again that is kept aside of a source, a page at a time.</summary>
public sealed class ReleaseSource(QuarantineStore quarantine, QuarantineReleaser releases)
{
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
