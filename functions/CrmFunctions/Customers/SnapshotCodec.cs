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
    private const int MostRows = 6;

    public static byte[] Write(IReadOnlyList<CustomerEvent> events) => Packing.Pack(stream => stream.Write(History.Write(events)));

    public static IReadOnlyList<CustomerEvent> Read(byte[] packed)
    {
        if (packed.Length == 0)
            return [];
        using var unpacked = Packing.Unpack(packed);
        var json = new MemoryStream();
        unpacked.CopyTo(json);
        return History.Read(json.GetBuffer().AsSpan(0, (int)json.Length));
    }

    /// <summary>Puts the snapshot into the row, or says where it stands.</summary>
    /// <returns>The rows that hold it, where they must be written.</returns>
    public static List<PackedRow> Keep(CustomerRow row, Snapshot kept, Snapshot? keep)
    {
        var snapshot = keep ?? kept;
        row.SnapshotThrough = snapshot.Through;
        row.SnapshotRows = snapshot.Rows;
        if (keep is null && kept.Rows > 0)
            return [];

        var packed = Write(snapshot.Events);
        row.SnapshotRows = 0;
        if (packed.Length <= PackedRow.Part)
        {
            row.Snapshot = packed;
            return [];
        }

        var parts = Rows(row.PartitionKey, packed).ToList();
        if (parts.Count > MostRows)
        {
            // Too long to keep: it is read whole from the log each time. It takes some hundred thousand events to get there.
            row.SnapshotThrough = null;
            return [];
        }

        row.SnapshotRows = parts.Count;
        return parts;
    }

    private static IEnumerable<PackedRow> Rows(string partition, byte[] packed) =>
        packed.Chunk(PackedRow.MostBytes).Select((bytes, number) => PackedRow.Of(partition, $"{Prefix}{number:00}", bytes));
}
