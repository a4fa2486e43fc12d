using System.ComponentModel.DataAnnotations;

namespace CrmFunctions.Events.Quarantine;

/// <summary>How long things are kept aside.</summary>
public sealed class QuarantineOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Quarantine";

    /// <summary>Authentic deliveries, until what was wrong with them is mended. 1 to 365 days.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "365.00:00:00")]
    public TimeSpan Keep { get; set; } = TimeSpan.FromDays(30);

    /// <summary>What was refused for its signature. 1 hour to 14 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "14.00:00:00")]
    public TimeSpan KeepRefused { get; set; } = TimeSpan.FromDays(7);
}
