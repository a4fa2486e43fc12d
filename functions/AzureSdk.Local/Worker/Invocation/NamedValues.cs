using System.Globalization;
using System.Text.Json;

namespace AzureSdk.Local.Invocation;

/// <summary>Parameters bound by name to a value of the route or of the message, read as the official worker's converters read them.</summary>
internal static class NamedValues
{
    private static readonly HashSet<string> OfMessage = new(StringComparer.OrdinalIgnoreCase)
    {
        "MessageId", "DeliveryCount", "SequenceNumber", "EnqueuedTimeUtc", "ExpiresAtUtc", "CorrelationId", "Subject", "ContentType", "SessionId", "LockToken", "DeadLetterSource",
    };

    internal static bool Supports(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain == typeof(string) || plain == typeof(Guid) || plain == typeof(DateTime) || plain == typeof(DateTimeOffset)
            || plain == typeof(decimal) || (plain.IsPrimitive && plain != typeof(char) && plain != typeof(nint) && plain != typeof(nuint));
    }

    internal static bool IsKnown(string name, TriggerDeclaration trigger) => trigger switch
    {
        HttpDeclaration http => http.Route.Parameters.Any(parameter => string.Equals(parameter.Name, name, StringComparison.OrdinalIgnoreCase)),
        QueueDeclaration { IsBatched: false } => OfMessage.Contains(name),
        _ => false,
    };

    internal static T Read<T>(InvocationContext context, string name, bool hasDefault, object? otherwise) => context.Value(name) switch
    {
        T value => value,
        null when hasDefault => otherwise is null ? default! : (T)otherwise,
        null when default(T) is null => default!,
        { } other when Convert(other, Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T)) is T converted => converted,
        var other => throw new InvalidOperationException(
            $"Function '{context.Function.Name}': '{other}' cannot be read as the {typeof(T).Name} of parameter '{name}'."),
    };

    /// <returns>Null if the value is not of that form.</returns>
    private static object? Convert(object value, Type type)
    {
        var text = System.Convert.ToString(value, CultureInfo.InvariantCulture)!;
        if (type == typeof(string))
        {
            return text;
        }

        if (type == typeof(Guid))
        {
            return Guid.TryParse(text, out var id) ? id : null;
        }

        if (type == typeof(DateTimeOffset))
        {
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
        }

        if (type == typeof(DateTime))
        {
            return DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at) ? at : null;
        }

        try
        {
            // Numbers and booleans as JSON: "007" is no number, "True" no boolean.
            return JsonSerializer.Deserialize(text, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
