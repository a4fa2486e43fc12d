using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Demo.Data;

namespace CrmFunctions.Cli.Demo;

/// <summary><c>crm demo run</c>: load and report in one.</summary>
internal sealed class RunCommand : ICommand
{
    public string Name => "demo run";

    public string Summary => "Loads a data set into a running app, waits until all is calculated, and prints the report.";

    public IReadOnlyList<Option> Options { get; } =
    [
        .. Connection.Options("admin, which may do all that it does"),
        .. DataOptions.Options.Where(o => o.Name != "--now"),
        new("--json", null, "the report as JSON"),
    ];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        using var api = Connection.Open(arguments, terminal);
        return await new Demonstration(api, terminal, arguments.Has("--json")).Run(DataOptions.Read(arguments), cancellationToken);
    }
}
