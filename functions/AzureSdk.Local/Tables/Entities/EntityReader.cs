using System.Text.Json;

namespace Azure.Data.Tables;

/// <summary>Reads rows from the bytes of a response, with no document in between.</summary>
internal static class EntityReader
{
    /// <summary>The row that is the whole of the response.</summary>
    public static T ReadOne<T>(ReadOnlySpan<byte> utf8)
        where T : class, ITableEntity
    {
        var json = new Utf8JsonReader(utf8);
        json.Read();
        return Row<T>(ref json);
    }

    /// <summary>The rows of a page: the objects in the array <c>value</c>.</summary>
    public static List<T> ReadPage<T>(ReadOnlySpan<byte> utf8)
        where T : class, ITableEntity
    {
        var rows = new List<T>();
        var json = new Utf8JsonReader(utf8);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isRows = json.ValueTextEquals("value"u8);
            json.Read();
            if (!isRows)
            {
                json.Skip();
                continue;
            }

            while (json.Read() && json.TokenType == JsonTokenType.StartObject)
                rows.Add(Row<T>(ref json));
        }

        return rows;
    }

    private static T Row<T>(ref Utf8JsonReader json)
        where T : class, ITableEntity
    {
        var row = Activator.CreateInstance<T>();
        switch (row)
        {
            case TableEntity untyped:
                Load(ref json, untyped.Load);
                break;
            case IDictionary<string, object> untyped:
                Load(ref json, (name, value) => untyped[name] = value!);
                break;
            default:
                EntityMap.Of(typeof(T)).Read(row, ref json);
                break;
        }

        return row;
    }

    private static void Load(ref Utf8JsonReader json, Action<string, object?> set)
    {
        // The annotation of a property comes before it from Azure and Azurite, but nothing promises that.
        var values = new Dictionary<string, object?>();
        List<(string Name, string Type)>? annotations = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            if (name.EndsWith(WireNames.TypeSuffix, StringComparison.Ordinal))
                (annotations ??= []).Add((name[..^WireNames.TypeSuffix.Length], json.GetString()!));
            else
                values[name] = EntityValues.Untyped(ref json);
        }

        foreach (var (name, type) in annotations ?? [])
        {
            if (values.TryGetValue(name, out var value))
                values[name] = EntityValues.Typed(value, type);
        }

        foreach (var (name, value) in values)
        {
            // Everything else that is of OData and not of the row: odata.metadata, odata.type, odata.id, odata.editLink.
            if (name.StartsWith("odata.", StringComparison.Ordinal) && name != WireNames.ODataETag)
                continue;
            set(name, name == WireNames.Timestamp && value is string text ? EntityValues.ParseDate(text) : value);
        }
    }
}
