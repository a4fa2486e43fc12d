namespace CrmFunctions.Http.Describing;

/// <summary>Values that a member may have, for the OpenAPI document.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ExampleAttribute(params string[] values) : Attribute
{
    public IReadOnlyList<string> Values => values;
}

/// <summary>A member has one of the values of a list of the program, for the OpenAPI document.</summary>
/// <param name="type">The class with the list.</param>
/// <param name="member">A static property of texts.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValuesOfAttribute(Type type, string member) : Attribute
{
    public Type Type => type;

    public string Member => member;
}
