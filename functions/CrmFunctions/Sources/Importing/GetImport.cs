using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Sources.Importing;

/// <summary>Answers how far an import is.</summary>
public sealed class GetImport(ImportStore imports)
{
    private const int Errors = 20;

    [Operation(ApiTag.Imports, "How far an import is（查询导入进度）")]
    [Answers(200, "How far it is, and the first problems.", typeof(ImportAnswer))]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(GetImport))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Import)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    )
    {
        if (await imports.Find(id, cancellationToken) is not { } import)
            return NotFound();
        var results = await imports.ReadCounts(id, cancellationToken);
        var errors = new List<RowProblem>();
        foreach (var refused in results.Where(result => result.Refused > 0))
        {
            if (errors.Count >= Errors)
                break;
            if (await imports.ReadResult(id, ImportStore.NumberOf(refused), cancellationToken) is { } result)
                errors.AddRange(ImportStore.ProblemsOf(result));
        }

        return TypedResults.Json(
            new ImportAnswer(
                id,
                results.Count == import.Chunks ? "completed" : "running",
                import.IsDryRun,
                import.Rows,
                results.Sum(result => result.Rows),
                results.Sum(result => result.Accepted),
                results.Sum(result => result.Duplicates),
                results.Sum(result => result.Refused),
                MappingAnswer.Of(ImportStore.MappingOf(import)),
                [.. errors.Take(Errors)]
            ),
            ImportJson.Default.ImportAnswer
        );
    }

    internal static IResult NotFound() =>
        new Problem(ProblemKind.NotFound, "No import has this id; send the id of the answer to POST /api/imports.").ToResult();
}
