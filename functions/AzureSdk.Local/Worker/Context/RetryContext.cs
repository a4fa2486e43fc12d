namespace Microsoft.Azure.Functions.Worker;

/// <summary>Which try an invocation is.</summary>
public abstract class RetryContext
{
    /// <summary>Zero for the first try.</summary>
    public abstract int RetryCount { get; }

    /// <summary>How often a failed run is tried again; -1 is without end.</summary>
    public abstract int MaxRetryCount { get; }
}
