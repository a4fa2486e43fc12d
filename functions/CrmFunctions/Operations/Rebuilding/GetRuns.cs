using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Operations.Rebuilding;

/// <summary>Says how the last rebuild goes, or went.</summary>
public sealed class GetRebuild(RunStore runs)
{
    [Operation(ApiTag.Operations, "Say how the last rebuild goes（重建进度）")]
    [Answers(200, "How it goes, or went.", typeof(RebuildRunAnswer))]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(GetRebuild))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Rebuilds)] HttpRequest request,
        CancellationToken cancellationToken
    ) => Answer(runs, RunStore.Rebuild, cancellationToken);

    internal static async Task<IResult> Answer(RunStore runs, string kind, CancellationToken cancellationToken) =>
        await runs.Read(kind, cancellationToken) is { } run
            ? TypedResults.Json(await RebuildRunAnswer.Of(run, runs, cancellationToken), RebuildingJson.Default.RebuildRunAnswer)
            : new Problem(ProblemKind.NotFound, "There was none yet; POST begins one.").ToResult();
}

/// <summary>Says how the last verification goes, or went, and what differs.</summary>
public sealed class GetVerification(RunStore runs)
{
    [Operation(ApiTag.Operations, "Say how the last verification goes, and what differs（核对进度与差异）")]
    [Answers(200, "How it goes, or went.", typeof(RebuildRunAnswer))]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(GetVerification))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Verifications)] HttpRequest request,
        CancellationToken cancellationToken
    ) => GetRebuild.Answer(runs, RunStore.Verification, cancellationToken);
}
