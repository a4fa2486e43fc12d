using System.Globalization;
using Microsoft.Azure.Functions.Worker;

namespace AzureSdk.Local.Timers;

/// <summary>How often, and after what delays, a failed run is tried again.</summary>
/// <param name="Maximum">-1 is without end.</param>
internal sealed record RetryPolicy(int Maximum, TimeSpan First, TimeSpan Longest)
{
    internal static RetryPolicy? Of(RetryAttribute? attribute) => attribute switch
    {
        FixedDelayRetryAttribute retry => new(retry.MaxRetryCount, Span(retry.DelayInterval), Span(retry.DelayInterval)),
        ExponentialBackoffRetryAttribute retry => new(retry.MaxRetryCount, Span(retry.MinimumInterval), Span(retry.MaximumInterval)),
        _ => null,
    };

    internal bool Allows(int retry) => Maximum < 0 || retry <= Maximum;

    /// <param name="retry">From 1.</param>
    internal TimeSpan DelayBefore(int retry) =>
        TimeSpan.FromTicks((long)Math.Min(Longest.Ticks, First.Ticks * Math.Pow(2, Math.Min(retry - 1, 40))));

    private static TimeSpan Span(string text) => TimeSpan.Parse(text, CultureInfo.InvariantCulture);
}
