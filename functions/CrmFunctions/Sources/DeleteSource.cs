using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Security.Keys;
using CrmFunctions.Sources.Hooks;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Sources;

/// <summary>Deletes a source, and its secrets with it. Its events stay.</summary>
public sealed class DeleteSource(SourceStore sources, SourceDirectory directory)
{
    [Operation(ApiTag.Sources, "Delete a source（删除来源）", "Its secrets go with it; its events stay.")]
    [Answers(200, "The source as it was.", typeof(SourceAnswer))]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(DeleteSource))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Flow.Routes.Source)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    )
    {
        var source = SourceDraft.IsId(id) ? await sources.Get(id, cancellationToken) : null;
        if (source is null)
            return new Problem(ProblemKind.NotFound, "There is no source of this id.").ToResult();
        await sources.Delete(id, cancellationToken);
        directory.Forget();
        AuditTrail.Note(SourceAnswer.Of(source), null, SourcesJson.Default.SourceAnswer);
        return TypedResults.Json(SourceAnswer.Of(source), SourcesJson.Default.SourceAnswer);
    }
}
