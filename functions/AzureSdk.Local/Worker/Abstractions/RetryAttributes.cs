namespace Microsoft.Azure.Functions.Worker;

/// <summary>Base of the retry policies. Only timer functions take one: a Service Bus message is retried by redelivery.</summary>
[AttributeUsage(AttributeTargets.Method)]
public abstract class RetryAttribute : Attribute
{
    /// <summary>For derived attributes.</summary>
    public RetryAttribute()
    {
    }

    /// <summary>How often a failed run is tried again; -1 is without end.</summary>
    public int MaxRetryCount { get; set; }
}

/// <summary>Tries a failed run again after the same delay each time.</summary>
public sealed class FixedDelayRetryAttribute : RetryAttribute
{
    /// <param name="maxRetryCount">How often; -1 is without end.</param>
    /// <param name="delayInterval">A time span, <c>hh:mm:ss</c>, zero or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The interval is not a time span or is negative.</exception>
    public FixedDelayRetryAttribute(int maxRetryCount, string delayInterval)
    {
        RetryIntervals.Parse(delayInterval, nameof(delayInterval));
        MaxRetryCount = maxRetryCount;
        DelayInterval = delayInterval;
    }

    /// <summary>The delay between two tries, <c>hh:mm:ss</c>.</summary>
    public string DelayInterval { get; }
}

/// <summary>Tries a failed run again after delays that double from the minimum to the maximum.</summary>
public sealed class ExponentialBackoffRetryAttribute : RetryAttribute
{
    /// <param name="maxRetryCount">How often; -1 is without end.</param>
    /// <param name="minimumInterval">The first delay, <c>hh:mm:ss</c>.</param>
    /// <param name="maximumInterval">The longest delay, <c>hh:mm:ss</c>, not below the first.</param>
    /// <exception cref="ArgumentOutOfRangeException">An interval is not a time span or is negative.</exception>
    /// <exception cref="ArgumentException">The minimum is above the maximum.</exception>
    public ExponentialBackoffRetryAttribute(int maxRetryCount, string minimumInterval, string maximumInterval)
    {
        var minimum = RetryIntervals.Parse(minimumInterval, nameof(minimumInterval));
        var maximum = RetryIntervals.Parse(maximumInterval, nameof(maximumInterval));
        if (minimum > maximum)
        {
            throw new ArgumentException($"The minimum {minimumInterval} is above the maximum {maximumInterval}.", nameof(minimumInterval));
        }

        MaxRetryCount = maxRetryCount;
        MinimumInterval = minimumInterval;
        MaximumInterval = maximumInterval;
    }

    /// <summary>The first delay, <c>hh:mm:ss</c>.</summary>
    public string MinimumInterval { get; }

    /// <summary>The longest delay, <c>hh:mm:ss</c>.</summary>
    public string MaximumInterval { get; }
}

internal static class RetryIntervals
{
    internal static TimeSpan Parse(string text, string parameter) =>
        TimeSpan.TryParse(text, out var interval) && interval >= TimeSpan.Zero
            ? interval
            : throw new ArgumentOutOfRangeException(parameter, text, "Give a time span of zero or more, as in \"00:00:10\".");
}
