using System.Text.Json;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Sources.Importing.Mapping;
using CrmFunctions.Sources.Importing.Notation;
using CrmFunctions.Sources.Importing.Reading;
using CrmFunctions.Standards;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Sources.Importing;

/// <summary>Says how a file would be read, from its beginning. Keeps nothing.</summary>
public sealed class PreviewImport(TieringEngine engine, Clocks clocks)
{
    private const int Bytes = 256 * 1024;
    private const int Rows = 200;
    private const int Events = 10;
    private const int Errors = 20;

    [Operation(
        ApiTag.Imports,
        "How a file would be read（预览导入）",
        "Send the file or its beginning: up to 256 KiB and 200 rows are looked at, the rest is dropped, and nothing is kept. With the query of the import."
    )]
    [QueriesOf(typeof(ImportQuery))]
    [Takes(typeof(string), "text/csv", "application/csv", "application/vnd.ms-excel", "text/plain")]
    [Answers(200, "How it would be read; problems says why it would be refused.", typeof(PreviewAnswer))]
    [Refuses(Refusal.BadImport)]
    [Function(nameof(PreviewImport))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.ImportPreview)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        if (ReceiveImport.Refuse(request) is { } refused)
            return refused.ToResult();
        var (query, unclear) = ImportQuery.Read(request.Query, engine.Standard);
        if (query is null)
            return unclear!.ToResult();
        var (beginning, isCut) = await Beginning(request.Body, cancellationToken);
        try
        {
            using var csv = await CsvFile.Open(beginning, cancellationToken);
            return csv is null
                ? new Problem(ProblemKind.Empty, "Send a CSV file with a heading and at least one row.").ToResult()
                : TypedResults.Json(await Look(csv, query, isCut, cancellationToken), ImportJson.Default.PreviewAnswer);
        }
        catch (FormatException broken)
        {
            return new Problem(ProblemKind.InvalidImport, broken.Message).ToResult();
        }
    }

    private async Task<PreviewAnswer> Look(CsvFile csv, ImportQuery query, bool isCut, CancellationToken cancellationToken)
    {
        var rows = await First(csv, isCut, cancellationToken);
        var mapping = ColumnMapping.Resolve(query, csv.Header, out var problems);
        var (events, errors) = (new List<EventPreview>(), new List<RowProblem>());
        if (problems.Count == 0)
        {
            var tally = new NotationTally(mapping, new RowReader(mapping, csv.Header));
            foreach (var (index, row) in rows.Index())
                tally.Add(row, index + 2);
            mapping = tally.Decide(out var undecided);

            // What the beginning does not say a later row may.
            if (!isCut)
                problems = undecided;
            var reader = new RowReader(mapping, csv.Header);
            foreach (var (index, row) in rows.Index())
            {
                if (reader.Read(row, index + 2, clocks.Now, out var wrong) is not { } entry)
                    errors.AddRange(wrong);
                else if (events.Count < Events)
                    events.Add(Preview(index + 2, entry));
            }
        }

        return new PreviewAnswer(
            csv.Encoding.Name,
            csv.Separator.ToString(),
            csv.Header,
            MappingAnswer.Of(mapping),
            rows.Count,
            events,
            problems,
            [.. errors.Take(Errors)]
        );
    }

    private static async Task<List<FileRow>> First(CsvFile csv, bool isCut, CancellationToken cancellationToken)
    {
        var rows = new List<FileRow>();
        try
        {
            await foreach (var row in csv.Rows(cancellationToken))
            {
                rows.Add(row);
                if (rows.Count == Rows)
                    return rows;
            }
        }
        catch (FormatException) when (isCut && rows.Count > 0)
        {
            // The row that the cut goes through.
            return rows;
        }

        if (isCut && rows.Count > 1)
            rows.RemoveAt(rows.Count - 1);
        return rows;
    }

    private static EventPreview Preview(int row, CrmFunctions.Events.LogEntry entry)
    {
        using var data = JsonDocument.Parse(entry.Data);
        return new EventPreview(row, entry.Event.Id, entry.Event.Source, entry.Type, entry.Event.OccurredAt, data.RootElement.Clone());
    }

    // The rest is read and dropped: a sender that writes on and is not read sees a broken connection and no answer.
    private static async Task<(MemoryStream Beginning, bool IsCut)> Beginning(Stream body, CancellationToken cancellationToken)
    {
        var bytes = new byte[Bytes];
        var count = await body.ReadAtLeastAsync(bytes, Bytes, throwOnEndOfStream: false, cancellationToken);
        var rest = new byte[16 * 1024];
        var isCut = false;
        while (await body.ReadAsync(rest, cancellationToken) > 0)
            isCut = true;
        return (new MemoryStream(bytes, 0, count), isCut);
    }
}
