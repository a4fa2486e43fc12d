using System.ComponentModel.DataAnnotations;

namespace CrmFunctions.Operations.HealthChecks;

/// <summary>What is late, and how often it is looked at.</summary>
public sealed class HealthOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Health";

    /// <summary>An answer is given again for so long, so that frequent requests cost nothing. 0 to 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan CacheFor { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The oldest event that waits for its recalculation may wait so long. 1 second to a day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Backlog { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The oldest message of any other queue may wait so long: a large import or a rebuild takes its time. 1 second to 14 days.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "14.00:00:00")]
    public TimeSpan Waiting { get; set; } = TimeSpan.FromHours(2);

    /// <summary>A timer may end its run so long after its schedule. Exceeds the longest run of a function. 5 minutes to a day.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "1.00:00:00")]
    public TimeSpan TimerGrace { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>A calibration older than this is stale: two weekly runs did not come. 1 to 365 days.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "365.00:00:00")]
    public TimeSpan CalibrationAge { get; set; } = TimeSpan.FromDays(16);
}
