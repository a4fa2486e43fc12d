namespace CrmFunctions.Http.Describing;

/// <summary>
/// The body that a function takes. Two of one content type: either. It follows that the body may be too large (413) or of a type that
/// is not taken (415).
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class TakesAttribute : DescribingAttribute
{
    /// <summary>A body that is read into a record, or plain text.</summary>
    /// <param name="type">The record, or string.</param>
    /// <param name="contentTypes">None: JSON.</param>
    public TakesAttribute(Type type, params string[] contentTypes) => (Type, ContentTypes) = (type, contentTypes);

    /// <summary>A body that is read member by member.</summary>
    /// <param name="schema">Name of a schema in an api.json.</param>
    /// <param name="contentTypes">None: JSON.</param>
    public TakesAttribute(string schema, params string[] contentTypes) => (Schema, ContentTypes) = (schema, contentTypes);

    /// <summary>The record, or string. Null: <see cref="Schema"/> says it.</summary>
    public Type? Type { get; }

    /// <summary>Name of a schema in an api.json. Null: <see cref="Type"/> says it.</summary>
    public string? Schema { get; }

    /// <summary>Empty: JSON.</summary>
    public IReadOnlyList<string> ContentTypes { get; }

    /// <summary>What a caller has to know beyond the schema.</summary>
    public string? Description { get; set; }
}
