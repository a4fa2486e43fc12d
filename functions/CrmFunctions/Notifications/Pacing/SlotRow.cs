using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;

namespace CrmFunctions.Notifications.Pacing;

/// <summary>One message of a robot, and the lines that go with it.</summary>
public sealed class SlotRow : ITableEntity
{
    /// <summary>It takes lines.</summary>
    public const string Open = "open";

    /// <summary>It takes no more: it is being sent, or its sender died.</summary>
    public const string Sending = "sending";

    /// <summary>Its lines have been closed.</summary>
    public const string Closed = "closed";

    /// <summary>What row keys of slots begin with.</summary>
    public const string Prefix = "slot|";

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Status { get; set; } = Open;

    /// <summary>When it goes. By the machine's clock.</summary>
    public DateTimeOffset At { get; set; }

    public string Lines { get; set; } = "[]";

    /// <summary>Bytes of the lines in UTF-8, line ends counted.</summary>
    public int Bytes { get; set; }

    public int Tries { get; set; }

    internal IReadOnlyList<SlotLine> ReadLines() => JsonSerializer.Deserialize(Lines, PacingJson.Default.SlotLineArray)!;

    internal void Write(IEnumerable<SlotLine> lines) => Lines = JsonSerializer.Serialize([.. lines], PacingJson.Default.SlotLineArray);
}

/// <summary>A line: the row of the ledger it stands for.</summary>
/// <param name="Customer">The row's partition.</param>
/// <param name="Row">The row's key.</param>
public sealed record SlotLine(string Customer, string Row);

/// <summary>Which slot of a robot takes lines now.</summary>
public sealed class OpenSlotRow : ITableEntity
{
    /// <summary>The row's key.</summary>
    public const string Key = "open";

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = Key;

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Slot { get; set; } = "";
}

/// <summary>JSON in slots.</summary>
[JsonSerializable(typeof(SlotLine[]))]
internal sealed partial class PacingJson : JsonSerializerContext;
