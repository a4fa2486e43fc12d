using System.Text.Json;
using System.Text.Json.Serialization;

namespace CrmFunctions.Messaging;

/// <summary>The body of a message: JSON whose names are in camel case, without members that are null.</summary>
public static class MessageBody
{
    private static readonly JsonSerializerOptions options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The body as UTF-8.</summary>
    public static byte[] Write<T>(T body) => JsonSerializer.SerializeToUtf8Bytes(body, options);

    /// <summary>The body as text, for where a body is kept beside what it is about.</summary>
    public static string Text<T>(T body) => JsonSerializer.Serialize(body, options);

    /// <summary>Reads what <see cref="Text{T}"/> wrote.</summary>
    /// <inheritdoc cref="Read{T}(ReadOnlyMemory{byte})"/>
    public static T Read<T>(string text) => Read<T>(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Reads a body.</summary>
    /// <exception cref="JsonException">It is no JSON of this type.</exception>
    /// <exception cref="FormatException">It is null.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> body) =>
        JsonSerializer.Deserialize<T>(body.Span, options) ?? throw new FormatException("The message is null.");
}
