namespace CrmFunctions.Http.Describing;

/// <summary>
/// A parameter of a function, in its query or its headers. Those of the address stand in the api.json of the folder that owns it.
/// </summary>
/// <param name="name">As it is sent.</param>
/// <param name="description">What it says, and what holds where it is left out.</param>
/// <param name="type">string, int, double, bool or DateTimeOffset.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public abstract class ParameterAttribute(string name, string description, Type? type) : DescribingAttribute
{
    public string Name => name;

    public string Description => description;

    public Type Type => type ?? typeof(string);

    public bool Required { get; set; }

    /// <summary>The only values that are taken. Null: others are too.</summary>
    public string[]? Values { get; set; }

    /// <summary>The least value, itself taken.</summary>
    public object? Least { get; set; }

    /// <summary>A number that the value must be above.</summary>
    public object? Above { get; set; }

    /// <summary>The greatest value, itself taken.</summary>
    public object? Most { get; set; }

    /// <summary>What holds where it is left out.</summary>
    public object? Default { get; set; }

    /// <summary>A regular expression that the whole value fits.</summary>
    public string? Pattern { get; set; }

    public string? Example { get; set; }
}

/// <summary>A parameter in the query.</summary>
public class QueryAttribute(string name, string description, Type? type = null) : ParameterAttribute(name, description, type);

/// <summary>A header.</summary>
public sealed class HeaderAttribute(string name, string description) : ParameterAttribute(name, description, null);

/// <summary>Where a list goes on.</summary>
public sealed class NextPageAttribute() : QueryAttribute("next", "The next of the page before.");

/// <summary>The revision of what a call touches, which is confirmed by it.</summary>
public sealed class ConfirmAttribute()
    : QueryAttribute("confirm", "The revision that the answer without it gave: what is touched is still that.");

/// <summary>The language of words in the answer.</summary>
public sealed class LanguageAttribute : QueryAttribute
{
    public LanguageAttribute()
        : base("lang", "zh-CN or en; else by Accept-Language.") => Example = "zh-CN";
}

/// <summary>The parameters that stand at another class, which reads them.</summary>
/// <param name="reader">The class.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class QueriesOfAttribute(Type reader) : DescribingAttribute
{
    public Type Reader => reader;
}
