using System.Diagnostics;
using System.Globalization;
using CrmFunctions.TestKit;

namespace CrmFunctions.Benchmarks.Flow;

/// <summary>
/// A process that goes when this one lets go of it, or dies: <c>scripts/lib/guard.sh</c> holds it, as in <c>scripts/start.sh</c>.
/// </summary>
internal sealed class GuardedProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process guard;
    private readonly string pidFile;
    private readonly string log;

    private GuardedProcess(Process guard, string pidFile, string log) => (this.guard, this.pidFile, this.log) = (guard, pidFile, log);

    /// <summary>Its id.</summary>
    public int Id { get; private set; }

    /// <param name="folder">Where it works, and where its log and its id are written.</param>
    /// <param name="signal">The signal that it takes as the wish to end.</param>
    /// <param name="ready">Whether it answers.</param>
    /// <exception cref="InvalidOperationException">It ended, or was not ready in time; the message has the end of its log.</exception>
    public static async Task<GuardedProcess> Start(
        string folder,
        string name,
        string signal,
        IEnumerable<string> command,
        IReadOnlyDictionary<string, string> variables,
        Func<CancellationToken, Task<bool>> ready,
        CancellationToken cancellationToken
    )
    {
        var (pidFile, log) = (Path.Combine(folder, name + ".pid"), Path.Combine(folder, name + ".log"));
        var script = Path.Combine(NodeTools.RepositoryRoot, "scripts", "lib", "guard.sh");
        var start = new ProcessStartInfo("bash", [script, signal, pidFile, log, .. command])
        {
            RedirectStandardInput = true,
            WorkingDirectory = folder,
        };
        foreach (var (variable, value) in variables)
            start.Environment[variable] = value;
        var started = new GuardedProcess(Process.Start(start)!, pidFile, log);
        try
        {
            await started.UntilReady(ready, cancellationToken);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!guard.HasExited)
            guard.StandardInput.Close();
        await guard.WaitForExitAsync();
        guard.Dispose();
    }

    private async Task UntilReady(Func<CancellationToken, Task<bool>> ready, CancellationToken cancellationToken)
    {
        for (var since = Stopwatch.GetTimestamp(); !await IsReady(ready, cancellationToken); await Task.Delay(100, cancellationToken))
        {
            if (!guard.HasExited && Stopwatch.GetElapsedTime(since) < Patience)
                continue;
            var said = File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(20)) : "";
            throw new InvalidOperationException($"{Path.GetFileNameWithoutExtension(log)} did not start:\n{said}");
        }

        Id = int.Parse(await File.ReadAllTextAsync(pidFile, cancellationToken), CultureInfo.InvariantCulture);
    }

    private static async Task<bool> IsReady(Func<CancellationToken, Task<bool>> ready, CancellationToken cancellationToken)
    {
        try
        {
            return await ready(cancellationToken);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
