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
        return Row<T>(ref json, new ColumnNames());
    }

    /// <summary>The rows of a page: the objects in the array <c>value</c>.</summary>
    public static List<T> ReadPage<T>(ReadOnlySpan<byte> utf8)
        where T : class, ITableEntity
    {
        var rows = new List<T>();
        var names = new ColumnNames();
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
                rows.Add(Row<T>(ref json, names));
        }

        return rows;
    }

    private static T Row<T>(ref Utf8JsonReader json, ColumnNames names)
        where T : class, ITableEntity
    {
        var row = Activator.CreateInstance<T>();
        if (row is TableEntity entity)
            Load(ref json, entity.Properties, names);
        else if (row is IDictionary<string, object?> dictionary)
            Load(ref json, dictionary, names);
        else
            EntityMap.Of(typeof(T)).Read(row, ref json);
        return row;
    }

    private static void Load(ref Utf8JsonReader json, IDictionary<string, object?> row, ColumnNames names)
    {
        // From Azure and Azurite an annotation comes right before its value, but nothing promises that.
        var annotations = names.Pending;
        annotations.Clear();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = names.Next(ref json);
            json.Read();
            if (name.EndsWith(WireNames.TypeSuffix, StringComparison.Ordinal))
            {
                var annotated = names.WithoutSuffix(name);
                var type = json.GetString()!;
                if (row.TryGetValue(annotated, out var value))
                    row[annotated] = EntityValues.Typed(value, type);
                else
                    annotations.Add((annotated, type));
            }
            else if (name == WireNames.Timestamp)
            {
                row[name] = EntityValues.ParseDate(json.GetString()!);
            }
            else if (name == WireNames.ODataETag || !name.StartsWith("odata.", StringComparison.Ordinal))
            {
                // Everything else of that prefix is of OData and not of the row: odata.metadata, odata.type, odata.id, odata.editLink.
                var value = EntityValues.Untyped(ref json);
                var at = IndexOf(annotations, name);
                row[name] = at < 0 ? value : EntityValues.Typed(value, annotations[at].Type);
                if (at >= 0)
                    annotations.RemoveAt(at);
            }
            else
            {
                json.Skip();
            }
        }
    }

    private static int IndexOf(List<(string Name, string Type)> annotations, string name)
    {
        for (var i = annotations.Count - 1; i >= 0; i--)
        {
            if (annotations[i].Name == name)
                return i;
        }

        return -1;
    }

    /// <summary>The names of a page's columns, each made once: rows come with their columns in about the same order.</summary>
    private sealed class ColumnNames
    {
        private const int Most = 256;

        private readonly List<string> _names = [];
        private readonly Dictionary<string, string> _withoutSuffix = [];
        private int _next;

        /// <summary>The annotations of the present row whose values have not come yet.</summary>
        public List<(string Name, string Type)> Pending { get; } = [];

        public string Next(ref Utf8JsonReader json)
        {
            for (var i = 0; i < _names.Count; i++)
            {
                var at = (_next + i) % _names.Count;
                if (!json.ValueTextEquals(_names[at]))
                    continue;
                _next = at + 1;
                return _names[at];
            }

            var name = json.GetString()!;
            if (_names.Count < Most)
                _names.Add(name);
            _next = 0;
            return name;
        }

        public string WithoutSuffix(string name)
        {
            if (!_withoutSuffix.TryGetValue(name, out var bare))
                _withoutSuffix[name] = bare = name[..^WireNames.TypeSuffix.Length];
            return bare;
        }
    }
}
