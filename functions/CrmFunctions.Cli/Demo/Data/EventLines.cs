using System.Text.Json;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Demo.Generation;
using NodaTime;
using NodaTime.Text;

namespace CrmFunctions.Cli.Demo.Data;

/// <summary>Reads a file of events, one JSON object on a line. What is wrong is named by line and member.</summary>
internal static class EventLines
{
    public static IReadOnlyList<CanonicalEvent> Read(string path)
    {
        using var reader = new StreamReader(Files.Open(path));
        var events = new List<CanonicalEvent>();
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Length > 0)
                events.Add(Parse(line, path, number));
        }

        return events.Count > 0 ? events : throw new CommandFailedException($"--data {path}: there is no event in it.");
    }

    /// <summary>The zone that the event's customer names, or <c>null</c>.</summary>
    public static DateTimeZone? ZoneOf(CanonicalEvent happened)
    {
        using var json = JsonDocument.Parse(happened.Json);
        return
            json.RootElement.TryGetProperty("data", out var data)
            && data.ValueKind == JsonValueKind.Object
            && data.TryGetProperty("customer", out var customer)
            && customer.ValueKind == JsonValueKind.Object
            && customer.TryGetProperty("timeZone", out var zone)
            && zone.ValueKind == JsonValueKind.String
            ? DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone.GetString()!)
            : null;
    }

    private static CanonicalEvent Parse(string line, string path, int number)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var time = OffsetDateTimePattern.ExtendedIso.Parse(Member(json, "time"));
            return time.Success
                ? new CanonicalEvent(Member(json, "source"), Member(json, "id"), Member(json, "type"), time.Value.ToInstant(), line)
                : throw new JsonException("`time` is an ISO 8601 instant with its offset, such as 2026-06-30T16:00:00Z");
        }
        catch (JsonException problem)
        {
            throw new CommandFailedException($"--data {path}, line {number}: {problem.Message}");
        }
    }

    private static string Member(JsonDocument json, string name) =>
        json.RootElement.ValueKind == JsonValueKind.Object
        && json.RootElement.TryGetProperty(name, out var member)
        && member.ValueKind == JsonValueKind.String
            ? member.GetString()!
            : throw new JsonException($"an event is an object with the text `{name}`");
}
