using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Events;

/// <summary>A row of the log: an event, a ruling about who is who, or what an erasure has left. Nothing else spells its columns.</summary>
public sealed class EventRow : ITableEntity
{
    /// <summary>The row key of a tombstone: everything in the partition up to its instant was erased.</summary>
    public const string Tombstone = "!erased";

    /// <summary>
    /// The type of what an erasure has left: the tombstone, and a row in the place of each event, so that it is not taken again.
    /// </summary>
    public const string Erased = "erased";

    /// <summary>
    /// Partitions of what an erasure has set aside begin with this, and a name that leads to nobody follows: no handle, so that no reader of
    /// the log comes there.
    /// </summary>
    public const string Aside = "!aside-";

    private const string RulingPrefix = "people.";

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Source { get; set; } = "";

    public string Id { get; set; } = "";

    public string Type { get; set; } = "";

    public DateTimeOffset OccurredAt { get; set; }

    public DateTimeOffset ReceivedAt { get; set; }

    public string Data { get; set; } = "";

    public string BodyHash { get; set; } = "";

    public string? Origin { get; set; }

    /// <summary>The row of an entry.</summary>
    public static EventRow Of(LogEntry entry) =>
        new()
        {
            PartitionKey = entry.Filed.Key,
            RowKey = entry.Key,
            Source = entry.Event.Source,
            Id = entry.Event.Id,
            Type = entry.Type,
            OccurredAt = entry.Event.OccurredAt,
            ReceivedAt = entry.Event.ReceivedAt,
            Data = entry.Data,
            BodyHash = entry.BodyHash,
            Origin = entry.Origin,
        };

    /// <summary>It is an event.</summary>
    public bool IsEvent => Type != Erased && !IsRuling;

    /// <summary>It is a ruling about who is who.</summary>
    public bool IsRuling => Type.StartsWith(RulingPrefix, StringComparison.Ordinal);

    /// <summary>The row of a ruling. It is filed under the stronger of its two handles.</summary>
    public static EventRow Of(Ruling ruling, string by, string reason) =>
        new()
        {
            PartitionKey = ruling.One.Key,
            RowKey = ruling.Id,
            Source = by,
            Id = ruling.Id,
            Type = RulingPrefix + ruling.Kind,
            OccurredAt = ruling.At,
            ReceivedAt = ruling.At,
            Data = JsonSerializer.Serialize(new RulingData(ruling.Other.Key, by, reason), IntakeJson.Default.RulingData),
        };

    /// <summary>The ruling again.</summary>
    public Ruling ToRuling() =>
        new(
            RowKey,
            Enum.Parse<RulingKind>(Type.AsSpan(RulingPrefix.Length)),
            Handle.FromKey(PartitionKey)!.Value,
            Handle.FromKey(ToRulingData().Other)!.Value,
            OccurredAt
        );

    /// <summary>Who ruled, and why.</summary>
    public RulingData ToRulingData() => JsonSerializer.Deserialize(Data, IntakeJson.Default.RulingData)!;

    /// <summary>The data as sent.</summary>
    public JsonElement ToData()
    {
        using var data = JsonDocument.Parse(Data);
        return data.RootElement.Clone();
    }

    /// <summary>The event again.</summary>
    /// <exception cref="FormatException">The row is not what was written.</exception>
    public CustomerEvent ToEvent()
    {
        try
        {
            using var data = JsonDocument.Parse(Data);
            return EventReader.ReadLogged(Source, Id, Type, OccurredAt, ReceivedAt, data.RootElement);
        }
        catch (JsonException broken)
        {
            throw new FormatException($"Row {PartitionKey}/{RowKey} of the log holds no JSON.", broken);
        }
    }
}

/// <summary>What the log keeps of a ruling beside its keys.</summary>
/// <param name="Other">Key of the other handle.</param>
/// <param name="By">Who ruled.</param>
/// <param name="Reason">Why.</param>
public sealed record RulingData(string Other, string By, string Reason);
