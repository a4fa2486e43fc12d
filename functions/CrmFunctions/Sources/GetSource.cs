using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Sources;

/// <summary>Shows a source, without its secrets.</summary>
public sealed class GetSource(SourceStore sources)
{
    [Operation(ApiTag.Sources, "A source（来源详情）", "Without its secrets.")]
    [Answers(200, "The source.", typeof(SourceAnswer))]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(GetSource))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Source)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    )
    {
        var source = SourceDraft.IsId(id) ? await sources.Get(id, cancellationToken) : null;
        return source is null
            ? new Problem(ProblemKind.NotFound, "There is no source of this id.").ToResult()
            : TypedResults.Json(SourceAnswer.Of(source), SourcesJson.Default.SourceAnswer);
    }
}
