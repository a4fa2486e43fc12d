using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Project;

/// <summary>The function app's two modes: the official packages, or the local subset of them. Evaluated by MSBuild itself.</summary>
public sealed partial class SdkModeTests
{
    private const string Local = "AzureSdk.Local";

    /// <summary>The namespaces of the official API, and the package each is in. Azure.Core and Azure.Identity are the same in both modes.</summary>
    private static readonly (string Namespace, string Package)[] homes =
    [
        ("Azure.Data.Tables", "Azure.Data.Tables"),
        ("Azure.Messaging.ServiceBus", "Azure.Messaging.ServiceBus"),
        ("Azure.Identity", "Azure.Identity"),
        ("Azure.Security.KeyVault.Secrets", "Azure.Security.KeyVault.Secrets"),
        ("Azure.Core", "Azure.Core"),
        ("Azure", "Azure.Core"),
        ("Microsoft.Azure.Functions.Worker.Builder", "Microsoft.Azure.Functions.Worker"),
        ("Microsoft.Azure.Functions.Worker.Middleware", "Microsoft.Azure.Functions.Worker"),
        ("Microsoft.Azure.Functions.Worker", "Microsoft.Azure.Functions.Worker"),
    ];

    private static readonly (string Use, string Package)[] uses =
    [
        ("[HttpTrigger(", "Microsoft.Azure.Functions.Worker.Extensions.Http"),
        (".ConfigureFunctionsWebApplication(", "Microsoft.Azure.Functions.Worker.Extensions.Http.AspNetCore"),
        ("[TimerTrigger(", "Microsoft.Azure.Functions.Worker.Extensions.Timer"),
        ("[ServiceBusTrigger(", "Microsoft.Azure.Functions.Worker.Extensions.ServiceBus"),
        ("FunctionsApplication.CreateBuilder(", "Microsoft.Azure.Functions.Worker"),
        ("TableServiceClient", "Azure.Data.Tables"),
        ("ServiceBusClient", "Azure.Messaging.ServiceBus"),
    ];

    private static readonly Lazy<Evaluation> local = new(() => Evaluation.Of("local"));
    private static readonly Lazy<Evaluation> nuget = new(() => Evaluation.Of("nuget"));

    [Fact]
    public void With_nuget_every_official_package_is_an_ordinary_reference_with_a_version_and_the_local_project_is_none()
    {
        var official = Official(nuget.Value);

        Assert.DoesNotContain(Local, nuget.Value.Projects);
        Assert.Equal(
            uses.Select(use => use.Package).Append("Microsoft.Azure.Functions.Worker.Sdk").Distinct().Order(StringComparer.Ordinal),
            official.Order(StringComparer.Ordinal));
        Assert.All(official, package => Assert.Matches(@"^\d+\.\d+\.\d+$", nuget.Value.Versions[package]));
    }

    [Fact]
    public void With_local_no_official_package_is_referenced_but_the_local_project()
    {
        Assert.Contains(Local, local.Value.Projects);
        Assert.Empty(Official(local.Value));
    }

    [Fact]
    public void Local_is_the_default() => Assert.Equal(local.Value.Projects, Evaluation.Of(null).Projects);

    [Fact]
    public void But_for_the_SDK_both_modes_reference_the_same()
    {
        Assert.Equal(local.Value.Projects.Except([Local]).Order(), nuget.Value.Projects.Order());
        Assert.Equal(local.Value.Packages.Order(), nuget.Value.Packages.Except(Official(nuget.Value)).Order());
    }

    [Fact]
    public void What_the_source_uses_is_in_a_package_that_is_referenced_and_every_package_is_used()
    {
        var source = Source.Files("functions/CrmFunctions").Select(File.ReadAllText).ToList();
        var packages = nuget.Value.Packages;

        foreach (var (use, package) in uses)
        {
            Assert.True(source.Any(text => text.Contains(use, StringComparison.Ordinal)), $"{package} is referenced, and nothing says {use}.");
            Assert.Contains(package, packages);
        }

        foreach (var name in source.SelectMany(text => AzureNamespaces().Matches(text)).Select(match => match.Groups[1].Value).Distinct())
        {
            var home = homes.FirstOrDefault(home => name == home.Namespace || name.StartsWith(home.Namespace + ".", StringComparison.Ordinal)).Package;
            Assert.True(home is not null, $"{name} is in no package known here.");

            // Azure.Core comes with every client library.
            Assert.True(home == "Azure.Core" || packages.Contains(home), $"{name} is in {home}, which is not referenced.");
        }
    }

    [Fact]
    public void The_source_is_the_same_in_both_modes()
    {
        foreach (var file in Source.Files("functions/CrmFunctions").Concat(Source.Files("functions/CrmFunctions.Domain")))
        {
            var text = File.ReadAllText(file);
            Assert.False(Conditional().IsMatch(text), $"{Path.GetFileName(file)} is compiled by condition.");
            Assert.False(text.Contains("AzureSdk.Local", StringComparison.Ordinal), $"{Path.GetFileName(file)} names the local SDK.");
        }
    }

    [Fact]
    public void The_domain_references_nothing_of_Azure()
    {
        Assert.DoesNotContain(Source.Files("functions/CrmFunctions.Domain"), file => AzureNamespaces().IsMatch(File.ReadAllText(file)));
        Assert.Empty(Evaluation.Of("nuget", "CrmFunctions.Domain").Projects);
    }

    [Fact]
    public void The_host_s_own_files_lie_beside_the_program_in_both_modes()
    {
        Assert.All([local.Value, nuget.Value], mode => Assert.Equal("PreserveNewest", mode.Copied["host.json"]));
        Assert.All([local.Value, nuget.Value], mode => Assert.Equal("v4", mode.FunctionsVersion));
    }

    private static List<string> Official(Evaluation mode) =>
        [.. mode.Packages.Where(package => package.StartsWith("Microsoft.Azure.", StringComparison.Ordinal) || package is "Azure.Data.Tables" or "Azure.Messaging.ServiceBus")];

    [GeneratedRegex(@"^\s*#\s*(if|elif|else)\b", RegexOptions.Multiline)]
    private static partial Regex Conditional();

    [GeneratedRegex(@"(?<![\w.""/])((?:Microsoft\.)?Azure(?:\.[A-Z]\w*)*)\s*;")]
    private static partial Regex AzureNamespaces();

    private sealed record Evaluation(
        IReadOnlyList<string> Packages, IReadOnlyList<string> Projects, IReadOnlyDictionary<string, string> Versions, IReadOnlyDictionary<string, string> Copied, string FunctionsVersion)
    {
        public static Evaluation Of(string? mode, string project = "CrmFunctions")
        {
            var start = new ProcessStartInfo("dotnet", [
                "msbuild", Path.Combine(NodeTools.RepositoryRoot, "functions", project, $"{project}.csproj"), "-nodeReuse:false",
                "-getItem:PackageReference", "-getItem:ProjectReference", "-getItem:PackageVersion", "-getItem:None", "-getProperty:AzureFunctionsVersion",
                .. mode is null ? [] : new[] { $"-p:AzureSdk={mode}" }])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };

            // A test host passes its own MSBuild on; this one finds its own, and the mode is the one asked for.
            foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name == "AzureSdk").ToList())
            {
                start.Environment.Remove(name);
            }

            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, output + errors.Result);
            var json = JsonNode.Parse(output)!;
            IEnumerable<JsonNode> Items(string kind) => json["Items"]![kind]!.AsArray().Select(item => item!);
            return new Evaluation(
                [.. Items("PackageReference").Select(item => (string)item["Identity"]!)],
                [.. Items("ProjectReference").Select(item => (string)item["Filename"]!)],
                Items("PackageVersion").ToDictionary(item => (string)item["Identity"]!, item => (string)item["Version"]!),
                Items("None").Where(item => (string?)item["CopyToOutputDirectory"] is { Length: > 0 })
                    .ToDictionary(item => (string?)item["Link"] is { Length: > 0 } link ? link : (string)item["Identity"]!, item => (string)item["CopyToOutputDirectory"]!),
                (string)json["Properties"]!["AzureFunctionsVersion"]!);
        }
    }
}
