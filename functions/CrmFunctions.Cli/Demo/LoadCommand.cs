using System.Globalization;
using System.Text.Json;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Demo.Data;

namespace CrmFunctions.Cli.Demo;

/// <summary><c>crm demo load</c>: loads a data set into a running app and waits until all of it is calculated.</summary>
internal sealed class LoadCommand : ICommand
{
    public string Name => "demo load";

    public string Summary => "Loads a data set into a running app and waits until all is calculated.";

    // The clock is the app's: it was set when the app started.
    public IReadOnlyList<Option> Options { get; } =
    [
        .. Connection.Options("ingest, steward for a CSV file, admin for ratings and pins, and viewer"),
        .. DataOptions.Options.Where(o => o.Name != "--now"),
        new("--json", null, "counts as JSON"),
    ];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        using var api = Connection.Open(arguments, terminal);
        var data = DataOptions.Read(arguments);
        var demonstration = new Demonstration(api, terminal, arguments.Has("--json"));
        var (loaded, settled, seconds) = await demonstration.Load(data, cancellationToken);
        terminal.Out.WriteLine(
            arguments.Has("--json")
                ? JsonSerializer.Serialize(
                    new
                    {
                        loaded,
                        seconds,
                        settled.Customers,
                        settled.Hash,
                    },
                    JsonSerializerOptions.Web
                )
                : terminal.Texts["report.loaded", loaded.Sent, loaded.Accepted, loaded.Duplicates, seconds]
        );
        if (!arguments.Has("--json"))
            terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"State hash: {settled.Hash}"));
        return demonstration.Judge(data, loaded);
    }
}
