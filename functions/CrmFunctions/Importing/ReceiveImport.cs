using System.Globalization;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Http;
using CrmFunctions.Messaging;
using CrmFunctions.Standards;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Importing;

/// <summary>Takes a CSV file: keeps its rows in chunks as they stream in, asks for each chunk to be filed, and answers.</summary>
public sealed class ReceiveImport(ImportStore imports, Bus bus, Desk desk, Clocks clocks, IOptions<ImportOptions> options)
{
    // Of long rows fewer make a chunk: it is held whole, and must fit into one row of the table.
    private const int ChunkCharacters = 128 * 1024;

#pragma warning disable CS1591
    [Function(nameof(ReceiveImport))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = Flow.Routes.Imports)] HttpRequest request, CancellationToken cancellationToken)
#pragma warning restore CS1591
    {
        if (request.ContentType?.Split(';')[0].Trim().ToLowerInvariant() is not ("text/csv" or "application/csv" or "application/vnd.ms-excel" or "text/plain"))
        {
            return new Problem(ProblemKind.MediaType, "Send the file as text/csv.").ToResult();
        }

        if (request.Compressed() is { } compressed) return compressed.ToResult();
        var (mapping, unmapped) = ColumnMapping.Read(request.Query, desk.Standard.Currency, desk.Standard.TimeZone);
        if (mapping is null) return unmapped!.ToResult();

        // Rows are kept as they stream in: what bounds a file is the number of its rows, not the server's default of 30 MB.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;

        var import = Base32.Hash(Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture), 26);
        try
        {
            var (chunks, rows, problem) = await Keep(import, mapping, request.Body, cancellationToken);
            if (problem is not null) return problem.ToResult();

            // From here on a death loses nothing: chunks without a message belong to an import that was never answered for.
            await bus.Send(Flow.Queues.Imports, [.. Enumerable.Range(0, chunks).Select(chunk => MessageOf(import, chunk))], cancellationToken);
            return TypedResults.Json(
                new ImportAnswer(import, "accepted", rows, 0, 0, 0, 0, []), ImportJson.Default.ImportAnswer, statusCode: StatusCodes.Status202Accepted)
                .WithLocation(request, import);
        }
        catch (FormatException broken)
        {
            return new Problem(ProblemKind.InvalidImport, broken.Message).ToResult();
        }
    }

    private async Task<(int Chunks, int Rows, Problem? Problem)> Keep(string import, ColumnMapping mapping, Stream file, CancellationToken cancellationToken)
    {
        string[]? header = null;
        var chunk = new List<FileRow>();
        var (chunks, rows, characters) = (0, 0, 0);
        await foreach (var row in CsvFile.Read(file, cancellationToken))
        {
            if (header is null)
            {
                header = row.F;
                if (mapping.MissingIn(header).ToList() is [_, ..] missing)
                {
                    return (0, 0, new Problem(ProblemKind.InvalidImport, "Name columns that the file has.", missing));
                }

                continue;
            }

            if (++rows > options.Value.Rows) return (0, 0, new Problem(ProblemKind.TooLarge, $"The file has more than {options.Value.Rows} rows; split it."));
            chunk.Add(row);
            characters += row.F.Sum(field => field.Length);
            if (chunk.Count == options.Value.ChunkRows || characters > ChunkCharacters) await Flush();
        }

        if (header is null) return (0, 0, new Problem(ProblemKind.Empty, "Send a CSV file with a heading and at least one row."));
        if (rows == 0) return (0, 0, new Problem(ProblemKind.InvalidImport, "The file has a heading and no row.", [new FieldProblem("", "send at least one row")]));
        if (chunk.Count > 0) await Flush();
        await imports.Put(import, mapping, header, rows, chunks, clocks.Now, cancellationToken);
        return (chunks, rows, null);

        async Task Flush()
        {
            await imports.Put(import, chunks++, new Chunk(rows - chunk.Count + 2, chunk), cancellationToken);
            chunk.Clear();
            characters = 0;
        }
    }

    private static Azure.Messaging.ServiceBus.ServiceBusMessage MessageOf(string import, int chunk) =>
        Bus.Message($"{import}:{chunk}", new ImportChunk(import, chunk), MessagingJson.Default.ImportChunk);
}

/// <summary>How far an import is.</summary>
/// <param name="Id">The import.</param>
/// <param name="Status">accepted, running or completed.</param>
/// <param name="Rows">Rows of the file, the heading left out.</param>
/// <param name="Processed">Rows filed or refused so far.</param>
/// <param name="Accepted">New events.</param>
/// <param name="Duplicates">Events that were known.</param>
/// <param name="Refused">Rows that could not be taken.</param>
/// <param name="Errors">The first problems.</param>
public sealed record ImportAnswer(
    string Id, string Status, int Rows, int Processed, int Accepted, int Duplicates, int Refused, IReadOnlyList<RowProblem> Errors);

/// <summary>What became of some rows.</summary>
public sealed record ImportRowsAnswer(string Id, IReadOnlyList<ImportRowAnswer> Rows, string? Next);

/// <summary>What became of one row.</summary>
public sealed record ImportRowAnswer(int Row, string Status, IReadOnlyList<RowProblem>? Problems);

/// <summary>An answer that says where to look next.</summary>
internal static class Locations
{
    public static IResult WithLocation(this IResult result, HttpRequest request, string import)
    {
        request.HttpContext.Response.Headers.Location = $"{request.PathBase}{request.Path}/{import}";
        return result;
    }
}
