using System.Diagnostics;

namespace CrmFunctions.Telemetry;

/// <summary>
/// The time that functions scaling together keep an instance, as Flex Consumption bills it: a period lasts while any of them runs, counts a
/// second at least, and in steps of 100 ms.
/// </summary>
/// <remarks>Source: learn.microsoft.com/azure/azure-functions/flex-consumption-plan, 2025-05-12.</remarks>
public sealed class ActivePeriods
{
    private const long Least = 1000;
    private const long Step = 100;

    private readonly Lock gate = new();
    private int running;
    private long began;

    /// <summary>Milliseconds of all periods that have ended.</summary>
    public long BilledMilliseconds { get; private set; }

    /// <summary>One begins.</summary>
    public void Begin()
    {
        lock (gate)
        {
            if (running++ == 0)
                began = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>One ends.</summary>
    public void End()
    {
        lock (gate)
        {
            if (--running == 0)
                BilledMilliseconds += Billed(Stopwatch.GetElapsedTime(began));
        }
    }

    /// <summary>What a period counts, in milliseconds.</summary>
    public static long Billed(TimeSpan period) =>
        Math.Max(Least, (((long)Math.Ceiling(period.TotalMilliseconds) + Step - 1) / Step) * Step);
}
