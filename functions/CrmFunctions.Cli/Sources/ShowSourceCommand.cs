using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.Access;

namespace CrmFunctions.Cli.Sources;

/// <summary><c>crm sources show</c>: one source, whole, without its secrets.</summary>
internal sealed class ShowSourceCommand : ICommand
{
    public string Name => "sources show";

    public string Summary => "Shows a source without its secrets.";

    public IReadOnlyList<Option> Options { get; } = [new("--id", "ID", "the source"), .. Connection.Options(RoleNames.Admin)];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        using var api = new SourcesApi(arguments, terminal);
        terminal.Out.WriteLine(JsonApi.Write(await api.Get(arguments.Required("--id"), cancellationToken)));
        return ExitCode.Ok;
    }
}
