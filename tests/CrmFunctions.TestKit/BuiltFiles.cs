namespace CrmFunctions.TestKit;

/// <summary>What was built beside the tests, in the same configuration.</summary>
public static class BuiltFiles
{
    private static readonly string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    /// <summary>The path of a file that the build of a project wrote.</summary>
    public static string Of(string project, string file) =>
        Path.Combine(NodeTools.RepositoryRoot, "artifacts", "bin", project, configuration, file);
}
