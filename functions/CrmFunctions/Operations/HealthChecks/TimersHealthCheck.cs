using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using NCrontab;

namespace CrmFunctions.Operations.HealthChecks;

/// <summary>The timers: each ran when its schedule says, and went well.</summary>
public sealed class TimersHealthCheck(TimerRuns runs, Clocks clocks, IConfiguration settings, IOptions<HealthOptions> options)
    : IHealthCheck
{
    private static readonly Dictionary<string, CrontabSchedule> schedules = Flow.Schedules.All.ToDictionary(
        pair => pair.Key,
        pair => CrontabSchedule.Parse(pair.Value, new CrontabSchedule.ParseOptions { IncludingSeconds = true }),
        StringComparer.Ordinal
    );

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var now = clocks.Machine.GetUtcNow();
        var known = await runs.Read(cancellationToken);
        var items = new List<HealthItem>();
        foreach (var (name, schedule) in schedules)
        {
            if (string.Equals(settings[$"AzureWebJobs.{name}.Disabled"], "true", StringComparison.OrdinalIgnoreCase))
                continue;
            if (!known.TryGetValue(name, out var run))
                await runs.Await(name, now, cancellationToken);
            items.Add(Judge(name, schedule, run ?? new TimerRow { AwaitedSince = now }, now, options.Value.TimerGrace));
        }

        return HealthPart.Result(items, "All ran when they should.", bad => string.Join(" ", bad.Select(item => item.Says)));
    }

    /// <summary>Whether a timer is late: since its last run that went well its schedule came, and the grace after it passed.</summary>
    /// <param name="name">The function.</param>
    /// <param name="schedule">When it runs, in UTC.</param>
    /// <param name="run">What is known of its runs.</param>
    /// <param name="now">UTC, by the machine's clock.</param>
    /// <param name="grace">How long after its schedule a run may end.</param>
    public static HealthItem Judge(string name, CrontabSchedule schedule, TimerRow run, DateTimeOffset now, TimeSpan grace)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(run);
        var from = run.SucceededAt ?? run.AwaitedSince ?? now;
        var due = new DateTimeOffset(schedule.GetNextOccurrence(from.UtcDateTime), TimeSpan.Zero);
        if (now <= due + grace)
            return new HealthItem(name, Good: true, LastAt: run.SucceededAt, DueAt: due);
        var says = run.FailedAt > from ? $"{name} fails: {run.Error}." : $"{name} did not run.";
        return new HealthItem(name, Good: false, LastAt: run.SucceededAt, DueAt: due, Since: due, Says: says);
    }
}
