namespace CrmFunctions.Benchmarks.Results;

/// <summary>What the suite is built to keep.</summary>
internal static class Budget
{
    /// <summary>Table transactions for an event that has its customer's window to itself, whole flow.</summary>
    public static readonly Limit TableTransactionsPerEvent = Limit.AtMost(5);

    /// <summary>Service Bus operations for such an event.</summary>
    public static readonly Limit BusOperationsPerEvent = Limit.AtMost(3);

    /// <summary>Table transactions for each of 100 events about one customer within a window.</summary>
    public static readonly Limit TableTransactionsPerEventOfBurst = Limit.AtMost(1.2);

    /// <summary>Service Bus operations for each of them.</summary>
    public static readonly Limit BusOperationsPerEventOfBurst = Limit.AtMost(1.1);

    /// <summary>
    /// 95 of 100 events are in their customer's tier within this, in milliseconds, under steady load with a window of 1 s.
    /// </summary>
    public static readonly Limit EventToTierP95 = Limit.AtMost(3000);

    /// <summary>99 of 100 events are answered within this, in milliseconds.</summary>
    public static readonly Limit AnswerP99 = Limit.AtMost(250);

    /// <summary>Events that failed, or that got their 2xx and were never acted on.</summary>
    public static readonly Limit Lost = Limit.AtMost(0);

    /// <summary>Memory of a process that reads a file in, in MiB, up to a million rows.</summary>
    public static readonly Limit UploadPeak = Limit.AtMost(200);

    /// <summary>A fit of the public CDNOW sample, in milliseconds.</summary>
    public static readonly Limit FitOfSample = Limit.AtMost(20);

    /// <summary>Grouping and fitting a million customers at day grain, in milliseconds.</summary>
    public static readonly Limit FitOfMillion = Limit.AtMost(500);

    /// <summary>P(alive) and expected purchases of a million customers, in milliseconds.</summary>
    public static readonly Limit PredictMillion = Limit.AtMost(400);

    /// <summary>Discounted purchases of twelve months of a million customers, in milliseconds.</summary>
    public static readonly Limit ClvOfMillion = Limit.AtMost(3000);

    /// <summary>Decisions a second on one core.</summary>
    public static readonly Limit DecisionsPerSecondAndCore = Limit.AtLeast(300_000);
}

/// <summary>A bound of the budget, in the unit of its figure.</summary>
/// <param name="Bound">The last value that is within.</param>
/// <param name="IsMost">Whether it is the most, or the least.</param>
internal sealed record Limit(double Bound, bool IsMost)
{
    public static Limit AtMost(double bound) => new(bound, true);

    public static Limit AtLeast(double bound) => new(bound, false);

    public bool Holds(double value) => IsMost ? value <= Bound : value >= Bound;
}
