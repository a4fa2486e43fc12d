using System.Runtime.InteropServices;

namespace CrmFunctions.Benchmarks.Results;

/// <summary>Where and when it was measured: figures of a busy machine are not figures of the suite.</summary>
/// <param name="At">UTC.</param>
/// <param name="Cores">Logical processors.</param>
/// <param name="Runtime">Of .NET.</param>
/// <param name="Load">
/// Processes that wanted to run in the last minute, before anything was measured; null where the system does not say.
/// </param>
internal sealed record Machine(DateTimeOffset At, int Cores, string Runtime, double? Load)
{
    public static Machine Now() =>
        new(TimeProvider.System.GetUtcNow(), Environment.ProcessorCount, RuntimeInformation.FrameworkDescription, LoadNow());

    private static double? LoadNow() =>
        File.Exists("/proc/loadavg")
            ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)
            : null;
}
