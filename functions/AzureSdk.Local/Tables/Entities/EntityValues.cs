using System.Globalization;
using System.Text.Json;

namespace Azure.Data.Tables;

/// <summary>Reads the value the reader stands at.</summary>
internal delegate T ReadValue<out T>(ref Utf8JsonReader json);

/// <summary>How values of a type are written and read.</summary>
internal sealed record EntityValue<T>(Action<EntityWriter, EntityColumn, T> Write, ReadValue<T> Read);

/// <summary>The types a table can store.</summary>
internal static class EntityValues
{
    private static readonly Dictionary<Type, object> _known = new()
    {
        [typeof(string)] = new EntityValue<string?>((writer, column, value) => writer.Text(column, value), Text),
        [typeof(byte[])] = new EntityValue<byte[]>((writer, column, value) => writer.Binary(column, value), Bytes),
        [typeof(BinaryData)] = new EntityValue<BinaryData>(
            (writer, column, value) => writer.Binary(column, value), (ref Utf8JsonReader json) => new BinaryData(Bytes(ref json))),
        [typeof(ETag)] = new EntityValue<ETag>(
            (writer, column, value) => writer.Text(column, value.ToString()), (ref Utf8JsonReader json) => new ETag(json.GetString()!)),
    };

    static EntityValues()
    {
        Add((writer, column, value) => writer.Int32(column, value), (ref Utf8JsonReader json) => json.GetInt32());
        Add((writer, column, value) => writer.Int64(column, value), Int64);
        Add((writer, column, value) => writer.UInt64(column, value),
            (ref Utf8JsonReader json) => ulong.Parse(Digits(ref json), NumberStyles.Integer, CultureInfo.InvariantCulture));
        Add((writer, column, value) => writer.Double(column, value), Double);
        Add((writer, column, value) => writer.Boolean(column, value), (ref Utf8JsonReader json) => json.GetBoolean());
        Add((writer, column, value) => writer.Date(column, value.UtcDateTime), Date);
        Add((writer, column, value) => writer.Date(column, value), (ref Utf8JsonReader json) => Date(ref json).UtcDateTime);
        Add((writer, column, value) => writer.Guid(column, value), (ref Utf8JsonReader json) => Guid(ref json));
    }

    /// <summary>Null for a type that cannot be stored. Enums are stored by name.</summary>
    public static EntityValue<T>? Of<T>()
    {
        if (_known.TryGetValue(typeof(T), out var known))
            return (EntityValue<T>)known;
        var type = Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T);
        if (!type.IsEnum)
            return null;
        return new EntityValue<T>(
            (writer, column, value) => writer.Text(column, value!.ToString()),
            (ref Utf8JsonReader json) => (T)Enum.Parse(type, json.GetString()!));
    }

    /// <summary>The value as it is in a row without a class: a number is an int if it fits and was written as one.</summary>
    public static object? Untyped(ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.String:
                return json.GetString();
            case JsonTokenType.True:
                return true;
            case JsonTokenType.False:
                return false;
            case JsonTokenType.Number when json.TryGetInt32(out var number):
                return number;
            case JsonTokenType.Number when json.TryGetInt64(out var number):
                return number;
            case JsonTokenType.Number:
                return json.GetDouble();
            default:
                json.Skip();
                return null;
        }
    }

    /// <summary>What <see cref="Untyped"/> gave, of the type its annotation gives.</summary>
    public static object? Typed(object? value, string type) => (value, type) switch
    {
        (string text, "Edm.Binary") => Convert.FromBase64String(text),
        (string text, "Edm.DateTime") => ParseDate(text),
        (string text, "Edm.Guid") => System.Guid.Parse(text),
        (string text, "Edm.Int64") => long.Parse(text, CultureInfo.InvariantCulture),
        (string text, "Edm.Double") => double.Parse(text, CultureInfo.InvariantCulture),
        (int number, "Edm.Double") => (double)number,
        (long number, "Edm.Double") => (double)number,
        (int number, "Edm.Int64") => (long)number,
        _ => value,
    };

    public static DateTimeOffset ParseDate(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    // As officially: what is not a text reads as none.
    private static string? Text(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.String)
            return json.GetString();
        json.Skip();
        return null;
    }

    private static byte[] Bytes(ref Utf8JsonReader json) => json.GetBytesFromBase64();

    private static long Int64(ref Utf8JsonReader json) => json.TokenType == JsonTokenType.Number
        ? json.GetInt64()
        : long.Parse(Digits(ref json), NumberStyles.Integer, CultureInfo.InvariantCulture);

    private static double Double(ref Utf8JsonReader json) => json.TokenType == JsonTokenType.Number
        ? json.GetDouble()
        : double.Parse(json.GetString()!, CultureInfo.InvariantCulture);

    private static DateTimeOffset Date(ref Utf8JsonReader json) =>
        json.TryGetDateTimeOffset(out var date) ? date : ParseDate(json.GetString()!);

    private static Guid Guid(ref Utf8JsonReader json) =>
        json.TryGetGuid(out var guid) ? guid : System.Guid.Parse(json.GetString()!);

    private static ReadOnlySpan<byte> Digits(ref Utf8JsonReader json) =>
        json.HasValueSequence || json.ValueIsEscaped ? System.Text.Encoding.UTF8.GetBytes(json.GetString()!) : json.ValueSpan;

    private static void Add<T>(Action<EntityWriter, EntityColumn, T> write, ReadValue<T> read)
        where T : struct
    {
        _known[typeof(T)] = new EntityValue<T>(write, read);
        _known[typeof(T?)] = new EntityValue<T?>(
            (writer, column, value) => write(writer, column, value.GetValueOrDefault()), (ref Utf8JsonReader json) => read(ref json));
    }
}
