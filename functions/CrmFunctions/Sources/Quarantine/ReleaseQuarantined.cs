using CrmFunctions.Events.Quarantine;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Sources.Hooks;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Sources.Quarantine;

/// <summary>Tries something kept aside again, after what was wrong was mended.</summary>
public sealed class ReleaseQuarantined(QuarantineStore quarantine, QuarantineReleaser releases)
{
    [Operation(
        ApiTag.Webhooks,
        "Try something kept aside again（重新处理隔离项）",
        "After its source, its fields or its secrets were mended. An event whose id was used twice becomes an event of its own."
    )]
    [Answers(200, "What became of it.", typeof(ReleaseAnswer))]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(ReleaseQuarantined))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.Release)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    ) =>
        await quarantine.Get(id, cancellationToken) is { } row
            ? TypedResults.Json(await releases.Release([row], null, cancellationToken), QuarantineJson.Default.ReleaseAnswer)
            : new Problem(ProblemKind.NotFound, "Nothing is kept under this id; it may have been released already.").ToResult();
}
