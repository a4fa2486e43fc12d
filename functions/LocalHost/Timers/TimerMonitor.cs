using System.Text.Json;
using LocalHost.Hosting;
using Microsoft.Extensions.Logging;

namespace LocalHost.Timers;

/// <summary>Remembers in a file when a timer ran, so that a restart notices a run it missed.</summary>
internal sealed class TimerMonitor(string folder, string function, ILogger log)
{
    private readonly string path = Path.Combine(folder, $"{function}.json");

    /// <summary>Null if the timer never ran, or nobody knows.</summary>
    internal ScheduleStatus? Read()
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<ScheduleStatus>(File.ReadAllText(path)) : null;
        }
        catch (Exception error) when (error is IOException or JsonException or UnauthorizedAccessException)
        {
            HostLog.MonitorUnreadable(log, error, function);
            return null;
        }
    }

    internal void Write(ScheduleStatus status)
    {
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText($"{path}.part", JsonSerializer.Serialize(status));
            File.Move($"{path}.part", path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            HostLog.MonitorUnwritable(log, error, function);
        }
    }
}

/// <summary>When a timer ran and will run, in the form of the platform's monitor. All UTC.</summary>
/// <param name="Last">The last run by schedule; the default value before the first.</param>
/// <param name="Next">The next run expected.</param>
/// <param name="LastUpdated">When this was written.</param>
internal sealed record ScheduleStatus(DateTime Last, DateTime Next, DateTime LastUpdated);
