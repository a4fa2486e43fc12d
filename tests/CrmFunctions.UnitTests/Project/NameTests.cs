using System.Text.RegularExpressions;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Project;

/// <summary>One word, one meaning: no two types share a name, and what the glossary names is there.</summary>
public sealed partial class NameTests
{
    private static readonly Lazy<ILookup<string, string>> types = new(() =>
        Source
            .Files("functions")
            .Select(File.ReadAllText)
            .SelectMany(text =>
                Types().Matches(text).Select(type => (Name: type.Groups[1].Value, Namespace: Namespaces().Match(text).Groups[1].Value))
            )
            .Distinct()
            .ToLookup(type => type.Name, type => type.Namespace)
    );

    [Fact]
    public void No_two_types_share_a_name()
    {
        Assert.InRange(types.Value.Count, 500, int.MaxValue);
        Assert.Empty(types.Value.Where(named => named.Count() > 1).Select(named => $"{named.Key} is in {string.Join(" and in ", named)}"));
    }

    [Fact]
    public void Every_type_that_the_glossary_names_exists_and_every_term_stands_there_once()
    {
        var rows = File.ReadLines(Path.Combine(NodeTools.RepositoryRoot, "docs", "glossary.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| term", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .ToList();

        Assert.InRange(rows.Count, 50, int.MaxValue);
        Assert.All(rows, row => Assert.Equal(7, row.Length));
        Assert.All(rows, row => Assert.False(row[2].Length == 0 || row[3].Length == 0, $"{row[1]} has no Chinese term or no meaning."));
        Assert.Empty(
            rows.SelectMany(row => row[1].Split(", ")).CountBy(term => term).Where(pair => pair.Value > 1).Select(pair => pair.Key)
        );
        Assert.All(
            rows.Select(row => row[4].Trim('`')).Where(type => type.Length > 0),
            type => Assert.True(types.Value.Contains(type), $"There is no type {type}.")
        );
    }

    [Fact]
    public void Every_step_of_the_tour_is_where_it_says()
    {
        var steps = File.ReadLines(Path.Combine(NodeTools.RepositoryRoot, "docs", "tour.md"))
            .Select(line => Steps().Match(line))
            .Where(step => step.Success)
            .ToList();

        Assert.InRange(steps.Count, 10, 20);
        Assert.All(
            steps,
            step =>
            {
                var text = File.ReadAllText(Path.Combine(NodeTools.RepositoryRoot, "functions", "CrmFunctions", step.Groups[1].Value));
                Assert.Matches($@"class {step.Groups[2].Value}\b", text);
                Assert.Matches($@"(?:public|private) .*\b{step.Groups[3].Value}\(", text);
            }
        );
    }

    [GeneratedRegex(@"\| `([\w/]+\.cs)` \| `(\w+)\.(\w+)` \|")]
    private static partial Regex Steps();

    [GeneratedRegex(
        @"^(?:public|internal) (?:(?:sealed|static|abstract|readonly|partial) )*(?:class|record struct|record|struct|enum|interface) (\w+)",
        RegexOptions.Multiline
    )]
    private static partial Regex Types();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespaces();
}
