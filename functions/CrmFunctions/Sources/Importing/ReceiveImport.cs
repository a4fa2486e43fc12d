using System.Globalization;
using Azure.Messaging.ServiceBus;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Messaging;
using CrmFunctions.Sources.Importing.Mapping;
using CrmFunctions.Standards;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Sources.Importing;

/// <summary>Takes a CSV file: keeps its rows in chunks as they stream in, asks for each chunk to be filed, and answers.</summary>
public sealed class ReceiveImport(Upload upload, Bus bus, TieringEngine engine)
{
    [Operation(
        ApiTag.Imports,
        "Import a CSV file（导入 CSV 文件）",
        "Streams a file in: UTF-8, UTF-16 or GB18030; separated by commas, semicolons, tabs or bars. Each row is an order; rows equal in all columns are different orders; the same file again changes nothing. With a column of order ids a negative amount is a refund of its order. Columns that are not named are known by their headings, in Chinese and English."
    )]
    [QueriesOf(typeof(ImportQuery))]
    [Query("dryRun", "true: all rows are checked and have their results, and nothing is written to the log.", Values = ["true", "false"])]
    [Takes(typeof(string), "text/csv", "application/csv", "application/vnd.ms-excel", "text/plain")]
    [Answers(202, "Kept; its rows are filed now. Location says where to look.", typeof(ImportAnswer), Location = "Path of the import.")]
    [Refuses(Refusal.BadImport)]
    [Function(nameof(ReceiveImport))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.Imports)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        if (Refuse(request) is { } refused)
            return refused.ToResult();
        var (query, unclear) = ImportQuery.Read(request.Query, engine.Standard);
        if (query is null)
            return unclear!.ToResult();

        // Rows are kept as they stream in: what bounds a file is the number of its rows.
        var import = Base32.Hash(Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture), 26);
        var (kept, problem) = await upload.Keep(import, query, request.Body, cancellationToken);
        if (kept is null)
            return problem!.ToResult();
        CrashPoints.Passed(CrashPoints.ImportKept);

        // Who dies here has answered nobody, who sends the file again; SweepImports asks for the chunks that nobody asked for.
        await Ask(bus, import, Enumerable.Range(0, kept.Row.Chunks), "first", cancellationToken);
        request.HttpContext.Response.Headers.Location = $"{request.PathBase}{request.Path}/{import}";
        return TypedResults.Json(
            new ImportAnswer(import, "accepted", query.IsDryRun, kept.Row.Rows, 0, 0, 0, 0, MappingAnswer.Of(kept.Mapping), []),
            ImportJson.Default.ImportAnswer,
            statusCode: StatusCodes.Status202Accepted
        );
    }

    /// <summary>Why a request is taken for no file.</summary>
    internal static Problem? Refuse(HttpRequest request) =>
        request.ContentType?.Split(';')[0].Trim().ToLowerInvariant()
            is not ("text/csv" or "application/csv" or "application/vnd.ms-excel" or "text/plain")
            ? new Problem(ProblemKind.MediaType, "Send the file as text/csv.")
            : request.Compressed();

    /// <summary>Asks that chunks be filed. One that was asked for on two occasions is filed once.</summary>
    internal static async Task Ask(Bus bus, string import, IEnumerable<int> chunks, string occasion, CancellationToken cancellationToken)
    {
        foreach (var some in chunks.Chunk(1000))
        {
            List<ServiceBusMessage> messages =
            [
                .. some.Select(chunk => Bus.Message($"{import}:{chunk}:{occasion}", new ImportChunk(import, chunk))),
            ];
            await bus.Send(Flow.Queues.Imports, messages, cancellationToken);
        }
    }
}
