using System.Globalization;

namespace Azure.Data.Tables;

/// <summary>A row as a dictionary of its properties, for rows that have no class of their own.</summary>
/// <remarks>
/// Values are of type string, int, long, double, bool, <see cref="DateTimeOffset"/>, <see cref="DateTime"/> (UTC), <see cref="Guid"/>, byte[] or
/// <see cref="BinaryData"/>; a null is not stored. Read back, dates are <see cref="DateTimeOffset"/> and binary values byte[].
/// </remarks>
public sealed partial class TableEntity : ITableEntity
{
    private readonly Dictionary<string, object?> _properties;

    /// <summary>An empty row; its keys are null until set.</summary>
    public TableEntity() => _properties = [];

    /// <summary>A row with these keys and no properties.</summary>
    public TableEntity(string partitionKey, string rowKey)
        : this()
    {
        PartitionKey = partitionKey;
        RowKey = rowKey;
    }

    /// <inheritdoc/>
    public string PartitionKey
    {
        get => GetString(WireNames.PartitionKey)!;
        set => _properties[WireNames.PartitionKey] = value;
    }

    /// <inheritdoc/>
    public string RowKey
    {
        get => GetString(WireNames.RowKey)!;
        set => _properties[WireNames.RowKey] = value;
    }

    /// <inheritdoc/>
    public DateTimeOffset? Timestamp
    {
        get => GetDateTimeOffset(WireNames.Timestamp);
        set => _properties[WireNames.Timestamp] = value;
    }

    /// <inheritdoc/>
    public ETag ETag
    {
        get => GetString(WireNames.ODataETag) is { } etag ? new ETag(etag) : default;
        set => _properties[WireNames.ODataETag] = value.ToString();
    }

    /// <summary>The value, or null when the row has none.</summary>
    /// <exception cref="InvalidOperationException">The value is not a string.</exception>
    public string? GetString(string key) => Get<string>(key);

    /// <summary>The value, or null when the row has none.</summary>
    /// <exception cref="InvalidOperationException">The value is not an int.</exception>
    public int? GetInt32(string key) => Get<int?>(key);

    /// <summary>The value, or null when the row has none.</summary>
    /// <exception cref="InvalidOperationException">The value is not a long.</exception>
    public long? GetInt64(string key) => Get<long?>(key);

    /// <summary>The value, or null when the row has none.</summary>
    /// <exception cref="InvalidOperationException">The value is not a double.</exception>
    public double? GetDouble(string key) => Get<double?>(key);

    /// <summary>The value, or null when the row has none.</summary>
    /// <exception cref="InvalidOperationException">The value is not a bool.</exception>
    public bool? GetBoolean(string key) => Get<bool?>(key);

    /// <summary>The value in UTC, or null when the row has none.</summary>
    /// <exception cref="InvalidOperationException">The value is not a date.</exception>
    public DateTimeOffset? GetDateTimeOffset(string key) =>
        Value(key) is DateTime date ? new DateTimeOffset(date) : Get<DateTimeOffset?>(key);

    /// <summary>The value in UTC, or null when the row has none.</summary>
    /// <exception cref="InvalidOperationException">The value is not a date.</exception>
    public DateTime? GetDateTime(string key) =>
        Value(key) is DateTimeOffset date ? date.UtcDateTime : Get<DateTime?>(key);

    /// <summary>The value, or null when the row has none.</summary>
    /// <exception cref="InvalidOperationException">The value is not a Guid.</exception>
    public Guid? GetGuid(string key) => Get<Guid?>(key);

    /// <summary>The value, or null when the row has none; not a copy.</summary>
    /// <exception cref="InvalidOperationException">The value is not a byte[].</exception>
    public byte[]? GetBinary(string key) => Get<byte[]>(key);

    /// <summary>The value, or null when the row has none.</summary>
    /// <exception cref="InvalidOperationException">The value is neither a byte[] nor <see cref="BinaryData"/>.</exception>
    public BinaryData? GetBinaryData(string key) =>
        Value(key) is byte[] bytes ? new BinaryData(bytes) : Get<BinaryData>(key);

    /// <summary>Sets a value as it was read from the wire, with no coercion to the type it had.</summary>
    internal void Load(string key, object? value) => _properties[key] = value;

    /// <summary>The properties, for writing them out without boxing an enumerator.</summary>
    internal Dictionary<string, object?> Properties => _properties;

    private object? Value(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return _properties.GetValueOrDefault(key);
    }

    private T? Get<T>(string key) => Value(key) switch
    {
        null => default,
        T value => value,
        var other => throw new InvalidOperationException($"Cannot return {typeof(T)} type for a {other.GetType()} typed property."),
    };

    // As officially: a number stays of the type it had, and a text stays a text when a date is assigned.
    private void Set(string key, object? value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        _properties[key] = (_properties.GetValueOrDefault(key), value) switch
        {
            (double, int number) => (double)number,
            (long, int number) => (long)number,
            (string, DateTime or DateTimeOffset) => string.Format(CultureInfo.InvariantCulture, "{0}", value),
            _ => value,
        };
    }
}
