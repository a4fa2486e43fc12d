using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using CrmFunctions.Storage;

namespace CrmFunctions.Importing;

/// <summary>Files being imported, in chunks, and what became of their rows.</summary>
public sealed class ImportStore(CrmTables tables)
{
    /// <summary>The most packed bytes of one chunk.</summary>
    public const int MostBytes = 8 * Part;

    private const int Part = 64 * 1024;
    private const int MostHeading = 32 * 1024;

    /// <summary>Keeps a chunk.</summary>
    /// <exception cref="FormatException">Its rows are too large.</exception>
    public Task Put(string import, int number, int firstRow, IReadOnlyList<FileRow> rows, CancellationToken cancellationToken)
    {
        var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            JsonSerializer.Serialize(brotli, rows, ImportJson.Default.IReadOnlyListFileRow);
        }

        if (packed.Length > MostBytes) throw new FormatException($"Rows {firstRow} to {firstRow + rows.Count - 1} are too large; send shorter fields.");
        var parts = packed.ToArray().Chunk(Part).ToArray();
        byte[]? At(int part) => part < parts.Length ? parts[part] : null;
        return tables.Imports.Put(
            new ChunkRow
            {
                PartitionKey = import,
                RowKey = Key(ChunkRow.Prefix, number),
                FirstRow = firstRow,
                P0 = At(0),
                P1 = At(1),
                P2 = At(2),
                P3 = At(3),
                P4 = At(4),
                P5 = At(5),
                P6 = At(6),
                P7 = At(7),
            },
            cancellationToken);
    }

    /// <summary>The rows of a chunk; null where there is no such chunk.</summary>
    public async Task<(int FirstRow, IReadOnlyList<FileRow> Rows)?> ReadChunk(string import, int number, CancellationToken cancellationToken)
    {
        if (await tables.Imports.Get<ChunkRow>(import, Key(ChunkRow.Prefix, number), cancellationToken) is not { } row) return null;
        byte[][] parts = [.. new[] { row.P0, row.P1, row.P2, row.P3, row.P4, row.P5, row.P6, row.P7 }.OfType<byte[]>()];
        using var brotli = new BrotliStream(new MemoryStream([.. parts.SelectMany(part => part)]), CompressionMode.Decompress);
        var rows = await JsonSerializer.DeserializeAsync(brotli, ImportJson.Default.IReadOnlyListFileRow, cancellationToken);
        return (row.FirstRow, rows!);
    }

    /// <summary>Keeps the import itself: from then on it is one.</summary>
    /// <exception cref="FormatException">The heading is too long.</exception>
    public Task Put(string import, ColumnMapping mapping, string[] header, int rows, int chunks, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var heading = JsonSerializer.Serialize(header, ImportJson.Default.StringArray);
        if (heading.Length > MostHeading) throw new FormatException("The heading is too long; leave out columns that are not imported.");
        return tables.Imports.Put(
            new ImportRow
            {
                PartitionKey = import,
                Mapping = JsonSerializer.Serialize(mapping, ImportJson.Default.ColumnMapping),
                Header = heading,
                Rows = rows,
                Chunks = chunks,
                ReceivedAt = now,
            },
            cancellationToken);
    }

    /// <summary>The import; null where there is none.</summary>
    public Task<ImportRow?> Read(string import, CancellationToken cancellationToken) => tables.Imports.Get<ImportRow>(import, ImportRow.Key, cancellationToken);

    /// <summary>The import of an id that somebody sent; null where there is none.</summary>
    public async Task<ImportRow?> Find(string id, CancellationToken cancellationToken) =>
        id.Length == 26 && id.All(char.IsAsciiLetterOrDigit) ? await Read(id, cancellationToken) : null;

    /// <summary>Keeps what became of a chunk's rows. The first word stays: on a second try all rows are duplicates.</summary>
    public Task PutResult(ResultRow result, string import, int chunk, CancellationToken cancellationToken)
    {
        result.PartitionKey = import;
        result.RowKey = Key(ResultRow.Prefix, chunk);
        return tables.Imports.Add(result, cancellationToken);
    }

    /// <summary>What became of a chunk's rows; null while it has not been filed.</summary>
    public Task<ResultRow?> ReadResult(string import, int chunk, CancellationToken cancellationToken) =>
        tables.Imports.Get<ResultRow>(import, Key(ResultRow.Prefix, chunk), cancellationToken);

    /// <summary>The results so far, in order.</summary>
    public async Task<IReadOnlyList<ResultRow>> ReadResults(string import, CancellationToken cancellationToken)
    {
        var until = ResultRow.Prefix + "~";
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {import} and RowKey ge {ResultRow.Prefix} and RowKey lt {until}");
        var results = new List<ResultRow>();
        await foreach (var row in tables.Imports.QueryAsync<ResultRow>(filter, cancellationToken: cancellationToken)) results.Add(row);
        return results;
    }

    /// <summary>The problems of a chunk's rows, packed into one column: all of them, or where they are too many the first ones.</summary>
    public static byte[] Pack(IReadOnlyList<RowProblem> problems)
    {
        for (var count = problems.Count; ; count /= 2)
        {
            var packed = new MemoryStream();
            using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            {
                JsonSerializer.Serialize(brotli, [.. problems.Take(count)], ImportJson.Default.ListRowProblem);
            }

            if (packed.Length <= Part) return packed.ToArray();
        }
    }

    /// <summary>The problems of a chunk's rows.</summary>
    public static IReadOnlyList<RowProblem> ProblemsOf(ResultRow row)
    {
        using var brotli = new BrotliStream(new MemoryStream(row.Problems), CompressionMode.Decompress);
        return JsonSerializer.Deserialize(brotli, ImportJson.Default.ListRowProblem)!;
    }

    /// <summary>The mapping of an import.</summary>
    public static ColumnMapping MappingOf(ImportRow row) => JsonSerializer.Deserialize(row.Mapping, ImportJson.Default.ColumnMapping)!;

    /// <summary>The heading of an import.</summary>
    public static string[] HeaderOf(ImportRow row) => JsonSerializer.Deserialize(row.Header, ImportJson.Default.StringArray)!;

    private static string Key(string prefix, int number) => prefix + number.ToString("D6", CultureInfo.InvariantCulture);
}

/// <summary>JSON of imports, in rows and in answers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<FileRow>))]
[JsonSerializable(typeof(ColumnMapping))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(List<RowProblem>))]
[JsonSerializable(typeof(ImportAnswer))]
[JsonSerializable(typeof(ImportRowsAnswer))]
internal sealed partial class ImportJson : JsonSerializerContext;
