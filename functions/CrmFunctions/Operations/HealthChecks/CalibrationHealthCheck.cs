using System.Globalization;
using CrmFunctions.Standards;
using CrmFunctions.Standards.Calibrations;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Operations.HealthChecks;

/// <summary>The calibrations of all schemes in force: none was held back, stands still or is stale.</summary>
public sealed class CalibrationHealthCheck(
    CalibrationStore calibrations,
    TieringEngine engine,
    Clocks clocks,
    IOptions<HealthOptions> options
) : IHealthCheck
{
    /// <summary>Longer than a run may take with all its deliveries.</summary>
    private static readonly TimeSpan longestRun = TimeSpan.FromHours(2);

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var now = clocks.Machine.GetUtcNow();
        var items = new List<HealthItem>();
        foreach (var scheme in engine.InForce.Schemes.Select(each => each.Standard.Scheme))
        {
            // A base that was never calibrated waits for the timer, whose silence is told by its own part.
            if (await calibrations.ReadRun(scheme, cancellationToken) is { } run)
                items.Add(Judge(scheme, run, now, options.Value.CalibrationAge));
        }

        return HealthPart.Result(
            items,
            "None is held back or stale.",
            bad => string.Join(" ", bad.Select(item => $"{item.Name}: {item.Says}"))
        );
    }

    /// <summary>How the last run of a scheme is to be judged.</summary>
    /// <param name="scheme">The scheme.</param>
    /// <param name="run">Its last run.</param>
    /// <param name="now">UTC, by the machine's clock.</param>
    /// <param name="age">Older than this is stale.</param>
    public static HealthItem Judge(string scheme, CalibrationRunRow run, DateTimeOffset now, TimeSpan age)
    {
        ArgumentNullException.ThrowIfNull(run);
        var ended = run.FinishedAt;
        if (run.Alarm is { Length: > 0 } alarm)
            return new HealthItem(scheme, Good: false, LastAt: ended, Since: ended ?? run.StartedAt, Says: alarm);
        if (ended is null && now - run.StartedAt > longestRun)
            return new HealthItem(scheme, Good: false, Since: run.StartedAt, Says: "the run that began then has not ended.");
        if (ended is { } at && now - at > age)
        {
            return new HealthItem(
                scheme,
                Good: false,
                LastAt: at,
                Since: at + age,
                Says: string.Create(
                    CultureInfo.InvariantCulture,
                    $"the last one was made {at:yyyy-MM-dd}; older than {age.TotalDays:0} days is stale."
                )
            );
        }

        return new HealthItem(scheme, Good: true, LastAt: ended);
    }
}
