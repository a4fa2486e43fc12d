using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Docs;

/// <summary>
/// The commands of the READMEs and of the guides, run by bash as they are printed, against a running process of the suite.
/// </summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed partial class ReadmeStoryTests : IDisposable
{
    private static readonly TimeSpan limit = TimeSpan.FromMinutes(4);

    private readonly Azurite azurite = new();
    private readonly SuiteFolder folder;
    private readonly string work = Directory.CreateTempSubdirectory("readme").FullName;

    public ReadmeStoryTests()
    {
        folder = new SuiteFolder(azurite);
        Directory.CreateSymbolicLink(Path.Combine(work, "functions"), Path.Combine(NodeTools.RepositoryRoot, "functions"));
    }

    public void Dispose()
    {
        Directory.Delete(work, true);
        folder.Dispose();
        azurite.Dispose();
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("README.zh-CN.md")]
    public async Task The_story_of_the_README_prints_what_stands_below_it(string readme)
    {
        var text = await Read(readme);
        await using var suite = await Start();

        var printed = await Bash(Block("story", text), suite);

        var told = Printed().Match(text).Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, told.Length);
        Assert.Equal(told.Select(SameForEverybody), printed.Select(SameForEverybody));
    }

    [Theory]
    [InlineData("docs/standards.md", "checked", "A: 0, B: 1, C: 0, D: 0", "inForce", "inForce")]
    [InlineData("docs/standards.zh-CN.md", "checked", "A: 0, B: 1, C: 0, D: 0", "inForce", "inForce")]
    [InlineData("docs/plans.md", "mei", "checked", "inForce")]
    [InlineData("docs/plans.zh-CN.md", "mei", "checked", "inForce")]
    public async Task The_commands_of_a_guide_do_what_it_says(string guide, params string[] expected)
    {
        await using var suite = await Start();
        using var client = await suite.Client();
        using var order = new StringContent(
            Sent.Paid("1001", "42", "1000.00", email: "grace@example.com", at: TimeProvider.System.GetUtcNow().AddDays(-1)).ToJsonString(),
            System.Text.Encoding.UTF8,
            "application/json"
        );
        using var answer = await client.PostAsync(new Uri("api/events", UriKind.Relative), order);
        var id = Id().Match(await answer.Content.ReadAsStringAsync()).Value;
        await folder.Quiet(suite, TimeProvider.System, limit);

        var printed = await Bash(Block("tried", await Read(guide)), suite, ("ID", id));

        // In this order; what was explained stands between.
        Assert.Equal(expected, printed.Where(expected.Contains));
    }

    private async Task<SuiteProcess> Start()
    {
        var suite = new SuiteProcess(new Dictionary<string, string>(folder.Settings()) { ["Standards__FollowEvery"] = "00:00:01" });
        if (await suite.Ready())
            return suite;
        await suite.DisposeAsync();
        throw new InvalidOperationException(suite.Said);
    }

    private async Task<string[]> Bash(string script, SuiteProcess suite, params (string Name, string Value)[] variables)
    {
        var crm = $"scripts/crm() {{ dotnet '{BuiltFiles.Of("CrmFunctions.Cli", "crm.dll")}' \"$@\"; }}\n";
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", crm + script])
        {
            WorkingDirectory = work,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        start.Environment["URL"] = new Uri(suite.Address!, "api").ToString();
        start.Environment["INGEST"] = await Key(suite, """{"role":"ingest","sources":["shop-eu"]}""");
        start.Environment["MANAGER"] = await Key(suite, """{"role":"manager"}""");
        using var bash = Process.Start(start)!;
        var (output, errors) = (bash.StandardOutput.ReadToEndAsync(), bash.StandardError.ReadToEndAsync());
        try
        {
            await bash.WaitForExitAsync().WaitAsync(limit, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            bash.Kill(entireProcessTree: true);
        }

        var (printed, failed) = (await output, await errors);
        Assert.True(bash.ExitCode == 0, $"bash ended with {bash.ExitCode}.\n{printed}\n{failed}\n{suite.Said}");
        return printed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<string> Key(SuiteProcess suite, string body)
    {
        using var client = await suite.Client();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("api/keys", UriKind.Relative), content);
        return (string)JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!["key"]!;
    }

    private static Task<string> Read(string document) => File.ReadAllTextAsync(Path.Combine(NodeTools.RepositoryRoot, document));

    private static string Block(string mark, string text) =>
        Regex.Match(text, $@"<!-- {mark} -->\n```bash\n([\s\S]*?)```") is { Success: true } block
            ? block.Groups[1].Value
            : throw new InvalidOperationException($"There is no bash block after <!-- {mark} -->.");

    private static string SameForEverybody(string line) => Version().Replace(Date().Replace(Id().Replace(line, "ID"), "DATE"), "@VERSION");

    [GeneratedRegex(@"\b[a-z2-7]{26}\b")]
    private static partial Regex Id();

    [GeneratedRegex(@"\d{4}-\d{2}-\d{2}(T[\d:.]+(\+00:00|Z))?")]
    private static partial Regex Date();

    [GeneratedRegex(@"@[0-9a-f]{12}")]
    private static partial Regex Version();

    [GeneratedRegex(@"```text\n([\s\S]*?)```")]
    private static partial Regex Printed();
}
