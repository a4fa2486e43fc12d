using System.Globalization;
using System.Runtime.Serialization;

namespace AzureSdk.Local.ServiceBus;

/// <summary>An application property as stored: the name of its type and its value as invariant text.</summary>
/// <param name="T">The type's short name.</param>
/// <param name="V">The value.</param>
internal sealed record PropertyValue(string T, string V)
{
    /// <summary>Writes a value of one of the types Service Bus carries.</summary>
    /// <exception cref="SerializationException">The type is not one of them.</exception>
    public static PropertyValue From(string name, object value) => value switch
    {
        string v => new("string", v),
        bool v => new("bool", v ? "true" : "false"),
        byte v => Number("byte", v),
        sbyte v => Number("sbyte", v),
        short v => Number("short", v),
        ushort v => Number("ushort", v),
        int v => Number("int", v),
        uint v => Number("uint", v),
        long v => Number("long", v),
        ulong v => Number("ulong", v),
        char v => Number("char", (ushort)v),
        float v => new("float", v.ToString("R", CultureInfo.InvariantCulture)),
        double v => new("double", v.ToString("R", CultureInfo.InvariantCulture)),
        decimal v => Number("decimal", v),
        Guid v => new("guid", v.ToString("D")),
        Uri v => new("uri", v.OriginalString),
        // As on the wire of AMQP: UTC, whole milliseconds.
        DateTime v => Number("datetime", new DateTimeOffset(v.ToUniversalTime()).ToUnixTimeMilliseconds()),
        DateTimeOffset v => Number("datetimeoffset", v.UtcTicks),
        TimeSpan v => Number("timespan", v.Ticks),
        byte[] v => new("binary", Convert.ToBase64String(v)),
        _ => throw new SerializationException(
            $"Application property '{name}' has the type {value?.GetType().FullName ?? "null"}, which Service Bus does not carry."),
    };

    /// <summary>The value in its type.</summary>
    public object ToObject() => T switch
    {
        "string" => V,
        "bool" => V == "true",
        "byte" => byte.Parse(V, CultureInfo.InvariantCulture),
        "sbyte" => sbyte.Parse(V, CultureInfo.InvariantCulture),
        "short" => short.Parse(V, CultureInfo.InvariantCulture),
        "ushort" => ushort.Parse(V, CultureInfo.InvariantCulture),
        "int" => int.Parse(V, CultureInfo.InvariantCulture),
        "uint" => uint.Parse(V, CultureInfo.InvariantCulture),
        "long" => long.Parse(V, CultureInfo.InvariantCulture),
        "ulong" => ulong.Parse(V, CultureInfo.InvariantCulture),
        "char" => (char)ushort.Parse(V, CultureInfo.InvariantCulture),
        "float" => float.Parse(V, CultureInfo.InvariantCulture),
        "double" => double.Parse(V, CultureInfo.InvariantCulture),
        "decimal" => decimal.Parse(V, CultureInfo.InvariantCulture),
        "guid" => Guid.Parse(V),
        "uri" => new Uri(V, UriKind.RelativeOrAbsolute),
        "datetime" => DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(V, CultureInfo.InvariantCulture)).UtcDateTime,
        "datetimeoffset" => new DateTimeOffset(long.Parse(V, CultureInfo.InvariantCulture), TimeSpan.Zero),
        "timespan" => TimeSpan.FromTicks(long.Parse(V, CultureInfo.InvariantCulture)),
        "binary" => Convert.FromBase64String(V),
        _ => throw new SerializationException($"The broker file has a property of the unknown type '{T}'."),
    };

    private static PropertyValue Number<N>(string type, N value)
        where N : IFormattable => new(type, value.ToString(null, CultureInfo.InvariantCulture));
}
