using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Flow;

/// <summary>The commands of the runbook, as they are written in infra/README.md, against a running suite.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed partial class RunbookTests(Azurite azurite) : IClassFixture<Azurite>, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("runbook").FullName;

    public void Dispose() => Directory.Delete(folder, true);

    [Fact]
    public async Task Every_command_of_the_runbook_that_can_be_tried_here_does_what_it_says()
    {
        await using var suite = await Suite.Start(
            azurite,
            settings: new Dictionary<string, string> { ["Rebuilding:SecondLook"] = "00:00:01" }
        );
        await suite.Post(new JsonArray(Sent.Paid("o1", "ada", "90.00", email: "ada@example.com"), Sent.Paid("o2", "bob", "10.00")));
        using var source = new StringContent(
            """{"provider":"standard-webhooks","name":"shop","secrets":[{"value":"whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}]}""",
            System.Text.Encoding.UTF8,
            "application/json"
        );
        using var put = await suite.Client.PutAsync(new Uri("api/sources/runbooksource", UriKind.Relative), source);
        Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync());
        await suite.Settle();

        var text = await File.ReadAllTextAsync(Path.Combine(NodeTools.RepositoryRoot, "infra", "README.md"));
        var blocks = Block().Matches(text).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(4, blocks.Count);
        var script =
            $"set -euo pipefail\ncd '{folder}'\nscripts/crm() {{ dotnet '{BuiltFiles.Of("CrmFunctions.Cli", "crm.dll")}' \"$@\"; }}\n{string.Join('\n', blocks)}";
        var before = await suite.Get("standards/value");
        var (status, said) = await Bash(
            suite,
            script,
            ("CUSTOMER", "shop:bob"),
            ("PERSON", "ada@example.com"),
            ("SOURCE", "runbooksource"),
            ("BEFORE", (string)before["version"]!)
        );
        Assert.True(status == 0, said);
        await suite.Settle();

        Assert.Contains(" 0 differ.", said, StringComparison.Ordinal);
        Assert.Contains("Hash ", said, StringComparison.Ordinal);
        Assert.Contains("ada@example.com", await File.ReadAllTextAsync(Path.Combine(folder, "export.json")), StringComparison.Ordinal);
        Assert.Empty((await suite.Find("ada@example.com")));

        // In force again by what it says; its version names the text as it was sent.
        Assert.True(JsonNode.DeepEquals(before["standard"], (await suite.Get("standards/value"))["standard"]));
    }

    private static async Task<(int Status, string Said)> Bash(Suite suite, string script, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in (string[])["-c", script])
            start.ArgumentList.Add(word);
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        start.Environment["CRM_URL"] = suite.Client.BaseAddress!.ToString().TrimEnd('/');
        start.Environment["CRM_KEY"] = suite.Client.DefaultRequestHeaders.GetValues("x-functions-key").Single();
        start.Environment["HOST_KEY"] = suite.Host.Key(name: "master");
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    [GeneratedRegex(@"<!-- tried by RunbookTests -->\n```bash\n([\s\S]*?)```")]
    private static partial Regex Block();
}
