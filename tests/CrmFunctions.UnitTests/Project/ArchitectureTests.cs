using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Project;

/// <summary>
/// The floors of docs/architecture.md: a folder uses those below it and no others, so no two use each other, by whatever way.
/// </summary>
public sealed class ArchitectureTests
{
    private const string App = "CrmFunctions";
    private const string Rules = "CrmFunctions.Domain";

    private static readonly string[] onTop = ["Composition", "Program"];
    private static readonly Lazy<Architecture> code = new(() =>
        new ArchLoader().LoadAssemblies(typeof(CrmFunctions.Flow).Assembly, typeof(Decisions).Assembly).Build()
    );

    [Theory]
    [InlineData(App)]
    [InlineData(Rules)]
    public void A_folder_uses_the_folders_below_it_as_the_table_says(string project)
    {
        var table = Table(project);
        var used = Used(project);

        Assert.InRange(used.Count, 10, 30);
        var (written, found) = (
            string.Join('\n', table.Select(row => $"{row.Folder}: {string.Join(", ", row.Uses)}")),
            Written(used, table.Select(row => row.Folder))
        );
        Assert.True(written == found, $"docs/architecture.md says\n{written}\n\nand the code does\n{found}");
        for (var floor = 0; floor < table.Count; floor++)
            Assert.Subset(table.Take(floor).Select(row => row.Folder).ToHashSet(), table[floor].Uses.ToHashSet());
    }

    [Theory]
    [InlineData(App)]
    [InlineData(Rules)]
    public void What_stands_in_no_folder_uses_none_but_for_the_page_that_puts_all_together(string project)
    {
        var files = Directory
            .EnumerateFiles(Path.Combine(NodeTools.RepositoryRoot, "functions", project), "*.cs")
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Except(onTop)
            .ToHashSet(StringComparer.Ordinal);
        var types = code.Value.Types.Where(type => type.Namespace?.FullName == project && files.Contains(TopLevel(type))).ToList();

        Assert.Equal(files, types.Select(TopLevel).ToHashSet(StringComparer.Ordinal));
        Assert.Empty(
            types.SelectMany(type => type.Dependencies).Select(dependency => FolderOf(dependency.Target, project)).OfType<string>()
        );
    }

    [Fact]
    public void The_rules_know_nothing_of_Azure()
    {
        var azure = code
            .Value.Types.Where(type => IsOf(type, Rules))
            .SelectMany(type => type.Dependencies)
            .Select(dependency => dependency.Target.FullName)
            .Where(name =>
                name.StartsWith("Azure.", StringComparison.Ordinal) || name.StartsWith("Microsoft.Azure", StringComparison.Ordinal)
            );

        Assert.Equal([], azure);
    }

    // The folders and what they use, in the order of the table; a folder that the table has not comes last.
    private static string Written(IReadOnlyDictionary<string, SortedSet<string>> used, IEnumerable<string> order)
    {
        var floors = order.ToList();
        return string.Join(
            '\n',
            floors
                .Concat(used.Keys.Except(floors).Order(StringComparer.Ordinal))
                .Where(used.ContainsKey)
                .Select(folder => $"{folder}: {string.Join(", ", used[folder].OrderBy(floors.IndexOf))}")
        );
    }

    private static Dictionary<string, SortedSet<string>> Used(string project)
    {
        var used = new Dictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var type in code.Value.Types)
        {
            if (FolderOf(type, project) is not { } folder)
                continue;
            used.TryAdd(folder, new SortedSet<string>(StringComparer.Ordinal));
            foreach (var dependency in type.Dependencies)
            {
                if (FolderOf(dependency.Target, project) is { } other && other != folder)
                    used[folder].Add(other);
            }
        }

        return used;
    }

    private static string? FolderOf(IType type, string project)
    {
        if (!IsOf(type, project))
            return null;
        var below = type.Namespace.FullName[project.Length..].Split('.', StringSplitOptions.RemoveEmptyEntries);
        return below is [var folder, ..] ? folder : null;
    }

    // The loader files a type parameter under the first type that has one of its name.
    private static bool IsOf(IType type, string project) =>
        type is not GenericParameter
        && type.Assembly?.Name.Split(',')[0] == project
        && type.Namespace?.FullName is { } space
        && (space == project || space.StartsWith(project + ".", StringComparison.Ordinal));

    // A nested type is part of the one around it.
    private static string TopLevel(IType type) => type.FullName[(type.Namespace.FullName.Length + 1)..].Split('+', '/')[0];

    private static List<(string Folder, string[] Uses)> Table(string project) =>
        [
            .. File.ReadLines(Path.Combine(NodeTools.RepositoryRoot, "docs", "architecture.md"))
                .SkipWhile(line => line != $"### `functions/{project}`")
                .Skip(1)
                .TakeWhile(line => !line.StartsWith('#'))
                .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
                .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
                .Select(cells => (cells[1].Trim('`'), cells[3].Split(", ", StringSplitOptions.RemoveEmptyEntries))),
        ];
}
