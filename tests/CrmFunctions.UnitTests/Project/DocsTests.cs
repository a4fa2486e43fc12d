using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CrmFunctions.Sources.Hooks.Providers;
using CrmFunctions.TestKit;
using CrmFunctions.UnitTests.OpenApi;

namespace CrmFunctions.UnitTests.Project;

/// <summary>The documents are held to the code, to each other, and to the files that they link.</summary>
public sealed partial class DocsTests
{
    private const string Begin = "<!-- generated -->";
    private const string End = "<!-- /generated -->";
    private const string Variable = "CRM_WRITE_DOCS";

    public static TheoryData<string, string> Translations =>
        new()
        {
            { "README.md", "README.zh-CN.md" },
            { "docs/standards.md", "docs/standards.zh-CN.md" },
            { "docs/plans.md", "docs/plans.zh-CN.md" },
        };

    [Fact]
    public void The_settings_page_has_every_setting_of_every_options_class() => IsGenerated("docs/settings.md", SettingsPage.Generate());

    [Fact]
    public async Task The_OpenAPI_document_is_what_the_functions_say_and_the_api_page_has_every_operation_of_it()
    {
        var document = await ApiGenerator.Generate();
        IsGenerated(OpenApiDocument.File, File.ReadAllText(OpenApiDocument.File), document, document);
        IsGenerated("docs/api.md", ApiPage.Generate(JsonNode.Parse(document)!));
        var page = Read("docs/api.md");
        Assert.All(
            typeof(CrmFunctions.Flow.Routes).GetFields().Select(field => (string)field.GetRawConstantValue()!),
            route => Assert.Contains($" /api/{route}` |", page, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void The_providers_page_has_a_row_for_every_provider_and_no_other() =>
        Assert.Equal(
            ProviderCatalog.Names.Order(StringComparer.Ordinal),
            ProviderRow().Matches(Read("docs/providers.md")).Select(row => row.Groups[1].Value).Order(StringComparer.Ordinal)
        );

    [Theory]
    [MemberData(nameof(Translations))]
    public void A_translation_has_the_same_headings_and_the_same_commands(string english, string chinese)
    {
        Assert.Equal(Headings(Read(english)), Headings(Read(chinese)));
        Assert.Equal(Commands(Read(english)), Commands(Read(chinese)));
        Assert.Equal(
            Links(english).Select(InEnglish).Order(StringComparer.Ordinal),
            Links(chinese).Select(InEnglish).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Every_link_between_documents_leads_to_a_file()
    {
        var documents = Directory
            .EnumerateFiles(Path.Combine(NodeTools.RepositoryRoot, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(NodeTools.RepositoryRoot, file))
            .Concat(["README.md", "README.zh-CN.md", "CONTRIBUTING.md"])
            .ToList();

        Assert.InRange(documents.Count, 10, 1000);
        Assert.Empty(
            from document in documents
            from link in Links(document)
            where !Path.Exists(Path.Combine(NodeTools.RepositoryRoot, Path.GetDirectoryName(document)!, link))
            select $"{document} links {link}, and there is no such file."
        );
    }

    [Fact]
    public void The_README_is_short_and_begins_with_two_commands()
    {
        Assert.InRange(Read("README.md").Split('\n').Length, 80, 160);
        Assert.Equal(["./scripts/start.sh --demo", "./scripts/test.sh"], Commands(Read("README.md"))[0].Split('\n'));
    }

    [Fact]
    public void The_development_container_has_the_port_of_the_suite()
    {
        var container = JsonNode.Parse(Read(".devcontainer/devcontainer.json"))!;

        Assert.Equal(7071, (int)container["forwardPorts"]![0]!);
    }

    // Compares what stands between the markers; with the variable set, writes it.
    private static void IsGenerated(string document, string expected)
    {
        var text = Read(document);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        Assert.True(0 < begin && begin < end, $"{document} must have {Begin} and, after it, {End}.");
        var current = text[(begin + Begin.Length)..end].Trim('\n');
        IsGenerated(document, current, expected, $"{text[..(begin + Begin.Length)]}\n{expected}\n{text[end..]}");
    }

    private static void IsGenerated(string document, string current, string expected, string whole)
    {
        if (Environment.GetEnvironmentVariable(Variable) == "1")
        {
            File.WriteAllText(Path.Combine(NodeTools.RepositoryRoot, document), whole);
            return;
        }

        Assert.True(
            current == expected,
            $"{document} is not what the code says. Write it anew and commit it: {Variable}=1 dotnet test tests/CrmFunctions.UnitTests -c Release --filter FullyQualifiedName~DocsTests"
        );
    }

    private static List<int> Headings(string text) =>
        [
            .. Fence()
                .Replace(text, "")
                .Split('\n')
                .Where(line => line.StartsWith('#'))
                .Select(line => line.TakeWhile(letter => letter == '#').Count()),
        ];

    // The words of comments, and the language that is asked for, are the reader's.
    private static List<string> Commands(string text) =>
        [
            .. Bash()
                .Matches(text)
                .Select(block =>
                    InEnglish(
                        string.Join('\n', Comment().Replace(block.Groups[1].Value, "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
                    )
                ),
        ];

    private static IEnumerable<string> Links(string document) =>
        Link()
            .Matches(Fence().Replace(Read(document), ""))
            .Select(link => link.Groups[1].Value.Split('#')[0])
            .Where(link => link.Length > 0 && !link.Contains("://", StringComparison.Ordinal));

    private static string InEnglish(string text) =>
        text.Replace(".zh-CN.md", ".md", StringComparison.Ordinal).Replace("zh-CN", "en", StringComparison.Ordinal);

    private static string Read(string document) => File.ReadAllText(Path.Combine(NodeTools.RepositoryRoot, document));

    [GeneratedRegex(@"^\| `([\w-]+)`", RegexOptions.Multiline)]
    private static partial Regex ProviderRow();

    [GeneratedRegex(@"^```[\s\S]*?^```", RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^```bash\n([\s\S]*?)^```", RegexOptions.Multiline)]
    private static partial Regex Bash();

    [GeneratedRegex(@"(^|\s+)# .*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
