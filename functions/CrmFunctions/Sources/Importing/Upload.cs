using CrmFunctions.Domain.Events;
using CrmFunctions.Http;
using CrmFunctions.Sources.Importing.Mapping;
using CrmFunctions.Sources.Importing.Notation;
using CrmFunctions.Sources.Importing.Reading;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Sources.Importing;

/// <summary>Keeps a file's rows in chunks as they stream in. Of the file itself no more is in memory than one chunk.</summary>
public sealed class Upload(ImportStore imports, Clocks clocks, IOptions<ImportOptions> options)
{
    // Of long rows fewer make a chunk: it is held whole, and must fit into one row of the table.
    private const int ChunkCharacters = 128 * 1024;

    /// <summary>Keeps a file.</summary>
    /// <param name="import">A new id.</param>
    /// <param name="query">What its sender says of it.</param>
    /// <param name="file">The file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The import, not filed yet; or why it is none. Then nothing of it is left.</returns>
    public async Task<(Uploaded? Kept, Problem? Problem)> Keep(
        string import,
        ImportQuery query,
        Stream file,
        CancellationToken cancellationToken
    )
    {
        await imports.Open(import, clocks.Machine.GetUtcNow(), cancellationToken);
        Problem? problem;
        try
        {
            (var kept, problem) = await Read(import, query, file, cancellationToken);
            if (kept is not null)
                return (kept, null);
        }
        catch (FormatException broken)
        {
            problem = new Problem(ProblemKind.InvalidImport, broken.Message);
        }

        await imports.Discard(import, cancellationToken);
        return (null, problem);
    }

    private async Task<(Uploaded? Kept, Problem? Problem)> Read(
        string import,
        ImportQuery query,
        Stream file,
        CancellationToken cancellationToken
    )
    {
        using var csv = await CsvFile.Open(file, cancellationToken);
        if (csv is null)
            return (null, new Problem(ProblemKind.Empty, "Send a CSV file with a heading and at least one row."));
        var mapping = ColumnMapping.Resolve(query, csv.Header, out var unmapped);
        if (unmapped.Count > 0)
            return (null, new Problem(ProblemKind.InvalidImport, "Name columns that the file has.", unmapped));

        var tally = new NotationTally(mapping, new RowReader(mapping, csv.Header));
        var chunk = new List<FileRow>();
        var (chunks, rows, characters) = (0, 0, 0);
        await foreach (var row in csv.Rows(cancellationToken))
        {
            if (++rows > options.Value.Rows)
                return (null, new Problem(ProblemKind.TooLarge, $"The file has more than {options.Value.Rows} rows; split it."));
            tally.Add(row, rows + 1);
            chunk.Add(row);
            characters += row.F.Sum(field => field.Length);
            if (chunk.Count == options.Value.ChunkRows || characters > ChunkCharacters)
                await Flush();
        }

        if (rows == 0)
            return (
                null,
                new Problem(
                    ProblemKind.InvalidImport,
                    "The file has a heading and no row.",
                    [new FieldProblem("", "send at least one row")]
                )
            );
        var decided = tally.Decide(out var undecided);
        if (undecided.Count > 0)
            return (null, new Problem(ProblemKind.InvalidImport, "Say how the file's values are written.", undecided));

        if (chunk.Count > 0)
            await Flush();
        var kept = new ImportRow
        {
            Rows = rows,
            Chunks = chunks,
            ReceivedAt = clocks.Now,
            IsDryRun = query.IsDryRun,
        };
        await imports.Put(import, decided, csv.Header, kept, cancellationToken);
        return (new Uploaded(kept, decided), null);

        async Task Flush()
        {
            await imports.Put(import, chunks++, new Chunk(rows - chunk.Count + 2, chunk), cancellationToken);
            chunk.Clear();
            characters = 0;
        }
    }
}

/// <summary>A file that was kept.</summary>
/// <param name="Row">The import.</param>
/// <param name="Mapping">How it is read.</param>
public sealed record Uploaded(ImportRow Row, ColumnMapping Mapping);
