using System.Text.Json;
using CrmFunctions.Domain.Events;

namespace CrmFunctions.Notifications.Outcomes;

/// <summary>What became of a message after it was handed over.</summary>
/// <param name="Kind">delivered, opened, clicked, replied, bounced, complained, stopped or converted.</param>
/// <param name="Message">The message's key, as the channel was given it.</param>
/// <param name="At">When.</param>
/// <param name="IsSoft">Of a bounce: it may pass.</param>
public sealed record OutcomeBody(string Kind, string Message, DateTimeOffset At, bool IsSoft)
{
    /// <summary>The kinds.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
    ["delivered", "opened", "clicked", "replied", "bounced", "complained", "stopped", "converted"];

    /// <summary>Reads <c>{"type":"message.delivered","timestamp":…,"data":{"message":…}}</c>.</summary>
    public static OutcomeBody? Read(ReadOnlyMemory<byte> body, DateTimeOffset now, out IReadOnlyList<FieldProblem> problems)
    {
        var found = new List<FieldProblem>();
        problems = found;
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            var root = json.RootElement;
            var kind =
                Text(root, "type") is { } type && type.StartsWith("message.", StringComparison.Ordinal) ? type["message.".Length..] : null;
            if (kind is null || !Kinds.Contains(kind))
                found.Add(new FieldProblem("type", $"must be one of {string.Join(", ", Kinds.Select(one => "message." + one))}"));
            var at = Text(root, "timestamp") is { } time ? Instants.Parse(time) : now;
            if (at is null)
                found.Add(new FieldProblem("timestamp", "must be an instant of RFC 3339 with its offset, such as 2026-11-01T09:30:00Z"));
            var data = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("data", out var inner) ? inner : default;
            var message = Text(data, "message");
            if (message is not { Length: > 0 and <= 300 })
                found.Add(new FieldProblem("data.message", "must be the key that the message was sent under"));
            var soft = Text(data, "kind") == "soft";
            return found.Count == 0 ? new OutcomeBody(kind!, message!, at!.Value > now ? now : at.Value, soft) : null;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            found.Add(new FieldProblem("", "must be one well-formed JSON object"));
            return null;
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
            ? member.GetString()
            : null;
}
