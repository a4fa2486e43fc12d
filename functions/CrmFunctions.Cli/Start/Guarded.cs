using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using CrmFunctions.Cli.Commands;

namespace CrmFunctions.Cli.Start;

/// <summary>
/// A process that lives as long as this one holds on to it: <c>scripts/lib/guard.sh</c> runs it, and ends it with its children when the
/// pipe between them closes. It closes also when this process is killed.
/// </summary>
internal sealed class Guarded : IAsyncDisposable
{
    private const int TailLines = 20;

    private readonly Process guard;
    private readonly string name;
    private readonly string pidFile;
    private readonly string log;

    private Guarded(string name, Process guard, string pidFile, string log) =>
        (this.name, this.guard, this.pidFile, this.log, Exited) = (name, guard, pidFile, log, guard.WaitForExitAsync());

    public Task Exited { get; }

    /// <param name="name">For messages, and for the names of the log and the file with the process id.</param>
    /// <param name="signal">The signal that it takes as the wish to end in good order.</param>
    /// <exception cref="CommandFailedException">One of an earlier start still runs on this folder and does not end.</exception>
    public static async Task<Guarded> Start(
        Installation place,
        DataFolder folder,
        string name,
        string signal,
        IEnumerable<string> command,
        IReadOnlyDictionary<string, string> variables,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var (pidFile, log) = (folder.Of(name + ".pid"), folder.Of(name + ".log"));
        await Leftover.Wait(name, pidFile, clock, cancellationToken);
        File.WriteAllText(log, "");

        var start = new ProcessStartInfo("bash", [place.Guard, signal, pidFile, log, .. command])
        {
            RedirectStandardInput = true,
            WorkingDirectory = folder.Path,
        };
        foreach (var (variable, value) in variables)
            start.Environment[variable] = value;
        try
        {
            return new Guarded(name, Process.Start(start)!, pidFile, log);
        }
        catch (Win32Exception missing)
        {
            throw new CommandFailedException($"bash could not be started: {missing.Message}");
        }
    }

    /// <summary>That it ended by itself, with the end of its log.</summary>
    public CommandFailedException Ended()
    {
        var tail = File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(TailLines)) : "";
        return new CommandFailedException(
            string.Create(CultureInfo.InvariantCulture, $"The {name} ended with status {guard.ExitCode}. The end of {log}:\n{tail}")
        );
    }

    public CommandFailedException NotReady(TimeSpan after) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The {name} was not ready after {after.TotalSeconds:N0} s. Look at {log}."));

    /// <summary>Lets go of it and waits until it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!guard.HasExited)
            guard.StandardInput.Close();
        await Exited;
        guard.Dispose();

        // Only where the guard itself was killed.
        if (Leftover.Running(name, pidFile) is { } left)
            left.Kill(entireProcessTree: true);
    }
}
