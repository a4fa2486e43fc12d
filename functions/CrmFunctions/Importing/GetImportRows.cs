using System.Globalization;
using CrmFunctions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Importing;

/// <summary>Lists what became of every row of an import, a chunk a page.</summary>
public sealed class GetImportRows(ImportStore imports)
{
#pragma warning disable CS1591
    [Function(nameof(GetImportRows))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = Flow.Routes.ImportRows)] HttpRequest request, string id, CancellationToken cancellationToken)
#pragma warning restore CS1591
    {
        var chunk = 0;
        if (request.Query["next"] is [{ Length: > 0 } text, ..] && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out chunk))
        {
            return BadNext();
        }

        if (await imports.Find(id, cancellationToken) is not { } import) return GetImport.NotFound();
        if (chunk >= import.Chunks) return BadNext();
        var result = await imports.ReadResult(id, chunk, cancellationToken);
        var problems = result is { Refused: > 0 } ? ImportStore.ProblemsOf(result) : [];
        var rows = result?.Statuses.Select((letter, i) => new ImportRowAnswer(
            result.FirstRow + i, Word(letter), letter == 'r' ? [.. problems.Where(problem => problem.Row == result.FirstRow + i)] : null));
        var next = chunk + 1 < import.Chunks ? (chunk + 1).ToString(CultureInfo.InvariantCulture) : null;
        return TypedResults.Json(new ImportRowsAnswer(id, [.. rows ?? []], next), ImportJson.Default.ImportRowsAnswer);
    }

    private static IResult BadNext() => new Problem(ProblemKind.InvalidQuery, "next is the one of the page before.").ToResult();

    private static string Word(char letter) => letter switch
    {
        'a' => "accepted",
        'd' => "duplicate",
        'q' => "quarantined",
        _ => "refused",
    };
}
