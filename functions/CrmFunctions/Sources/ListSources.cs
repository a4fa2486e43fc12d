using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Sources;

/// <summary>Lists the sources, without their secrets.</summary>
public sealed class ListSources(SourceStore sources)
{
    [Operation(ApiTag.Sources, "List the sources（来源列表）", "Without their secrets.")]
    [Answers(200, "All of them.", typeof(SourcesAnswer))]
    [Function(nameof(ListSources))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Sources)] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        TypedResults.Json(
            new SourcesAnswer([.. (await sources.List(cancellationToken)).Select(SourceAnswer.Of)]),
            SourcesJson.Default.SourcesAnswer
        );
}
