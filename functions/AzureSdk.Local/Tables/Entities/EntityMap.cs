using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.Serialization;
using System.Text;
using System.Text.Json;

namespace Azure.Data.Tables;

/// <summary>How the properties of a class go to columns and back; made once for each class, accessors compiled.</summary>
/// <remarks>
/// Public properties and fields, less those with <see cref="IgnoreDataMemberAttribute"/>, under the name of <see cref="DataMemberAttribute"/> if it gives one;
/// and what the class implements of <see cref="ITableEntity"/> explicitly.
/// </remarks>
internal sealed class EntityMap
{
    private static readonly ConcurrentDictionary<Type, EntityMap> _known = new();

    private readonly EntityMember[] _written;
    private readonly EntityMember[] _read;

    private EntityMap(Type type)
    {
        var members = type.GetMembers(BindingFlags.Public | BindingFlags.Instance)
            .Where(member => !member.IsDefined(typeof(IgnoreDataMemberAttribute)))
            .Where(member => member is FieldInfo || (member is PropertyInfo property && property.GetIndexParameters().Length == 0))
            .Select(member => EntityMember.Of(member, member.GetCustomAttribute<DataMemberAttribute>()?.Name ?? member.Name))
            .ToList();
        members.AddRange(typeof(ITableEntity).GetProperties()
            .Where(property => !members.Exists(member => member.Name == property.Name))
            .Select(property => EntityMember.Of(property, property.Name)));
        _written = [.. members.Where(member => member.CanRead && member.Name is not (WireNames.ETag or WireNames.Timestamp))];
        _read = [.. members.Where(member => member.CanWrite)];
    }

    public static EntityMap Of(Type type) => _known.TryGetValue(type, out var map) ? map : _known.GetOrAdd(type, new EntityMap(type));

    public void Write(object entity, EntityWriter writer)
    {
        foreach (var member in _written)
            member.Write(entity, writer);
    }

    /// <summary>Sets the properties from the object the reader stands at the start of. Columns the class has no property for are skipped.</summary>
    public void Read(object entity, ref Utf8JsonReader json)
    {
        // Rows come with their columns in about the same order: the next member is looked for from after the last.
        var next = 0;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var member = Find(ref json, ref next);
            json.Read();
            if (member is null)
                json.Skip();
            else
                member.Read(entity, ref json);
        }
    }

    private EntityMember? Find(ref Utf8JsonReader json, ref int next)
    {
        for (var i = 0; i < _read.Length; i++)
        {
            var at = next + i < _read.Length ? next + i : next + i - _read.Length;
            if (!json.ValueTextEquals(_read[at].NameOnWire))
                continue;
            next = at + 1 == _read.Length ? 0 : at + 1;
            return _read[at];
        }

        return null;
    }
}

/// <summary>One property or field of a class.</summary>
internal abstract class EntityMember(string name)
{
    public string Name { get; } = name;

    /// <summary>UTF-8, as the service names it.</summary>
    public byte[] NameOnWire { get; } = Encoding.UTF8.GetBytes(name == WireNames.ETag ? WireNames.ODataETag : name);

    public abstract bool CanRead { get; }

    public abstract bool CanWrite { get; }

    public static EntityMember Of(MemberInfo member, string name)
    {
        var type = member is PropertyInfo property ? property.PropertyType : ((FieldInfo)member).FieldType;
        return (EntityMember)Activator.CreateInstance(typeof(EntityMember<>).MakeGenericType(type), member, name)!;
    }

    public abstract void Write(object entity, EntityWriter writer);

    public abstract void Read(object entity, ref Utf8JsonReader json);
}

internal sealed class EntityMember<T> : EntityMember
{
    private readonly Func<object, T>? _get;
    private readonly Action<object, T>? _set;
    private readonly EntityColumn _column;
    private readonly EntityValue<T>? _value = EntityValues.Of<T>();

    public EntityMember(MemberInfo member, string name)
        : base(name)
    {
        _column = EntityColumn.Of(name);
        var entity = Expression.Parameter(typeof(object));
        var value = Expression.Parameter(typeof(T));
        var access = Expression.MakeMemberAccess(Expression.Convert(entity, member.DeclaringType!), member);
        if (member is FieldInfo || ((PropertyInfo)member).GetMethod is { IsPublic: true })
            _get = Expression.Lambda<Func<object, T>>(access, entity).Compile();
        if (member is FieldInfo { IsInitOnly: false } or PropertyInfo { SetMethod.IsPublic: true })
            _set = Expression.Lambda<Action<object, T>>(Expression.Assign(access, value), entity, value).Compile();
    }

    public override bool CanRead => _get is not null;

    public override bool CanWrite => _set is not null;

    public override void Write(object entity, EntityWriter writer)
    {
        var value = _get!(entity);
        if (value is null)
            return;
        if (_value is null)
            throw new NotSupportedException($"{Name} is of type {typeof(T)}, which a table cannot store.");
        _value.Write(writer, _column, value);
    }

    public override void Read(object entity, ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Null)
            _set!(entity, default!);
        else if (_value is null)
            throw new NotSupportedException($"{Name} is of type {typeof(T)}, which a table cannot store.");
        else
            _set!(entity, _value.Read(ref json));
    }
}
