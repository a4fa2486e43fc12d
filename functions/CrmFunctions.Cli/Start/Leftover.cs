using System.Diagnostics;
using System.Globalization;
using CrmFunctions.Cli.Commands;

namespace CrmFunctions.Cli.Start;

/// <summary>A process of an earlier start that still uses the folder: after a SIGKILL its guard ends it within seconds.</summary>
internal static class Leftover
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <exception cref="CommandFailedException">It is still there after <see cref="Patience"/>.</exception>
    public static async Task Wait(string name, string pidFile, TimeProvider clock, CancellationToken cancellationToken)
    {
        for (var started = clock.GetTimestamp(); Running(name, pidFile) is { } left; )
        {
            if (clock.GetElapsedTime(started) > Patience)
            {
                throw new CommandFailedException(
                    $"The {name} of an earlier start still runs on {Path.GetDirectoryName(pidFile)} as process {left.Id}. "
                        + $"Stop it first (kill {left.Id}), or name another folder with CRM_DATA."
                );
            }

            await Task.Delay(Look, clock, cancellationToken);
        }
    }

    /// <returns>The process that the file names, where it still runs and is still the one that was meant.</returns>
    public static Process? Running(string name, string pidFile)
    {
        try
        {
            if (!File.Exists(pidFile) || !int.TryParse(File.ReadAllText(pidFile), CultureInfo.InvariantCulture, out var id))
                return null;
            var process = Process.GetProcessById(id);
            return !process.HasExited && IsMeant(name, id) ? process : null;
        }
        catch (Exception gone) when (gone is ArgumentException or IOException or InvalidOperationException)
        {
            return null;
        }
    }

    // The number of a process that is gone may have been given to another by now; Linux tells what it runs.
    private static bool IsMeant(string name, int id)
    {
        var commandLine = string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/cmdline");
        return !File.Exists(commandLine)
            || File.ReadAllText(commandLine).Contains(name == "app" ? "CrmFunctions.dll" : name, StringComparison.Ordinal);
    }
}
