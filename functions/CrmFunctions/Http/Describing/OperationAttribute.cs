namespace CrmFunctions.Http.Describing;

/// <summary>What an operation is for.</summary>
/// <param name="tag">Its section of the document.</param>
/// <param name="summary">One line: English, and Chinese in full-width brackets.</param>
/// <param name="description">What a caller has to know beyond that. Empty: nothing.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class OperationAttribute(ApiTag tag, string summary, string description = "") : DescribingAttribute
{
    public ApiTag Tag => tag;

    public string Summary => summary;

    public string Description => description;
}
