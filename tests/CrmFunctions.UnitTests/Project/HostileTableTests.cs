using System.Text.RegularExpressions;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Project;

/// <summary>The table of hostile inputs names tests that there are.</summary>
public sealed partial class HostileTableTests
{
    [Fact]
    public void Each_of_the_25_kinds_has_tests_and_each_test_named_is_one()
    {
        var tests = Path.Combine(NodeTools.RepositoryRoot, "tests");
        var rows = Row().Matches(File.ReadAllText(Path.Combine(tests, "CrmFunctions.EndToEndTests", "Hooks", "HOSTILE.md")));
        var there = Directory
            .EnumerateFiles(tests, "*Tests.cs", SearchOption.AllDirectories)
            .SelectMany(file => Test().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value)
            .ToHashSet();

        Assert.Equal(Enumerable.Range(1, 25).Select(number => $"{number}"), rows.Select(row => row.Groups["number"].Value));
        Assert.Empty(rows.SelectMany(row => row.Groups["tests"].Value.Split(", ")).Except(there));
    }

    [GeneratedRegex(@"^\| (?<number>\d+) \| .* \| (?<tests>[A-Za-z0-9_, ]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"public (?:async Task|void) (\w+)\(")]
    private static partial Regex Test();
}
