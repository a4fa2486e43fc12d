using System.Collections.Concurrent;
using System.Text.Json;

namespace Azure.Data.Tables;

/// <summary>The name of a property, encoded once, with what the service has against it, if anything.</summary>
internal sealed class EntityColumn
{
    /// <summary>Columns of rows without a class, by name. Bounded: names made from data would fill the memory.</summary>
    private static readonly ConcurrentDictionary<string, EntityColumn> _known = new();

    private const int MostKnown = 4096;

    private EntityColumn(string name)
    {
        Name = name;
        Json = JsonEncodedText.Encode(name);
        JsonType = JsonEncodedText.Encode(name + WireNames.TypeSuffix);
        IsKey = name is WireNames.PartitionKey or WireNames.RowKey;
        Refusal = EntityLimits.RefusalOfName(name);
    }

    public string Name { get; }

    public JsonEncodedText Json { get; }

    /// <summary>The name of the annotation that gives the property's type.</summary>
    public JsonEncodedText JsonType { get; }

    public bool IsKey { get; }

    public RequestRefusal? Refusal { get; }

    public static EntityColumn Of(string name)
    {
        if (_known.TryGetValue(name, out var column))
            return column;
        column = new EntityColumn(name);
        if (_known.Count < MostKnown)
            _known.TryAdd(name, column);
        return column;
    }
}
