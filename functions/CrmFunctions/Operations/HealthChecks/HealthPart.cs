using CrmFunctions.Http.Describing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CrmFunctions.Operations.HealthChecks;

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
}

/// <summary>Which route asks for a check. No check has a tag for /health/live: that the process answers is enough.</summary>
public static class HealthTags
{
    /// <summary>Without this no request can be served.</summary>
    public const string Ready = "ready";

    /// <summary>When this is bad, a person must look.</summary>
    public const string Fresh = "fresh";
}

/// <summary>How a part is.</summary>
/// <param name="Name">Which part.</param>
/// <param name="Good">Nobody needs to look at it.</param>
/// <param name="Says">One sentence.</param>
/// <param name="Since">From when on it is bad. UTC, by the machine's clock.</param>
/// <param name="Items">What it consists of, where that is worth telling.</param>
public sealed record HealthPart(
    [property: ValuesOf(typeof(HealthPartNames), nameof(HealthPartNames.All))] string Name,
    bool Good,
    string Says,
    DateTimeOffset? Since = null,
    IReadOnlyList<HealthItem>? Items = null
)
{
    /// <summary>What a health check answers with; <see cref="Of"/> reads it back.</summary>
    public static HealthCheckResult Result(bool good, string says, DateTimeOffset? since = null, IReadOnlyList<HealthItem>? items = null)
    {
        var data = new Dictionary<string, object>(StringComparer.Ordinal);
        if (since is { } at)
            data[nameof(Since)] = at;
        if (items is not null)
            data[nameof(Items)] = items;
        return new HealthCheckResult(good ? HealthStatus.Healthy : HealthStatus.Unhealthy, says, data: data);
    }

    /// <summary>What a health check answers with: good where all items are, else bad since the first of them is.</summary>
    /// <param name="items">What the part consists of.</param>
    /// <param name="good">One sentence where all are good.</param>
    /// <param name="bad">Sentences of those that are bad.</param>
    public static HealthCheckResult Result(IReadOnlyList<HealthItem> items, string good, Func<IReadOnlyList<HealthItem>, string> bad)
    {
        var wrong = items.Where(item => !item.Good).ToList();
        return Result(wrong.Count == 0, wrong.Count == 0 ? good : bad(wrong), wrong.Min(item => item.Since), items);
    }

    /// <summary>The part as its health check found it.</summary>
    public static HealthPart Of(string name, HealthReportEntry found) =>
        new(
            name,
            found.Status == HealthStatus.Healthy,
            found.Description ?? "",
            found.Data.GetValueOrDefault(nameof(Since)) as DateTimeOffset?,
            found.Data.GetValueOrDefault(nameof(Items)) as IReadOnlyList<HealthItem>
        );
}

/// <summary>One timer, queue or scheme.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Good">Nobody needs to look at it.</param>
/// <param name="LastAt">When it last went well.</param>
/// <param name="DueAt">When it is to run next; past: it is late.</param>
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
