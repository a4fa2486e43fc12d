using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Demo;
using CrmFunctions.Cli.Demo.Data;
using CrmFunctions.Cli.Demo.Loading;
using NodaTime;
using NodaTime.Text;

namespace CrmFunctions.Cli.Start;

/// <summary><c>crm start</c>: the suite on this machine, with everything it needs; behind <c>scripts/start.sh</c>.</summary>
internal sealed class StartCommand : ICommand
{
    public string Name => "start";

    public string Summary => "Starts Azurite and the suite on loopback; with --demo loads a base and prints the report.";

    public IReadOnlyList<Option> Options { get; } =
    [
        new("--demo", null, "load a base, in a folder of its own, and print the report"),
        .. DataOptions.Options,
        new("--exit", null, "stop after the report"),
        new("--json", null, "the report as JSON, everything else on the error stream"),
    ];

    public async Task<int> Run(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var demo = arguments.Has("--demo");
        if (!demo && Options.FirstOrDefault(o => arguments.Has(o.Name)) is { } alone)
            throw new UsageException($"{alone.Name} belongs to the demo: add --demo.");

        var place = Installation.Find(terminal);
        if (!demo)
            return await Serve(place, terminal.Out, terminal, null, false, null, cancellationToken);

        var data = DataOptions.Read(arguments);
        var now = arguments.Moment("--now") ?? data.End();
        var json = arguments.Has("--json");
        var says = json ? terminal.Error : terminal.Out;
        says.WriteLine(terminal.Texts["start.clock", InstantPattern.General.Format(now)]);
        return await Serve(
            place.ForDemo(data.Folder(now)),
            says,
            terminal,
            now,
            arguments.Has("--exit"),
            (api, cancel) => new Demonstration(api, terminal, json).Run(data, cancel),
            cancellationToken
        );
    }

    /// <returns>
    /// What the demo came to. Ctrl-C and SIGTERM are the ordinary end, 0, except where the demo alone was wanted and was not done.
    /// </returns>
    private static async Task<int> Serve(
        Installation place,
        TextWriter says,
        Terminal terminal,
        Instant? now,
        bool exits,
        Func<Api, CancellationToken, Task<int>>? demo,
        CancellationToken cancellationToken
    )
    {
        using var folder = DataFolder.Open(place, terminal.Variable("CRM_KEY"));
        if (Directory.Exists(folder.Of(RekeyCommand.Work)))
            throw new CommandFailedException($"A move of {folder.Path} to a new secret has not ended: go on with it by crm rekey.");
        await using var suite = new Suite(place, folder, terminal, says);
        var outcome = exits ? ExitCode.Stopped : ExitCode.Ok;
        try
        {
            await suite.Start(now, cancellationToken);
            Welcome.Print(says, terminal.Texts, suite.Address, folder);
            using var api = new Api(suite.Address, role => folder.Keys.Of(role, suite.Address)!, terminal.Clock);
            if (demo is not null)
                outcome = await suite.While(cancel => demo(api, cancel), cancellationToken);
            if (exits)
                return outcome;
            says.WriteLine(terminal.Texts["start.stop", suite.Address]);
            await suite.UntilStopped(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            says.WriteLine(terminal.Texts["start.stopping"]);
        }

        return outcome;
    }
}
