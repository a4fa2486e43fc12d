using Azure;
using Azure.Data.Tables;
using CrmFunctions.Storage;

namespace CrmFunctions.Events.Quarantine;

/// <summary>
/// A row of the quarantine: a request as it came, or an event of one, and why it is not in the log. Nothing else spells its columns.
/// </summary>
public sealed class QuarantineRow : ITableEntity
{
    /// <summary>Row keys of what was refused for its signature begin with it.</summary>
    public const string Refused = "r-";

    /// <summary>Row keys of authentic deliveries begin with it.</summary>
    public const string Delivered = "d-";

    /// <summary>Row keys of single events begin with it.</summary>
    public const string OfEvent = "e-";

    /// <summary>What stands as provider of an event that came to our own API or in a file.</summary>
    public const string Api = "events";

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    /// <summary>Id of the source; of an event, what it names as its source.</summary>
    public string Source { get; set; } = "";

    public string Provider { get; set; } = "";

    /// <summary>The type of an event, the topic of a delivery.</summary>
    public string Type { get; set; } = "";

    /// <summary>Id of an event; of a delivery none is signed.</summary>
    public string? EventId { get; set; }

    public DateTimeOffset ReceivedAt { get; set; }

    /// <summary>From then on it is deleted.</summary>
    public DateTimeOffset Until { get; set; }

    public string Reason { get; set; } = "";

    public string Detail { get; set; } = "";

    public string? Query { get; set; }

    /// <summary>The headers that the provider reads: JSON.</summary>
    public string? Headers { get; set; }

    /// <summary>Bytes of the body.</summary>
    public int Bytes { get; set; }

    /// <summary>The body, packed, in parts.</summary>
    public byte[]? P0 { get; set; }

    public byte[]? P1 { get; set; }

    public byte[]? P2 { get; set; }

    public byte[]? P3 { get; set; }

    public byte[]? P4 { get; set; }

    public byte[]? P5 { get; set; }

    public byte[]? P6 { get; set; }

    public byte[]? P7 { get; set; }

    /// <summary>The name by which it is asked for.</summary>
    public string Id => $"{PartitionKey}.{RowKey}";

    /// <summary>The raw body.</summary>
    public byte[] Body()
    {
        var body = new MemoryStream(Bytes);
        using var packed = Packing.Unpack(
            PackedRow.Join(
                new PackedRow
                {
                    P0 = P0,
                    P1 = P1,
                    P2 = P2,
                    P3 = P3,
                    P4 = P4,
                    P5 = P5,
                    P6 = P6,
                    P7 = P7,
                }
            )
        );
        packed.CopyTo(body);
        return body.ToArray();
    }

    /// <summary>Takes a body in.</summary>
    /// <returns>False where it is too large to be kept; then its length is all that is.</returns>
    public bool Take(ReadOnlyMemory<byte> body)
    {
        Bytes = body.Length;
        var bytes = Packing.Pack(stream => stream.Write(body.Span));
        if (bytes.Length > PackedRow.MostBytes)
            return false;
        var packed = PackedRow.Of("", "", bytes);
        (P0, P1, P2, P3, P4, P5, P6, P7) = (packed.P0, packed.P1, packed.P2, packed.P3, packed.P4, packed.P5, packed.P6, packed.P7);
        return true;
    }
}
