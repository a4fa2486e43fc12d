using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.Serialization;
using Azure.Data.Tables;

namespace CrmFunctions.Storage;

/// <summary>
/// What Table Storage refuses, checked before a write is sent: emulators accept most of it, and the client library sends all of it.
/// </summary>
/// <remarks>
/// Sources: "Understanding the Table service data model" and "Performing entity group transactions" of the REST documentation. The size of
/// an entity is 4 bytes, 2 for each character of its keys, and for each property 8, 2 for each character of its name and the size of its
/// value.
/// </remarks>
public static class TableLimits
{
    /// <summary>The keys and the timestamp are not counted.</summary>
    public const int Properties = 252;

    /// <summary>Bytes of an entity.</summary>
    public const int EntityBytes = 1024 * 1024;

    /// <summary>UTF-16 code units of a text.</summary>
    public const int TextCharacters = 32 * 1024;

    /// <summary>Bytes of a binary value.</summary>
    public const int BinaryBytes = 64 * 1024;

    /// <summary>UTF-16 code units of a key: 1 KiB.</summary>
    public const int KeyCharacters = 512;

    /// <summary>Entities of a transaction.</summary>
    public const int TransactionEntities = 100;

    /// <summary>Bytes of a transaction's request.</summary>
    public const int TransactionBytes = 4 * 1024 * 1024;

    // Boundaries and headers of an operation within the request, and its address but for the keys.
    private const int OperationBytes = 560;

    private static readonly DateTimeOffset earliest = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ConcurrentDictionary<Type, (string Name, Func<object, object?> Get)[]> columns = new();

    /// <summary>Refuses an entity that Table Storage would.</summary>
    /// <returns>An upper bound of its bytes in a request.</returns>
    /// <exception cref="TableLimitException">It breaks a limit.</exception>
    /// <exception cref="NotSupportedException">A property is of a type that is not stored as itself.</exception>
    public static int Check(string table, ITableEntity entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        TableLimitException Refused(string? property, string limit) => new(table, entity.PartitionKey, entity.RowKey, property, limit);
        CheckKeys(table, entity);
        var keys = entity.PartitionKey.Length + entity.RowKey.Length;
        var (size, sent, count) = (4 + (2 * keys), Json(entity.PartitionKey) + Json(entity.RowKey) + 64, 0);
        foreach (var (name, value) in Values(entity))
        {
            // The client sends null, and the service stores nothing of it.
            if (value is not null)
                (size, count) = (size + 8 + (2 * name.Length) + SizeOf(value), count + 1);
            sent += name.Length + 4 + SentBytes(name, value);
            switch (value)
            {
                case string text when text.Length > TextCharacters:
                    throw Refused(name, $"has {text.Length} characters; a text has at most {TextCharacters}");
                case string text when HalfOfPair(text) is { } at:
                    throw Refused(name, $"has half a surrogate pair at {at}, which is no text");
                case byte[] { Length: > BinaryBytes } bytes:
                    throw Refused(name, $"has {bytes.Length} bytes; a binary value has at most {BinaryBytes}");
                case DateTimeOffset date when date < earliest:
                    throw Refused(name, "is before 1601");
                case null or string or byte[] or DateTimeOffset or int or long or double or bool or Guid:
                    break;
                default:
                    throw new NotSupportedException($"{table}: {name} is of type {value.GetType()}, which no row here has.");
            }
        }

        if (count > Properties)
            throw Refused(null, $"has {count} properties; an entity has at most {Properties}");
        if (size > EntityBytes)
            throw Refused(null, $"has {size} bytes; an entity has at most {EntityBytes}");
        return sent;
    }

    /// <summary>Refuses a transaction that Table Storage would.</summary>
    /// <exception cref="TableLimitException">It breaks a limit, or one of its entities does.</exception>
    public static void Check(string table, IReadOnlyList<TableTransactionAction> actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        if (actions.Count > TransactionEntities)
            throw Refused(
                actions[TransactionEntities].Entity,
                $"is one of {actions.Count} entities; a transaction has at most {TransactionEntities}"
            );
        var rows = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entity in actions.Select(action => action.Entity))
        {
            if (entity.PartitionKey != actions[0].Entity.PartitionKey)
                throw Refused(entity, "is of another partition than the first; a transaction has one");
            if (!rows.Add(entity.RowKey ?? ""))
                throw Refused(entity, "is twice in the transaction; an entity is in it once");
        }

        if (Measure(table, actions) is > TransactionBytes and var bytes)
            throw Refused(actions[0].Entity, $"is in a transaction of {bytes} bytes; one has at most {TransactionBytes}");

        TableLimitException Refused(ITableEntity entity, string limit) => new(table, entity.PartitionKey, entity.RowKey, null, limit);
    }

    /// <summary>An upper bound of the bytes of a transaction's request, near enough to be held to its limit.</summary>
    /// <exception cref="TableLimitException">One of its entities breaks a limit.</exception>
    public static long Measure(string table, IReadOnlyList<TableTransactionAction> actions)
    {
        var bytes = 0L;
        foreach (var (kind, entity) in actions.Select(action => (action.ActionType, action.Entity)))
        {
            if (kind != TableTransactionActionType.Delete)
                bytes += Check(table, entity);
            else
                CheckKeys(table, entity);
            bytes += OperationBytes + table.Length + Address(entity.PartitionKey) + Address(entity.RowKey);
        }

        return bytes;
    }

    private static void CheckKeys(string table, ITableEntity entity)
    {
        CheckKey(table, entity, nameof(entity.PartitionKey), entity.PartitionKey);
        CheckKey(table, entity, nameof(entity.RowKey), entity.RowKey);
    }

    private static void CheckKey(string table, ITableEntity entity, string name, string? key)
    {
        TableLimitException Refused(string limit) => new(table, entity.PartitionKey, entity.RowKey, name, limit);
        if (key is null)
            throw Refused("is missing");
        if (key.Length > KeyCharacters)
            throw Refused($"has {key.Length} characters; a key has at most {KeyCharacters}");
        foreach (var character in key)
        {
            if (character is '/' or '\\' or '#' or '?' || char.IsControl(character))
                throw Refused(string.Create(CultureInfo.InvariantCulture, $"has the character U+{(int)character:X4}, which no key has"));
        }

        if (HalfOfPair(key) is { } at)
            throw Refused($"has half a surrogate pair at {at}, which is no text");
    }

    // As the client library takes them: public properties that can be read, but for those told to be ignored.
    private static IEnumerable<(string Name, object? Value)> Values(ITableEntity entity) =>
        entity is IDictionary<string, object> dictionary
            ? dictionary.Where(pair => !IsSystem(pair.Key)).Select(pair => (pair.Key, (object?)pair.Value))
            : columns.GetOrAdd(entity.GetType(), Columns).Select(column => (column.Name, Plain(column.Get(entity))));

    private static (string Name, Func<object, object?> Get)[] Columns(Type type)
    {
        var entity = Expression.Parameter(typeof(object));
        return
        [
            .. from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            where property is { GetMethod.IsPublic: true } && !property.IsDefined(typeof(IgnoreDataMemberAttribute))
            let name = property.GetCustomAttribute<DataMemberAttribute>()?.Name ?? property.Name
            where !IsSystem(name)
            let get = Expression.Convert(Expression.Property(Expression.Convert(entity, type), property), typeof(object))
            select (name, Expression.Lambda<Func<object, object?>>(get, entity).Compile()),
        ];
    }

    private static bool IsSystem(string name) => name is "PartitionKey" or "RowKey" or "Timestamp" or "ETag" or "odata.etag";

    // An enum is stored by its name.
    private static object? Plain(object? value) => value is Enum named ? named.ToString() : value;

    private static int SizeOf(object value) =>
        value switch
        {
            string text => 4 + (2 * text.Length),
            byte[] bytes => 4 + bytes.Length,
            Guid => 16,
            bool => 1,
            int => 4,
            _ => 8,
        };

    // A text, an int, a bool and null stand as they are; of any other the type is told too, under the property's name.
    private static int SentBytes(string name, object? value) =>
        value switch
        {
            null or bool => 5,
            int => 11,
            string text => Json(text),
            byte[] bytes => name.Length + 40 + Base64.GetMaxEncodedToUtf8Length(bytes.Length),
            _ => name.Length + 70,
        };

    // Percent-encoded UTF-8, where it must be.
    private static int Address(string key) =>
        key.Sum(character =>
            char.IsAsciiLetterOrDigit(character) ? 1
            : char.IsAscii(character) ? 3
            : 9
        );

    // The default encoder: ASCII only, and of it not what HTML knows.
    private static int Json(string text)
    {
        var escaped = 0;
        foreach (var character in text)
        {
            if (
                !char.IsAscii(character)
                || char.IsControl(character)
                || character is '"' or '\\' or '<' or '>' or '&' or '\'' or '+' or '`'
            )
                escaped++;
        }

        return text.Length + (5 * escaped) + 2;
    }

    private static int? HalfOfPair(string text)
    {
        for (var i = text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff'); i >= 0 && i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return i;
            i++;
        }

        return null;
    }
}

/// <summary>A write that Table Storage would refuse. Nothing was sent.</summary>
public sealed class TableLimitException(string table, string? partition, string? row, string? property, string limit)
    : Exception($"Table {table}, entity {Cut(partition)} / {Cut(row)}{(property is null ? "" : $", property {property}")}: it {limit}.")
{
    private const int Shown = 80;

    /// <summary>The table.</summary>
    public string Table { get; } = table;

    /// <summary>The property or key; null where it is about the whole.</summary>
    public string? Property { get; } = property;

    private static string Cut(string? key) =>
        key is null ? "(none)"
        : key.Length > Shown ? $"{key[..Shown]}…"
        : key;
}
