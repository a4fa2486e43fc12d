using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace AzureSdk.Local.Tests.Worker.Compatibility;

/// <summary>Writes public types and members as the list of official signatures does.</summary>
internal static class Signatures
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
    };

    public static string Of(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            var invoke = type.GetMethod("Invoke")!;
            return $"delegate {Name(invoke.ReturnType)} {type.FullName}({Parameters(invoke)})";
        }

        var full = $"{type.Namespace}.{Name(type)}";
        return type.IsEnum ? $"enum {full}"
            : type.IsInterface ? $"interface {full}"
            : (type.IsAbstract && type.IsSealed ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "")
                + $"class {full}{(type.BaseType == typeof(object) ? "" : $" : {Name(type.BaseType!)}")}";
    }

    public static IEnumerable<string> OfMembers(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field =>
                $"{field.Name} = {Convert.ToInt32(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}");
        }

        return typeof(Delegate).IsAssignableFrom(type) ? [] :
        [
            .. type.GetConstructors(Declared & ~BindingFlags.Static).Where(IsSeen).Select(member => $"{Access(member)}ctor({Parameters(member)})"),
            .. type.GetProperties(Declared).Where(property => property.GetAccessors(true).Any(IsSeen)).Select(Property),
            .. type.GetMethods(Declared).Where(method => IsSeen(method) && !method.IsSpecialName).Select(Method),
            .. type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily).Select(field => $"field {Name(field.FieldType)} {field.Name}"),
            .. type.GetEvents(Declared).Select(member => $"event {member.Name}"),
        ];
    }

    private static bool IsSeen(MethodBase member) => member.IsPublic || member.IsFamily || member.IsFamilyOrAssembly;

    private static string Access(MethodBase member) => member.IsPublic ? "" : "protected ";

    /// <summary>An override adds nothing to what can be called.</summary>
    private static string Kind(MethodInfo method) =>
        method.IsStatic ? "static "
        : method.IsAbstract ? "abstract "
        : method.IsVirtual && !method.IsFinal && method.GetBaseDefinition() == method ? "virtual "
        : "";

    private static string Property(PropertyInfo property)
    {
        var accessors = new[] { (property.GetMethod, "get;"), (property.SetMethod, "set;") }
            .Where(accessor => accessor.Item1 is { } method && IsSeen(method))
            .Select(accessor => Access(accessor.Item1!) + accessor.Item2);
        var first = property.GetMethod ?? property.SetMethod!;
        return $"{Kind(first)}{Name(property.PropertyType)} {property.Name} {{ {string.Join(' ', accessors)} }}";
    }

    private static string Method(MethodInfo method)
    {
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
        var extension = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return $"{Access(method)}{Kind(method)}{Name(method.ReturnType)} {method.Name}{generic}({extension}{Parameters(method)})";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
    {
        var text = $"{(parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "")}{Name(parameter.ParameterType)} {parameter.Name}";
        return parameter.IsOptional ? $"[{text}]" : text;
    }));

    private static string Name(Type type) =>
        Keywords.TryGetValue(type, out var keyword) ? keyword
        : type.IsArray ? $"{Name(type.GetElementType()!)}[]"
        : type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;
}
