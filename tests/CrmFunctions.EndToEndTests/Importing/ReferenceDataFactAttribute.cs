using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Importing;

/// <summary>
/// A test on a published data set. The sets are not in the repository: where one is not at hand, the test is skipped and says so.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReferenceDataFactAttribute : FactAttribute
{
    /// <summary>Asks for a file of the sets.</summary>
    public ReferenceDataFactAttribute(string file)
    {
        if (!System.IO.File.Exists(PathOf(file)))
        {
            Skip = $"{file} is not at hand: set CRM_REFERENCE_DATA to the folder that holds it.";
        }
    }

    /// <summary>Where a file of the sets is, or would be.</summary>
    public static string PathOf(string file) =>
        Path.Combine(
            Environment.GetEnvironmentVariable("CRM_REFERENCE_DATA") is { Length: > 0 } folder
                ? folder
                : Path.Combine(NodeTools.RepositoryRoot, "..", "shared", "data"),
            file
        );
}
