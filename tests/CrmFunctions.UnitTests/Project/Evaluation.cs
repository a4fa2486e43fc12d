using System.Diagnostics;
using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Project;

/// <summary>What MSBuild makes of a project.</summary>
internal sealed record Evaluation(
    IReadOnlyList<string> Packages,
    IReadOnlyList<string> Projects,
    IReadOnlyDictionary<string, string> Versions,
    IReadOnlyDictionary<string, string> Copied,
    JsonNode Properties
)
{
    /// <param name="project">Its folder below the repository.</param>
    /// <param name="properties">Properties for the command line, such as Name=value.</param>
    public static Evaluation Of(string project, params IEnumerable<string> properties)
    {
        var (code, output) = Run([
            "msbuild",
            Path.Combine(NodeTools.RepositoryRoot, project, $"{Path.GetFileName(project)}.csproj"),
            "-nodeReuse:false",
            "-getItem:PackageReference",
            "-getItem:ProjectReference",
            "-getItem:PackageVersion",
            "-getItem:None",
            "-getProperty:AzureFunctionsVersion",
            "-getProperty:ServiceBusExtension",
            "-getProperty:_FunctionsBuildEnabled",
            "-getProperty:FunctionsEnableWorkerIndexing",
            .. properties.Select(property => $"-p:{property}"),
        ]);
        Assert.True(code == 0, output);
        var json = JsonNode.Parse(output)!;
        IEnumerable<JsonNode> Items(string kind) => json["Items"]![kind]!.AsArray().Select(item => item!);
        return new Evaluation(
            [.. Items("PackageReference").Select(item => (string)item["Identity"]!)],
            [.. Items("ProjectReference").Select(item => (string)item["Filename"]!)],
            Items("PackageVersion").ToDictionary(item => (string)item["Identity"]!, item => (string)item["Version"]!),
            Items("None")
                .Where(item => (string?)item["CopyToOutputDirectory"] is { Length: > 0 })
                .ToDictionary(
                    item => (string?)item["Link"] is { Length: > 0 } link ? link : (string)item["Identity"]!,
                    item => (string)item["CopyToOutputDirectory"]!
                ),
            json[nameof(Properties)]!
        );
    }

    /// <summary>Runs the SDK's command line as a shell would: a test host passes its own MSBuild on, and this one finds its own.</summary>
    public static (int Code, string Output) Run(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (
            var name in start
                .Environment.Keys.Where(name =>
                    name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name == "ServiceBusExtension"
                )
                .ToList()
        )
        {
            start.Environment.Remove(name);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
