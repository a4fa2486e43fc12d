using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using CrmFunctions.Domain.Events;

namespace CrmFunctions.Intake;

/// <summary>A row of the log. Nothing else spells its columns.</summary>
public sealed class EventRow : ITableEntity
{
#pragma warning disable CS1591 // Keys and columns, as in the table of the design.
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
#pragma warning restore CS1591

    /// <summary>The row of an entry.</summary>
    public static EventRow Of(Entry entry) => new()
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
