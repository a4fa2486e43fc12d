using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Project;

/// <summary>The repository's own sources.</summary>
internal static class Source
{
    /// <summary>The C# files below a folder of the repository.</summary>
    public static IEnumerable<string> Files(string folder) =>
        Directory
            .EnumerateFiles(Path.Combine(NodeTools.RepositoryRoot, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules"));
}
