using System.Text.Json;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Demo.Data;
using NodaTime.Text;

namespace CrmFunctions.Cli.Demo;

/// <summary>
/// <c>crm demo clock</c>: the instant at which the demo's clock stands for a data set, and the folder that belongs to both.
/// </summary>
internal sealed class ClockCommand : ICommand
{
    public string Name => "demo clock";

    public string Summary => "Prints where the demo's clock stands: the end of the data's last day, or --now.";

    public IReadOnlyList<Option> Options { get; } = [.. DataOptions.Options, new("--json", null, "with the folder of its data")];

    public Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var data = DataOptions.Read(arguments);
        var now = arguments.Moment("--now") ?? data.End();
        var text = InstantPattern.ExtendedIso.Format(now);
        terminal.Out.WriteLine(arguments.Has("--json") ? JsonSerializer.Serialize(new { now = text, folder = data.Folder(now) }) : text);
        return Task.FromResult(ExitCode.Ok);
    }
}
