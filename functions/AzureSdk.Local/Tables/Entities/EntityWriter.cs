using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Azure.Data.Tables;

/// <summary>Writes one row as OData JSON, straight into the bytes that are sent, and measures it as the service does.</summary>
/// <remarks>
/// The measure: 4 bytes, 2 for each character of the keys, and for each property 8, 2 for each character of its name and the size of its value
/// (text 4 + 2 for each character, binary 4 + its length, dates, long and double 8, int 4, bool 1, Guid 16).
/// </remarks>
internal sealed class EntityWriter : IDisposable
{
    private static readonly JsonEncodedText _binary = JsonEncodedText.Encode("Edm.Binary");
    private static readonly JsonEncodedText _dateTime = JsonEncodedText.Encode("Edm.DateTime");
    private static readonly JsonEncodedText _double = JsonEncodedText.Encode("Edm.Double");
    private static readonly JsonEncodedText _guid = JsonEncodedText.Encode("Edm.Guid");
    private static readonly JsonEncodedText _int64 = JsonEncodedText.Encode("Edm.Int64");

    // The default encoder, as officially, and so ASCII only: Azurite decodes a body chunk by chunk, and breaks a character that two chunks share.
    private static readonly JsonWriterOptions _options = new() { SkipValidation = true };

    private readonly Utf8JsonWriter _json;
    private int _bytes = 4;
    private int _properties;

    private EntityWriter(IBufferWriter<byte> output) => _json = new Utf8JsonWriter(output, _options);

    /// <summary>Appends the row.</summary>
    /// <exception cref="RequestFailedException">400: the row breaks a limit of the service; see <see cref="EntityLimits"/>.</exception>
    /// <exception cref="ArgumentNullException">A key is null.</exception>
    /// <exception cref="ArgumentException">A text has half a surrogate pair, or a double is infinite.</exception>
    /// <exception cref="NotSupportedException">A value is of a type that cannot be stored.</exception>
    public static void Write(ITableEntity entity, IBufferWriter<byte> output)
    {
        using var writer = new EntityWriter(output);
        writer._json.WriteStartObject();
        switch (entity)
        {
            case TableEntity row:
                foreach (var (name, value) in row.Properties)
                    writer.Any(name, value);
                break;
            case IDictionary<string, object> row:
                foreach (var (name, value) in row)
                    writer.Any(name, value);
                break;
            default:
                EntityMap.Of(entity.GetType()).Write(entity, writer);
                break;
        }

        writer._json.WriteEndObject();
        writer.CheckWhole();
    }

    public void Text(EntityColumn column, string? value)
    {
        if (value is null)
            return;
        if (column.IsKey)
        {
            EntityLimits.CheckKey(column.Name, value);
            _bytes += 2 * value.Length;
        }
        else
        {
            if (value.Length > EntityLimits.TextCharacters)
                throw EntityLimits.PropertyValueTooLarge.ToException(column.Name);
            EntityLimits.CheckText(column.Name, value);
            Count(column, 4 + (2 * value.Length));
        }

        _json.WriteString(column.Json, value);
    }

    public void Int32(EntityColumn column, int value)
    {
        Count(column, 4);
        _json.WriteNumber(column.Json, value);
    }

    // A text on the wire: JSON's numbers are doubles to many readers.
    public void Int64(EntityColumn column, long value)
    {
        Count(column, 8);
        _json.WriteString(column.JsonType, _int64);
        Span<char> digits = stackalloc char[20];
        value.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        _json.WriteString(column.Json, digits[..length]);
    }

    public void UInt64(EntityColumn column, ulong value)
    {
        Count(column, 8);
        _json.WriteString(column.JsonType, _int64);
        _json.WriteString(column.Json, value.ToString(CultureInfo.InvariantCulture));
    }

    public void Double(EntityColumn column, double value)
    {
        if (double.IsInfinity(value))
            throw new ArgumentException($"{column.Name} is infinite: the client library cannot write it.", column.Name);
        Count(column, 8);
        _json.WriteString(column.JsonType, _double);
        if (double.IsNaN(value))
            _json.WriteString(column.Json, "NaN"u8);
        else
            _json.WriteNumber(column.Json, value);
    }

    public void Boolean(EntityColumn column, bool value)
    {
        Count(column, 1);
        _json.WriteBoolean(column.Json, value);
    }

    public void Date(EntityColumn column, DateTime value)
    {
        if (value.Kind != DateTimeKind.Utc)
        {
            throw new NotSupportedException(
                $"DateTime {column.Name} has a Kind of {value.Kind}. Azure SDK requires it to be UTC. You can call DateTime.SpecifyKind to change Kind property value to DateTimeKind.Utc.");
        }

        if (value < EntityLimits.EarliestDate)
            throw EntityLimits.OutOfRangeInput.ToException($"{column.Name} is before 1601");
        Count(column, 8);
        _json.WriteString(column.JsonType, _dateTime);
        Span<char> text = stackalloc char[28];
        value.TryFormat(text, out var length, "yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);
        _json.WriteString(column.Json, text[..length]);
    }

    public void Guid(EntityColumn column, Guid value)
    {
        Count(column, 16);
        _json.WriteString(column.JsonType, _guid);
        _json.WriteString(column.Json, value);
    }

    public void Binary(EntityColumn column, ReadOnlySpan<byte> value)
    {
        if (value.Length > EntityLimits.BinaryBytes)
            throw EntityLimits.PropertyValueTooLarge.ToException(column.Name);
        Count(column, 4 + value.Length);
        _json.WriteString(column.JsonType, _binary);
        _json.WriteBase64String(column.Json, value);
    }

    public void Dispose() => _json.Dispose();

    private void Any(string name, object? value)
    {
        if (value is null || name is WireNames.ODataETag or WireNames.Timestamp)
            return;
        var column = EntityColumn.Of(name);
        switch (value)
        {
            case string text: Text(column, text); break;
            case int number: Int32(column, number); break;
            case long number: Int64(column, number); break;
            case ulong number: UInt64(column, number); break;
            case double number: Double(column, number); break;
            case bool flag: Boolean(column, flag); break;
            case DateTimeOffset date: Date(column, date.UtcDateTime); break;
            case DateTime date: Date(column, date); break;
            case Guid guid: Guid(column, guid); break;
            case byte[] bytes: Binary(column, bytes); break;
            case BinaryData bytes: Binary(column, bytes); break;
            case Enum: throw new NotSupportedException("Enum values are only supported for custom model types implementing ITableEntity.");
            default: throw new NotSupportedException($"{name} is of type {value.GetType()}, which a table cannot store.");
        }
    }

    private void Count(EntityColumn column, int valueBytes)
    {
        if (column.IsKey)
            throw new NotSupportedException($"{column.Name} must be a string.");
        if (column.Refusal is not null)
            throw column.Refusal.ToException(column.Name.Length > 300 ? null : column.Name);
        _properties++;
        _bytes += 8 + (2 * column.Name.Length) + valueBytes;
    }

    private void CheckWhole()
    {
        if (_properties > EntityLimits.Properties)
            throw EntityLimits.TooManyProperties.ToException($"{_properties} properties");
        if (_bytes > EntityLimits.EntityBytes)
            throw EntityLimits.EntityTooLarge.ToException($"{_bytes} bytes");
    }
}
