using CrmFunctions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Operations.Rebuilding;

/// <summary>Says how the last rebuild goes, or went.</summary>
public sealed class GetRebuild(RunStore runs)
{
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
    [Function(nameof(GetVerification))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Verifications)] HttpRequest request,
        CancellationToken cancellationToken
    ) => GetRebuild.Answer(runs, RunStore.Verification, cancellationToken);
}
