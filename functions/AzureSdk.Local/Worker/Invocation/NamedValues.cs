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

    internal static T Read<T>(InvocationContext context, string name, bool hasDefault, object? otherwise)
    {
        switch (context.Value(name))
        {
            case T value:
                return value;
            case null when hasDefault:
                return (T)(otherwise ?? default(T)!)!;
            case null when default(T) is null:
                return default!;
            case { } other when Convert<T>(other) is { } converted:
                return converted;
            case var other:
                throw new InvalidOperationException($"Function '{context.Function.Name}': '{other}' cannot be read as the {typeof(T).Name} of parameter '{name}'.");
        }
    }

    private static T? Convert<T>(object value)
    {
        var text = System.Convert.ToString(value, CultureInfo.InvariantCulture)!;
        var type = Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T);
        if (type == typeof(string))
        {
            return (T)(object)text;
        }

        if (type == typeof(Guid))
        {
            return Guid.TryParse(text, out var id) ? (T)(object)id : default;
        }

        if (type == typeof(DateTimeOffset))
        {
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? (T)(object)at : default;
        }

        if (type == typeof(DateTime))
        {
            return DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at) ? (T)(object)at : default;
        }

        try
        {
            // Numbers and booleans as JSON: "007" is no number, "True" no boolean.
            return JsonSerializer.Deserialize<T>(text);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
