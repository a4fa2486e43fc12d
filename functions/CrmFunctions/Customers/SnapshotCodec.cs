using System.IO.Compression;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;

namespace CrmFunctions.Customers;

/// <summary>Snapshots as bytes: JSON, compressed, in parts that the storage takes.</summary>
internal static class SnapshotCodec
{
    /// <summary>The most bytes of one binary property.</summary>
    public const int Part = 64 * 1024;

    /// <summary>Parts in one row: with keys and names it stays under the megabyte that an entity may have.</summary>
    public const int PartsInRow = 8;

    /// <summary>Rows in one entity group transaction beside state and history, under its four megabytes.</summary>
    public const int MostRows = 6;

    public static byte[] Write(IReadOnlyList<CustomerEvent> events)
    {
        var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true)) brotli.Write(History.Write(events));
        return packed.ToArray();
    }

    public static IReadOnlyList<CustomerEvent> Read(ReadOnlyMemory<byte> packed)
    {
        if (packed.IsEmpty) return [];
        using var brotli = new BrotliStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
        var json = new MemoryStream();
        brotli.CopyTo(json);
        return History.Read(json.GetBuffer().AsSpan(0, (int)json.Length));
    }

    public static IEnumerable<SnapshotRow> Rows(string partition, byte[] packed) => packed
        .Chunk(Part * PartsInRow)
        .Select((row, number) =>
        {
            var parts = row.Chunk(Part).ToArray();
            byte[]? At(int part) => part < parts.Length ? parts[part] : null;
            return new SnapshotRow
            {
                PartitionKey = partition,
                RowKey = $"snapshot-{number:00}",
                P0 = At(0),
                P1 = At(1),
                P2 = At(2),
                P3 = At(3),
                P4 = At(4),
                P5 = At(5),
                P6 = At(6),
                P7 = At(7),
            };
        });

    public static byte[] Join(IEnumerable<SnapshotRow> rows) => [.. rows
        .OrderBy(row => row.RowKey, StringComparer.Ordinal)
        .SelectMany(row => new[] { row.P0, row.P1, row.P2, row.P3, row.P4, row.P5, row.P6, row.P7 })
        .OfType<byte[]>()
        .SelectMany(part => part)];
}
