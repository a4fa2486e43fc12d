using System.Text.RegularExpressions;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Project;

/// <summary>
/// The solution has what was asked for: the official packages as ordinary references, and the names at its top. Evaluated by MSBuild
/// itself.
/// </summary>
public sealed partial class CardTests
{
    /// <summary>The packages that were asked for, and what of each the source uses.</summary>
    private static readonly (string Package, string Use)[] asked =
    [
        ("Microsoft.Azure.Functions.Worker", "FunctionsApplication.CreateBuilder("),
        ("Microsoft.Azure.Functions.Worker.Extensions.Http", "[HttpTrigger("),
        ("Microsoft.Azure.Functions.Worker.Extensions.Timer", "[TimerTrigger("),
        ("Azure.Data.Tables", "TableServiceClient"),
        ("Azure.Messaging.ServiceBus", "ServiceBusClient"),
    ];

    /// <summary>The namespaces of the official API, and the package each is in.</summary>
    private static readonly (string Namespace, string Package)[] homes =
    [
        ("Azure.Data.Tables", "Azure.Data.Tables"),
        ("Azure.Messaging.ServiceBus", "Azure.Messaging.ServiceBus"),
        ("Azure.Identity", "Azure.Identity"),
        ("Azure.Security.KeyVault.Secrets", "Azure.Security.KeyVault.Secrets"),
        ("Azure.Core", "Azure.Core"),
        ("Azure", "Azure.Core"),
        ("Microsoft.Azure.Functions.Worker", "Microsoft.Azure.Functions.Worker"),
    ];

    private static readonly Lazy<Evaluation> app = new(() => Evaluation.Of("functions/CrmFunctions"));

    [Fact]
    public void Every_package_that_was_asked_for_is_an_ordinary_reference_with_a_version_and_is_used()
    {
        var source = Source.Files("functions/CrmFunctions").Select(File.ReadAllText).ToList();
        foreach (var (package, use) in asked)
        {
            Assert.Contains(package, app.Value.Packages);
            Assert.Matches(@"^\d+\.\d+\.\d+$", app.Value.Versions[package]);
            Assert.True(
                source.Any(text => text.Contains(use, StringComparison.Ordinal)),
                $"{package} is referenced, and nothing says {use}."
            );
        }
    }

    [Theory]
    [InlineData("tests/CrmFunctions.UnitTests")]
    [InlineData("tests/CrmFunctions.IntegrationTests")]
    [InlineData("tests/CrmFunctions.EndToEndTests")]
    public void Tests_are_written_with_xunit_and_Moq(string project)
    {
        var packages = Evaluation.Of(project).Packages;

        Assert.Contains("xunit", packages);
        Assert.Contains("Moq", packages);
    }

    [Theory]
    [InlineData("functions")]
    [InlineData("infra")]
    [InlineData("tests")]
    [InlineData("scripts")]
    [InlineData("CrmFunctions.sln")]
    [InlineData("host.json")]
    [InlineData("README.md")]
    public void What_was_asked_for_is_at_the_top(string name) => Assert.True(Path.Exists(Path.Combine(NodeTools.RepositoryRoot, name)));

    [Fact]
    public void Every_namespace_of_Azure_that_the_source_uses_is_in_a_package_that_is_referenced()
    {
        foreach (
            var name in Source
                .Files("functions/CrmFunctions")
                .SelectMany(file => AzureNamespaces().Matches(File.ReadAllText(file)))
                .Select(match => match.Groups[1].Value)
                .Distinct()
        )
        {
            var home = homes
                .FirstOrDefault(home => name == home.Namespace || name.StartsWith(home.Namespace + ".", StringComparison.Ordinal))
                .Package;
            Assert.True(home is not null, $"{name} is in no package known here.");

            // Azure.Core comes with every client library.
            Assert.True(home == "Azure.Core" || app.Value.Packages.Contains(home), $"{name} is in {home}, which is not referenced.");
        }
    }

    [Fact]
    public void Nothing_imitates_Azure_but_the_stand_in_for_one_extension_of_at_most_a_hundred_lines()
    {
        var imitating = Source.Files("functions").Where(file => DeclaresAzure().IsMatch(File.ReadAllText(file))).ToList();

        Assert.All(imitating, file => Assert.Equal("ServiceBusExtension.StandIn", Path.GetFileName(Path.GetDirectoryName(file))));
        Assert.InRange(Source.Files("functions/ServiceBusExtension.StandIn").Sum(file => File.ReadLines(file).Count()), 1, 100);
    }

    [Fact]
    public void No_source_is_compiled_by_condition()
    {
        foreach (var file in Source.Files("functions/CrmFunctions").Concat(Source.Files("functions/CrmFunctions.Domain")))
        {
            Assert.False(Conditional().IsMatch(File.ReadAllText(file)), $"{Path.GetFileName(file)} is compiled by condition.");
        }
    }

    [Fact]
    public void The_domain_references_nothing_of_Azure()
    {
        var domain = Evaluation.Of("functions/CrmFunctions.Domain");

        Assert.DoesNotContain(Source.Files("functions/CrmFunctions.Domain"), file => AzureNamespaces().IsMatch(File.ReadAllText(file)));
        Assert.DoesNotContain(domain.Packages, package => package.Contains("Azure", StringComparison.Ordinal));
        Assert.Empty(domain.Projects);
    }

    [Fact]
    public void The_host_s_own_file_lies_beside_the_program()
    {
        Assert.Equal("PreserveNewest", app.Value.Copied["host.json"]);
        Assert.Equal("v4", (string)app.Value.Properties["AzureFunctionsVersion"]!);
    }

    [GeneratedRegex(@"^\s*#\s*(if|elif|else)\b", RegexOptions.Multiline)]
    private static partial Regex Conditional();

    [GeneratedRegex(@"(?<![\w.""/])((?:Microsoft\.)?Azure(?:\.[A-Z]\w*)*)\s*;")]
    private static partial Regex AzureNamespaces();

    [GeneratedRegex(@"^\s*namespace (Microsoft\.)?Azure\b", RegexOptions.Multiline)]
    private static partial Regex DeclaresAzure();
}
