// The official type is oblivious of null here: annotations in either direction would warn about sources that compile against it.
#nullable disable

using System.Collections;

namespace Azure.Data.Tables;

public sealed partial class TableEntity : IDictionary<string, object>
{
    /// <summary>A row with a copy of these properties; none when <paramref name="values"/> is null.</summary>
    public TableEntity(IDictionary<string, object> values) =>
        _properties = values is null ? [] : new Dictionary<string, object>(values);

    /// <summary>The value, or null when the row has none. An int assigned over a long or a double becomes one.</summary>
    public object this[string key]
    {
        get => Value(key);
        set => Set(key, value);
    }

    /// <summary>The names of the properties, those of the keys among them.</summary>
    public ICollection<string> Keys => _properties.Keys;

    /// <summary>How many properties there are, the keys among them.</summary>
    public int Count => _properties.Count;

    ICollection<object> IDictionary<string, object>.Values => _properties.Values;

    bool ICollection<KeyValuePair<string, object>>.IsReadOnly => false;

    /// <summary>Sets the value; unlike in other dictionaries, also when there is one.</summary>
    public void Add(string key, object value) => Set(key, value);

    /// <summary>Whether there is a value, even null.</summary>
    public bool ContainsKey(string key) => _properties.ContainsKey(key);

    /// <summary>Removes the value, if there is one.</summary>
    public bool Remove(string key) => _properties.Remove(key);

    /// <summary>The value, if there is one.</summary>
    public bool TryGetValue(string key, out object value) => _properties.TryGetValue(key, out value);

    /// <summary>Removes all values, the keys too.</summary>
    public void Clear() => _properties.Clear();

    void ICollection<KeyValuePair<string, object>>.Add(KeyValuePair<string, object> item) => Set(item.Key, item.Value);

    bool ICollection<KeyValuePair<string, object>>.Contains(KeyValuePair<string, object> item) =>
        ((ICollection<KeyValuePair<string, object>>)_properties).Contains(item);

    void ICollection<KeyValuePair<string, object>>.CopyTo(KeyValuePair<string, object>[] array, int arrayIndex) =>
        ((ICollection<KeyValuePair<string, object>>)_properties).CopyTo(array, arrayIndex);

    bool ICollection<KeyValuePair<string, object>>.Remove(KeyValuePair<string, object> item) =>
        ((ICollection<KeyValuePair<string, object>>)_properties).Remove(item);

    IEnumerator<KeyValuePair<string, object>> IEnumerable<KeyValuePair<string, object>>.GetEnumerator() => _properties.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _properties.GetEnumerator();
}
