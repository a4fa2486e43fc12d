using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure.Data.Tables;
using CrmFunctions.Sources.Importing.Mapping;
using CrmFunctions.Storage;

namespace CrmFunctions.Sources.Importing;

/// <summary>Files being imported, in chunks, and what became of their rows.</summary>
public sealed class ImportStore(CrmTables tables)
{
    /// <summary>Row keys of chunks begin with this; the number follows.</summary>
    public const string ChunkPrefix = "chunk-";

    private const int MostHeading = 32 * 1024;

    /// <summary>Records that an upload begins: if the process dies from here on, the sweep finds it.</summary>
    public Task Open(string import, DateTimeOffset now, CancellationToken cancellationToken) =>
        tables.Imports.Put(new OpenRow { RowKey = import, StartedAt = now }, cancellationToken);

    /// <summary>Notes that there is nothing left to see to.</summary>
    public Task Close(string import, CancellationToken cancellationToken) =>
        tables.Imports.Remove(OpenRow.Partition, import, cancellationToken);

    /// <summary>The imports that may have to be resumed.</summary>
    public async Task<IReadOnlyList<OpenRow>> ReadOpen(CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {OpenRow.Partition}");
        var open = new List<OpenRow>();
        await foreach (var row in tables.Imports.QueryAsync<OpenRow>(filter, cancellationToken: cancellationToken))
            open.Add(row);
        return open;
    }

    /// <summary>Keeps a chunk.</summary>
    /// <exception cref="FormatException">Its rows are too large.</exception>
    public Task Put(string import, int number, Chunk chunk, CancellationToken cancellationToken)
    {
        var packed = Packing.Pack(stream => JsonSerializer.Serialize(stream, chunk, ImportJson.Default.Chunk));
        if (packed.Length > PackedRow.MostBytes)
        {
            throw new FormatException(
                $"Rows {chunk.FirstRow} to {chunk.FirstRow + chunk.Rows.Count - 1} are too large; send shorter fields."
            );
        }

        return tables.Imports.Put(PackedRow.Of(import, Key(ChunkPrefix, number), packed), cancellationToken);
    }

    /// <summary>A chunk; null where there is none of this number.</summary>
    public async Task<Chunk?> ReadChunk(string import, int number, CancellationToken cancellationToken)
    {
        if (await tables.Imports.Get<PackedRow>(import, Key(ChunkPrefix, number), cancellationToken) is not { } row)
            return null;
        await using var unpacked = Packing.Unpack(PackedRow.Join(row));
        return await JsonSerializer.DeserializeAsync(unpacked, ImportJson.Default.Chunk, cancellationToken);
    }

    /// <summary>Forgets a chunk that was filed: what its rows said is in the log, and should be in no second place.</summary>
    public Task RemoveChunk(string import, int number, CancellationToken cancellationToken) =>
        tables.Imports.Remove(import, Key(ChunkPrefix, number), cancellationToken);

    /// <summary>The numbers of the chunks that are still there, and when the storage last wrote anything of the import.</summary>
    public async Task<(IReadOnlyList<int> Chunks, DateTimeOffset LastWritten)> ReadChunkNumbers(
        string import,
        CancellationToken cancellationToken
    )
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {import}");
        var chunks = new List<int>();
        var last = DateTimeOffset.MinValue;
        string[] columns = [nameof(ITableEntity.PartitionKey), nameof(ITableEntity.RowKey), nameof(ITableEntity.Timestamp)];
        await foreach (var row in tables.Imports.QueryAsync<TableEntity>(filter, select: columns, cancellationToken: cancellationToken))
        {
            if (row.Timestamp > last)
                last = row.Timestamp.Value;
            if (row.RowKey.StartsWith(ChunkPrefix, StringComparison.Ordinal))
                chunks.Add(int.Parse(row.RowKey.AsSpan(ChunkPrefix.Length), CultureInfo.InvariantCulture));
        }

        return (chunks, last);
    }

    /// <summary>Forgets an upload that became no import.</summary>
    public async Task Discard(string import, CancellationToken cancellationToken)
    {
        foreach (var number in (await ReadChunkNumbers(import, cancellationToken)).Chunks)
            await RemoveChunk(import, number, cancellationToken);
        await Close(import, cancellationToken);
    }

    /// <summary>Keeps the import itself: from then on it is one.</summary>
    /// <exception cref="FormatException">The heading is too long.</exception>
    public Task Put(string import, ColumnMapping mapping, string[] header, ImportRow row, CancellationToken cancellationToken)
    {
        row.PartitionKey = import;
        row.Mapping = JsonSerializer.Serialize(mapping, ImportJson.Default.ColumnMapping);
        row.Header = JsonSerializer.Serialize(header, ImportJson.Default.StringArray);
        if (row.Header.Length > MostHeading)
            throw new FormatException("The heading is too long; leave out columns that are not imported.");
        return tables.Imports.Put(row, cancellationToken);
    }

    /// <summary>The import; null where there is none.</summary>
    public Task<ImportRow?> Read(string import, CancellationToken cancellationToken) =>
        tables.Imports.Get<ImportRow>(import, ImportRow.Key, cancellationToken);

    /// <summary>The import of an id from a request; null where there is none.</summary>
    public async Task<ImportRow?> Find(string id, CancellationToken cancellationToken) =>
        id.Length == 26 && id.All(char.IsAsciiLetterOrDigit) ? await Read(id, cancellationToken) : null;

    /// <summary>Keeps what became of a chunk's rows. The first word stays.</summary>
    public Task PutResult(ResultRow result, string import, int chunk, CancellationToken cancellationToken)
    {
        result.PartitionKey = import;
        result.RowKey = Key(ResultRow.Prefix, chunk);
        return tables.Imports.Add(result, cancellationToken);
    }

    /// <summary>What became of a chunk's rows; null while it has not been filed.</summary>
    public Task<ResultRow?> ReadResult(string import, int chunk, CancellationToken cancellationToken) =>
        tables.Imports.Get<ResultRow>(import, Key(ResultRow.Prefix, chunk), cancellationToken);

    /// <summary>The counts of the results so far, in order; what became of each row is left out.</summary>
    public async Task<IReadOnlyList<ResultRow>> ReadCounts(string import, CancellationToken cancellationToken)
    {
        var until = ResultRow.Prefix + "~";
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {import} and RowKey ge {ResultRow.Prefix} and RowKey lt {until}");
        string[] columns =
        [
            nameof(ResultRow.RowKey),
            nameof(ResultRow.Rows),
            nameof(ResultRow.Accepted),
            nameof(ResultRow.Duplicates),
            nameof(ResultRow.Refused),
        ];
        var results = new List<ResultRow>();
        await foreach (var row in tables.Imports.QueryAsync<ResultRow>(filter, select: columns, cancellationToken: cancellationToken))
            results.Add(row);
        return results;
    }

    /// <summary>The problems of a chunk's rows, packed into one column: all of them, or where they are too many the first ones.</summary>
    public static byte[] Pack(IReadOnlyList<RowProblem> problems)
    {
        for (var count = problems.Count; ; count /= 2)
        {
            var packed = Packing.Pack(stream =>
                JsonSerializer.Serialize(stream, [.. problems.Take(count)], ImportJson.Default.ListRowProblem)
            );
            if (packed.Length <= PackedRow.Part)
                return packed;
        }
    }

    /// <summary>Rows that wait to be filed, chunk by chunk: of open imports only.</summary>
    public async IAsyncEnumerable<(string Import, int Number, Chunk Chunk)> ReadWaiting(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (var open in await ReadOpen(cancellationToken))
        {
            foreach (var number in (await ReadChunkNumbers(open.RowKey, cancellationToken)).Chunks)
            {
                if (await ReadChunk(open.RowKey, number, cancellationToken) is { } chunk)
                    yield return (open.RowKey, number, chunk);
            }
        }
    }

    /// <summary>The results of all imports that have refused rows: for export and erasure, never while rows are filed.</summary>
    public IAsyncEnumerable<ResultRow> ReadRefused(CancellationToken cancellationToken)
    {
        var (from, to) = (ResultRow.Prefix, ResultRow.Prefix + "~");
        return tables.Imports.QueryAsync<ResultRow>(
            TableClient.CreateQueryFilter($"RowKey ge {from} and RowKey lt {to} and Refused gt {0}"),
            cancellationToken: cancellationToken
        );
    }

    /// <summary>Writes other words about refused rows.</summary>
    public Task PutProblems(ResultRow result, List<RowProblem> problems, CancellationToken cancellationToken)
    {
        result.Problems = Pack(problems);
        return tables.Imports.Put(result, cancellationToken);
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

    /// <summary>The number of the chunk that a result is of.</summary>
    public static int NumberOf(ResultRow row) => int.Parse(row.RowKey.AsSpan(ResultRow.Prefix.Length), CultureInfo.InvariantCulture);

    private static string Key(string prefix, int number) => prefix + number.ToString("D6", CultureInfo.InvariantCulture);
}
