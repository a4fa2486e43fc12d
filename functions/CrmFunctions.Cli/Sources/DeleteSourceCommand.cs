using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.Access;

namespace CrmFunctions.Cli.Sources;

/// <summary><c>crm sources delete</c>: a source and its secrets go; its events stay.</summary>
internal sealed class DeleteSourceCommand : ICommand
{
    public string Name => "sources delete";

    public string Summary => "Deletes a source and its secrets; its events stay.";

    public IReadOnlyList<Option> Options { get; } = [new("--id", "ID", "the source"), .. Connection.Options(RoleNames.Admin)];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        using var api = new SourcesApi(arguments, terminal);
        terminal.Out.WriteLine(JsonApi.Write(await api.Delete(arguments.Required("--id"), cancellationToken)));
        return ExitCode.Ok;
    }
}
