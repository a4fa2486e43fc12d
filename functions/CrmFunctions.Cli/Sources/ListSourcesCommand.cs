using System.Globalization;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.Access;

namespace CrmFunctions.Cli.Sources;

/// <summary><c>crm sources list</c>: who sends webhooks.</summary>
internal sealed class ListSourcesCommand : ICommand
{
    public string Name => "sources list";

    public string Summary => "Lists the sources.";

    public IReadOnlyList<Option> Options { get; } = [.. Connection.Options(RoleNames.Admin)];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        using var api = new SourcesApi(arguments, terminal);
        foreach (var source in (await api.List(cancellationToken))["sources"]!.AsArray())
        {
            terminal.Out.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(string)source!["id"]!, -40} {(string)source["provider"]!, -18} {(string)source["name"]!}"
                )
            );
        }

        return ExitCode.Ok;
    }
}
