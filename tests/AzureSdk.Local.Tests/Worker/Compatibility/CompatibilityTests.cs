using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace AzureSdk.Local.Tests.Worker.Compatibility;

public sealed class CompatibilityTests
{
    [Fact]
    public void Every_public_member_in_the_official_namespaces_is_an_official_one()
    {
        var official = Official();
        var invented = new List<string>();
        foreach (var type in Ours())
        {
            if (!official.TryGetValue(Signatures.Of(type), out var members))
            {
                invented.Add(Signatures.Of(type));
                continue;
            }

            // Where the official type declares no constructor, the compiler's own is meant.
            var isImplicit = members.All(member => !member.Contains("ctor(", StringComparison.Ordinal));
            invented.AddRange(Signatures.OfMembers(type)
                .Where(member => !members.Contains(member) && !(isImplicit && member is "ctor()" or "protected ctor()"))
                .Select(member => $"{type}: {member}"));
        }

        Assert.Empty(invented);
    }

    [Fact]
    public void The_comparison_sees_the_members_it_should()
    {
        Assert.True(Ours().Count() > 30);
        Assert.Contains("static IFunctionsWorkerApplicationBuilder UseWhen<T>(this IFunctionsWorkerApplicationBuilder builder, Func<FunctionContext, bool> predicate)",
            Signatures.OfMembers(typeof(Microsoft.Extensions.Hosting.MiddlewareWorkerApplicationBuilderExtensions)));
        Assert.Contains("virtual Task CompleteMessageAsync(ServiceBusReceivedMessage message, [CancellationToken cancellationToken])",
            Signatures.OfMembers(typeof(ServiceBusMessageActions)));
        Assert.Contains("protected ctor()", Signatures.OfMembers(typeof(ServiceBusMessageActions)));
        Assert.Contains("string[] Methods { get; }", Signatures.OfMembers(typeof(HttpTriggerAttribute)));
        Assert.Contains("Admin = 4", Signatures.OfMembers(typeof(AuthorizationLevel)));
    }

    [Fact]
    public void Nothing_public_stands_in_any_other_namespace()
    {
        var elsewhere = typeof(FunctionContext).Assembly.GetExportedTypes()
            .Where(type => !type.Namespace!.StartsWith("AzureSdk.Local", StringComparison.Ordinal) && !type.Namespace.StartsWith("Azure.", StringComparison.Ordinal));
        Assert.Empty(elsewhere.Except(Ours()));
    }

    private static IEnumerable<Type> Ours() => typeof(FunctionContext).Assembly.GetExportedTypes()
        .Where(type => type.Namespace!.StartsWith("Microsoft.Azure.Functions", StringComparison.Ordinal) || type.Namespace == "Microsoft.Extensions.Hosting");

    private static Dictionary<string, HashSet<string>> Official()
    {
        var types = new Dictionary<string, HashSet<string>>();
        using var text = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("official-worker.txt")!);
        HashSet<string> members = [];
        while (text.ReadLine() is { } line)
        {
            if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                members.Add(line.Trim());
            }
            else if (line.Length > 0 && line[0] != '#')
            {
                types[line] = members = [];
            }
        }

        return types;
    }
}
