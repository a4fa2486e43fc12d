using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.Access;

namespace CrmFunctions.Cli.Demo;

/// <summary><c>crm demo report</c>: the report of a running app as it is, without loading.</summary>
internal sealed class ReportCommand : ICommand
{
    public string Name => "demo report";

    public string Summary => "Prints tiers and stages, three receipts and today's churn warnings of a running app.";

    public IReadOnlyList<Option> Options { get; } = [.. Connection.Options(RoleNames.Viewer), new("--json", null, "the report as JSON")];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        using var api = Connection.Open(arguments, terminal);
        var now = await api.Base(cancellationToken);
        await new Demonstration(api, terminal, arguments.Has("--json")).Report(now, null, null, cancellationToken);
        return ExitCode.Ok;
    }
}
