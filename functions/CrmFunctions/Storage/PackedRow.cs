using System.IO.Compression;
using Azure;
using Azure.Data.Tables;

namespace CrmFunctions.Storage;

/// <summary>A row of packed bytes, in as many properties as they need. Nothing else spells its columns.</summary>
public sealed class PackedRow : ITableEntity
{
    /// <summary>The most bytes of one binary property.</summary>
    public const int Part = 64 * 1024;

    /// <summary>The most bytes of one row: with keys and names it stays under the megabyte that an entity may have.</summary>
    public const int MostBytes = 8 * Part;

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public byte[]? P0 { get; set; }

    public byte[]? P1 { get; set; }

    public byte[]? P2 { get; set; }

    public byte[]? P3 { get; set; }

    public byte[]? P4 { get; set; }

    public byte[]? P5 { get; set; }

    public byte[]? P6 { get; set; }

    public byte[]? P7 { get; set; }

    /// <summary>The row of some bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more than <see cref="MostBytes"/>.</exception>
    public static PackedRow Of(string partition, string row, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, MostBytes, nameof(bytes));
        return new PackedRow
        {
            PartitionKey = partition,
            RowKey = row,
            P0 = At(bytes, 0),
            P1 = At(bytes, 1),
            P2 = At(bytes, 2),
            P3 = At(bytes, 3),
            P4 = At(bytes, 4),
            P5 = At(bytes, 5),
            P6 = At(bytes, 6),
            P7 = At(bytes, 7),
        };
    }

    /// <summary>The bytes of rows, one after the other.</summary>
    public static byte[] Join(params IEnumerable<PackedRow> rows)
    {
        var bytes = new MemoryStream();
        foreach (
            var part in rows.SelectMany(row => new[] { row.P0, row.P1, row.P2, row.P3, row.P4, row.P5, row.P6, row.P7 }).OfType<byte[]>()
        )
            bytes.Write(part);
        return bytes.ToArray();
    }

    private static byte[]? At(ReadOnlySpan<byte> bytes, int part)
    {
        var from = part * Part;
        return from < bytes.Length || from == 0 ? bytes[from..Math.Min(bytes.Length, from + Part)].ToArray() : null;
    }
}

/// <summary>Bytes packed with Brotli, as they stand in binary columns.</summary>
public static class Packing
{
    /// <summary>Packs what is written.</summary>
    public static byte[] Pack(Action<Stream> write)
    {
        var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            write(brotli);
        return packed.ToArray();
    }

    /// <summary>What was packed, to be read.</summary>
    public static Stream Unpack(byte[] packed) => new BrotliStream(new MemoryStream(packed, writable: false), CompressionMode.Decompress);
}
