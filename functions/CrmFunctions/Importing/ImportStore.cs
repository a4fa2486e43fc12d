using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using CrmFunctions.Storage;

namespace CrmFunctions.Importing;

/// <summary>Files being imported, in chunks, and what became of their rows.</summary>
public sealed class ImportStore(CrmTables tables)
{
    /// <summary>Row keys of chunks begin with this; the number follows.</summary>
    public const string ChunkPrefix = "chunk-";
    private const int MostHeading = 32 * 1024;

    /// <summary>Keeps a chunk.</summary>
    /// <exception cref="FormatException">Its rows are too large.</exception>
    public Task Put(string import, int number, Chunk chunk, CancellationToken cancellationToken)
    {
        var packed = Packing.Pack(stream => JsonSerializer.Serialize(stream, chunk, ImportJson.Default.Chunk));
        if (packed.Length > PackedRow.MostBytes)
        {
            throw new FormatException($"Rows {chunk.FirstRow} to {chunk.FirstRow + chunk.Rows.Count - 1} are too large; send shorter fields.");
        }

        return tables.Imports.Put(PackedRow.Of(import, Key(ChunkPrefix, number), packed), cancellationToken);
    }

    /// <summary>A chunk; null where there is none of this number.</summary>
    public async Task<Chunk?> ReadChunk(string import, int number, CancellationToken cancellationToken)
    {
        if (await tables.Imports.Get<PackedRow>(import, Key(ChunkPrefix, number), cancellationToken) is not { } row) return null;
        await using var unpacked = Packing.Unpack(PackedRow.Join(row));
        return await JsonSerializer.DeserializeAsync(unpacked, ImportJson.Default.Chunk, cancellationToken);
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
            var packed = Packing.Pack(stream => JsonSerializer.Serialize(stream, [.. problems.Take(count)], ImportJson.Default.ListRowProblem));
            if (packed.Length <= PackedRow.Part) return packed;
        }
    }

    /// <summary>The problems of a chunk's rows.</summary>
    public static IReadOnlyList<RowProblem> ProblemsOf(ResultRow row)
    {
        using var unpacked = Packing.Unpack(row.Problems);
        return JsonSerializer.Deserialize(unpacked, ImportJson.Default.ListRowProblem)!;
    }

    /// <summary>The mapping of an import.</summary>
    public static ColumnMapping MappingOf(ImportRow row) => JsonSerializer.Deserialize(row.Mapping, ImportJson.Default.ColumnMapping)!;

    /// <summary>The heading of an import.</summary>
    public static string[] HeaderOf(ImportRow row) => JsonSerializer.Deserialize(row.Header, ImportJson.Default.StringArray)!;

    private static string Key(string prefix, int number) => prefix + number.ToString("D6", CultureInfo.InvariantCulture);
}

/// <summary>JSON of imports, in rows and in answers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Chunk))]
[JsonSerializable(typeof(ColumnMapping))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(List<RowProblem>))]
[JsonSerializable(typeof(ImportAnswer))]
[JsonSerializable(typeof(ImportRowsAnswer))]
internal sealed partial class ImportJson : JsonSerializerContext;
