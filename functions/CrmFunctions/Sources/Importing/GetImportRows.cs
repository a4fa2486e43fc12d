using System.Globalization;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CsvHelper;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Sources.Importing;

/// <summary>Lists what became of every row of an import: a chunk a page, or all of them as a CSV file.</summary>
public sealed class GetImportRows(ImportStore imports)
{
    [Operation(
        ApiTag.Imports,
        "What became of every row（查询每行的导入结果）",
        "A page is a portion of the file in order. A page of an import still running may have no rows yet; ask for it again. As CSV it is all rows so far, a line for each problem, with whatever a spreadsheet would run written as text."
    )]
    [NextPage]
    [Query("format", "csv for all rows in one file; json otherwise.", Values = ["json", "csv"])]
    [Answers(200, "A page of rows.", typeof(ImportRowsAnswer))]
    [Answers(200, "", typeof(string), ContentType = "text/csv")]
    [Refuses(Refusal.BadQuery, Refusal.NotFound)]
    [Function(nameof(GetImportRows))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.ImportRows)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    )
    {
        var chunk = 0;
        if (
            request.Query["next"] is [{ Length: > 0 } text, ..]
            && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out chunk)
        )
        {
            return BadNext();
        }

        var format = request.Query["format"].ToString();
        if (format is not ("" or "json" or "csv"))
            return new Problem(ProblemKind.InvalidQuery, "format is json or csv.").ToResult();
        if (await imports.Find(id, cancellationToken) is not { } import)
            return GetImport.NotFound();
        if (format == "csv")
        {
            return TypedResults.Stream(
                stream => WriteCsv(stream, id, import.Chunks, cancellationToken),
                "text/csv; charset=utf-8",
                $"import-{id}.csv"
            );
        }

        if (chunk >= import.Chunks)
            return BadNext();
        var rows = await imports.ReadResult(id, chunk, cancellationToken) is { } result ? Rows(result) : [];
        var next = chunk + 1 < import.Chunks ? (chunk + 1).ToString(CultureInfo.InvariantCulture) : null;
        return TypedResults.Json(new ImportRowsAnswer(id, [.. rows], next), ImportJson.Default.ImportRowsAnswer);
    }

    /// <summary>
    /// A line for each row, and for each problem of one. A heading or a cell that a spreadsheet would run is written as text.
    /// </summary>
    private async Task WriteCsv(Stream stream, string import, int chunks, CancellationToken cancellationToken)
    {
        var options = new CsvWriterOptions { WriteByteOrderMark = true, Injection = CsvInjection.Escape };
        await using var csv = CsvWriter.Create(stream, options, leaveOpen: true);
        csv.WriteHeader(["row", "status", "column", "problem"]);
        for (var chunk = 0; chunk < chunks; chunk++)
        {
            if (await imports.ReadResult(import, chunk, cancellationToken) is not { } result)
                continue;
            foreach (var row in Rows(result))
            {
                var number = row.Row.ToString(CultureInfo.InvariantCulture);
                if (row.Problems is not { Count: > 0 } problems)
                    await csv.WriteRecordAsync([number, row.Status, "", ""], cancellationToken);
                else
                    foreach (var problem in problems)
                        await csv.WriteRecordAsync([number, row.Status, problem.Column, problem.Problem], cancellationToken);
            }
        }

        await csv.FlushAsync(cancellationToken);
    }

    private static IEnumerable<ImportRowAnswer> Rows(ResultRow result)
    {
        var problems = result.Refused > 0 ? ImportStore.ProblemsOf(result).ToLookup(problem => problem.Row) : null;
        return result.Statuses.Select(
            (letter, i) =>
                new ImportRowAnswer(result.FirstRow + i, Word(letter), letter == 'r' ? [.. problems?[result.FirstRow + i] ?? []] : null)
        );
    }

    private static IResult BadNext() => new Problem(ProblemKind.InvalidQuery, "next is the one of the page before.").ToResult();

    private static string Word(char letter) =>
        letter switch
        {
            'a' => "accepted",
            'd' => "duplicate",
            'q' => "quarantined",
            _ => "refused",
        };
}
