namespace CrmFunctions.Http.Describing;

/// <summary>
/// Says something of an HTTP function for the OpenAPI document. The tests write the document from these (tests/CrmFunctions.UnitTests,
/// OpenApi); the running app serves the written one and never reads an attribute.
/// </summary>
public abstract class DescribingAttribute : Attribute
{
    /// <summary>The HTTP method that it is about, in lower case. Null: every method of the function.</summary>
    public string? Method { get; set; }
}
