namespace CrmFunctions.Domain.Standards;

/// <summary>The JSON Schema (2020-12) of standards, for editors: what the reader takes, with words about each member.</summary>
public static class StandardSchema
{
    /// <summary>The schema as written.</summary>
    public static string Json { get; } = EmbeddedText.Read("Standards.standard.schema.json");
}
