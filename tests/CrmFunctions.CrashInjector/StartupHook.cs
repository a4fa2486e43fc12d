using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

/// <summary>
/// Runs in the suite's process before its own code does, and kills it with SIGKILL where the tests say. <c>CRM_KILL_AT</c> names a crash
/// point, <c>CRM_KILL_AFTER</c> the time it passes that is the last one. It also ends the process when its standard input closes: the tests
/// hold the other end, and however they end, nothing of theirs stays.
/// </summary>
/// <remarks>The runtime wants this very name, outside any namespace.</remarks>
internal static class StartupHook
{
    private const string CrashPoints = "CrmFunctions.CrashPoints";
    private const int SigKill = 9;

    private static long passed;

    /// <summary>Called by the runtime, once.</summary>
    public static void Initialize()
    {
        new Thread(EndWithTests) { IsBackground = true, Name = "end with the tests" }.Start();
        if (Environment.GetEnvironmentVariable("CRM_KILL_AT") is not { Length: > 0 } crashPoint)
            return;

        var last = long.Parse(Environment.GetEnvironmentVariable("CRM_KILL_AFTER") ?? "1", CultureInfo.InvariantCulture);
        ActivitySource.AddActivityListener(
            new ActivityListener
            {
                ShouldListenTo = source => source.Name == CrashPoints,
                Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
                ActivityStarted = activity =>
                {
                    if (activity.OperationName == crashPoint && Interlocked.Increment(ref passed) == last)
                        Die();
                },
            }
        );
    }

    private static void EndWithTests()
    {
        using var input = Console.OpenStandardInput();
        var buffer = new byte[16];
        while (input.Read(buffer) > 0)
        {
            // Nobody says anything; only the end counts.
        }

        Die();
    }

    // Never another process: its own id, asked of the system at this moment.
    private static void Die() => _ = Kill(Environment.ProcessId, SigKill);

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
