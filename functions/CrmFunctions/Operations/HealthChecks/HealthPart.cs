namespace CrmFunctions.Operations.HealthChecks;

/// <summary>One part of the suite that may fail or stand still.</summary>
public interface IHealthPart
{
    /// <summary>Names of what <see cref="Look"/> finds out, from <see cref="HealthPartNames"/>.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Looks at it: a few operations for a base of any size.</summary>
    Task<IReadOnlyList<HealthPart>> Look(CancellationToken cancellationToken);
}

/// <summary>Names of the parts; alarms outside ask for each by its name.</summary>
public static class HealthPartNames
{
    public const string Storage = "storage";
    public const string Broker = "broker";
    public const string Backlog = "backlog";
    public const string Timers = "timers";
    public const string DeadLetters = "dead-letters";
    public const string Calibration = "calibration";

    /// <summary>All, in the order of the answer.</summary>
    public static IReadOnlyList<string> All { get; } = [Storage, Broker, Backlog, Timers, DeadLetters, Calibration];

    /// <summary>Without these nothing can be answered or done.</summary>
    public static IReadOnlyList<string> Needed { get; } = [Storage, Broker];
}

/// <summary>How a part is.</summary>
/// <param name="Name">One of <see cref="HealthPartNames"/>.</param>
/// <param name="Good">Nobody needs to look at it.</param>
/// <param name="Says">One sentence.</param>
/// <param name="Since">From when on it is bad. UTC, by the machine's clock.</param>
/// <param name="Items">What it consists of, where that is worth telling.</param>
public sealed record HealthPart(string Name, bool Good, string Says, DateTimeOffset? Since = null, IReadOnlyList<HealthItem>? Items = null);

/// <summary>One timer, queue or scheme.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Good">Nobody needs to look at it.</param>
/// <param name="LastAt">When it last went well.</param>
/// <param name="DueAt">When it is to run next.</param>
/// <param name="Count">How many there are, up to 100.</param>
/// <param name="Since">From when on it is bad.</param>
/// <param name="Says">What is wrong.</param>
public sealed record HealthItem(
    string Name,
    bool Good,
    DateTimeOffset? LastAt = null,
    DateTimeOffset? DueAt = null,
    int? Count = null,
    DateTimeOffset? Since = null,
    string? Says = null
);
