using LocalHost.Protocol;

namespace LocalHost.Timers;

/// <summary>How often, and after what delays, a failed run is tried again.</summary>
/// <param name="Maximum">-1 is without end.</param>
/// <param name="First">The delay before the first retry.</param>
/// <param name="Longest">No delay is longer.</param>
internal sealed record RetryPolicy(int Maximum, TimeSpan First, TimeSpan Longest)
{
    internal static RetryPolicy? Of(RetryOptions? options) =>
        options switch
        {
            null => null,
            { RetryStrategy: RetryOptions.Types.RetryStrategy.FixedDelay } => new(
                options.MaxRetryCount,
                options.DelayInterval.ToTimeSpan(),
                options.DelayInterval.ToTimeSpan()
            ),
            _ => new(options.MaxRetryCount, options.MinimumInterval.ToTimeSpan(), options.MaximumInterval.ToTimeSpan()),
        };

    internal bool Allows(int retry) => Maximum < 0 || retry <= Maximum;

    /// <param name="retry">From 1.</param>
    internal TimeSpan DelayBefore(int retry) =>
        TimeSpan.FromTicks((long)Math.Min(Longest.Ticks, First.Ticks * Math.Pow(2, Math.Min(retry - 1, 40))));
}
