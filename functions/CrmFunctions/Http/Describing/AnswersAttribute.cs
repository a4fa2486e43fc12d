namespace CrmFunctions.Http.Describing;

/// <summary>An answer of a function. Two of one status and content type: either.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="description">What it means.</param>
/// <param name="type">The record of the body; string for text, JsonObject for JSON of any members. Null: no body, or a schema.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class AnswersAttribute(int status, string description, Type? type = null) : DescribingAttribute
{
    public int Status => status;

    public string Description => description;

    public Type? Type => type;

    /// <summary>Name of a schema in an api.json, where no record says it.</summary>
    public string? Schema { get; set; }

    /// <summary>Null: JSON.</summary>
    public string? ContentType { get; set; }

    /// <summary>What the header Location says. Null: there is none.</summary>
    public string? Location { get; set; }

    /// <summary>Some callers get it without a body.</summary>
    public bool MayBeEmpty { get; set; }
}
