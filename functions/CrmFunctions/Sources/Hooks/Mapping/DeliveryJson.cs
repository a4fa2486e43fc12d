using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using CrmFunctions.Domain.Events;
using NodaTime;
using NodaTime.Text;

namespace CrmFunctions.Sources.Hooks.Mapping;

/// <summary>Reads the JSON of deliveries.</summary>
internal static class DeliveryJson
{
    private static readonly JsonDocumentOptions strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    private static readonly LocalDateTimePattern[] localPatterns =
    [
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss.FFFFFFFFF"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss.FFFFFFFFF"),
    ];

    /// <summary>Parses a body strictly: UTF-8, each member once, at most 32 levels.</summary>
    /// <returns>Null where it is none; the meaning says why.</returns>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> body, MappingResult mapping)
    {
        if (body.Span.StartsWith(Encoding.UTF8.Preamble))
            body = body[3..];
        if (!Utf8.IsValid(body.Span))
        {
            mapping.Keep(QuarantineReasons.Unreadable, "The body is no valid UTF-8.");
            return null;
        }

        try
        {
            return JsonDocument.Parse(body, strict);
        }
        catch (Exception refused) when (refused is JsonException or InvalidOperationException)
        {
            var where = refused is JsonException { LineNumber: { } line } json
                ? $" (line {line + 1}, byte {json.BytePositionInLine + 1})"
                : "";
            mapping.Keep(
                QuarantineReasons.Unreadable,
                $"The body is no JSON with each member once and at most {strict.MaxDepth} levels{where}."
            );
            return null;
        }
    }

    /// <summary>Parses a body that must be one JSON object.</summary>
    public static JsonDocument? ParseObject(ReadOnlyMemory<byte> body, MappingResult mapping)
    {
        var document = Parse(body, mapping);
        if (document is null || document.RootElement.ValueKind == JsonValueKind.Object)
            return document;
        document.Dispose();
        mapping.Keep(QuarantineReasons.Unreadable, "The body is no JSON object.");
        return null;
    }

    /// <summary>
    /// The text of a member of a body that need not be JSON; null where it is none. Nothing is kept, and nothing read after the member: it
    /// is called before the sender is known to be authentic.
    /// </summary>
    /// <param name="body">The body.</param>
    /// <param name="path">Names of members, and <c>0</c> for the first element of a list.</param>
    public static string? Peek(ReadOnlyMemory<byte> body, params ReadOnlySpan<string> path)
    {
        try
        {
            var json = Reader(body);
            var text =
                !Descend(ref json, path) ? null
                : json.TokenType == JsonTokenType.String ? json.GetString()
                : json.TokenType == JsonTokenType.Number ? Encoding.UTF8.GetString(json.ValueSpan)
                : null;
            return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
        }
        catch (Exception notJson) when (notJson is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The bytes of a member that is an object, of a body that need not be JSON; empty where it is none. As <see cref="Peek"/>.</summary>
    public static ReadOnlyMemory<byte> PeekObject(ReadOnlyMemory<byte> body, params ReadOnlySpan<string> path)
    {
        try
        {
            var json = Reader(body);
            if (!Descend(ref json, path) || json.TokenType != JsonTokenType.StartObject)
                return default;
            var start = (int)json.TokenStartIndex;
            json.Skip();
            return body[start..(int)json.BytesConsumed];
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static Utf8JsonReader Reader(ReadOnlyMemory<byte> body) => new(body.Span, new JsonReaderOptions { MaxDepth = strict.MaxDepth });

    private static bool Descend(ref Utf8JsonReader json, scoped ReadOnlySpan<string> path)
    {
        json.Read();
        foreach (var name in path)
        {
            if (json.TokenType == JsonTokenType.StartArray && name == "0")
            {
                json.Read();
                continue;
            }

            if (json.TokenType != JsonTokenType.StartObject)
                return false;
            for (var found = false; !found; )
            {
                json.Read();
                if (json.TokenType != JsonTokenType.PropertyName)
                    return false;
                found = json.ValueTextEquals(name);
                json.Read();
                if (!found)
                    json.Skip();
            }
        }

        return true;
    }

    /// <summary>A member below members; null where it is not there or null.</summary>
    public static JsonElement? At(this JsonElement json, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member))
                json = member;
            else if (
                json.ValueKind == JsonValueKind.Array
                && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && index < json.GetArrayLength()
            )
                json = json[index];
            else
                return null;
        }

        return json.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? null : json;
    }

    /// <summary>
    /// A text, or a number as written: ids beyond 2^53 and amounts keep every digit. Null where it is empty or something else.
    /// </summary>
    public static string? Text(this JsonElement json, params ReadOnlySpan<string> path) =>
        json.At(path) is { } member ? member.AsText() : null;

    /// <summary>The element as text.</summary>
    public static string? AsText(this JsonElement json)
    {
        var text = json.ValueKind switch
        {
            JsonValueKind.String => json.GetString(),
            JsonValueKind.Number => json.GetRawText(),
            _ => null,
        };
        return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }

    /// <summary>The elements of a list; none where there is no list.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement json, params ReadOnlySpan<string> path) =>
        json.At(path) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>An instant with its offset, or a local time in the zone given.</summary>
    public static DateTimeOffset? Instant(this JsonElement json, string? zone, params ReadOnlySpan<string> path) =>
        Instant(json.Text(path), zone);

    /// <summary>An instant with its offset, or a local time in the zone given. Null where it is neither.</summary>
    public static DateTimeOffset? Instant(string? text, string? zone)
    {
        if (text is null)
            return null;
        if (Instants.Parse(text) is { } instant)
            return instant;
        if (zone is null || DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is not { } place)
            return null;
        foreach (var pattern in localPatterns)
        {
            // An hour that does not exist is moved on, one that exists twice is the first: what shops' own systems do.
            if (pattern.Parse(text) is { Success: true } local && local.Value.Year is > 1 and < 9999)
                return place.AtLeniently(local.Value).ToDateTimeOffset().ToUniversalTime();
        }

        return null;
    }

    /// <summary>Seconds since 1970, as a number or digits.</summary>
    public static DateTimeOffset? Seconds(this JsonElement json, params ReadOnlySpan<string> path) =>
        CrmFunctions.Sources.Hooks.Providers.Signatures.Seconds(json.Text(path));

    /// <summary>Milliseconds since 1970, as a number or digits.</summary>
    public static DateTimeOffset? Milliseconds(this JsonElement json, params ReadOnlySpan<string> path) =>
        CrmFunctions.Sources.Hooks.Providers.Signatures.Milliseconds(json.Text(path));

    /// <summary>Given name and family name as one.</summary>
    public static string? Name(params ReadOnlySpan<string?> parts)
    {
        var name = string.Join(' ', parts.ToArray().Where(part => !string.IsNullOrWhiteSpace(part)));
        return name.Length == 0 ? null : name;
    }
}
