using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Storage;

namespace CrmFunctions.Customers;

/// <summary>Snapshots as bytes: JSON, packed, in rows that the storage takes.</summary>
internal static class SnapshotCodec
{
    /// <summary>Row keys begin with this; the number follows.</summary>
    public const string Prefix = "snapshot-";

    /// <summary>Rows in one entity group transaction beside state and history, under its four megabytes.</summary>
    public const int MostRows = 6;

    public static byte[] Write(IReadOnlyList<CustomerEvent> events) => Packing.Pack(stream => stream.Write(History.Write(events)));

    public static IReadOnlyList<CustomerEvent> Read(byte[] packed)
    {
        if (packed.Length == 0) return [];
        using var unpacked = Packing.Unpack(packed);
        var json = new MemoryStream();
        unpacked.CopyTo(json);
        return History.Read(json.GetBuffer().AsSpan(0, (int)json.Length));
    }

    public static IEnumerable<PackedRow> Rows(string partition, byte[] packed) => packed
        .Chunk(PackedRow.MostBytes)
        .Select((bytes, number) => PackedRow.Of(partition, $"{Prefix}{number:00}", bytes));
}
