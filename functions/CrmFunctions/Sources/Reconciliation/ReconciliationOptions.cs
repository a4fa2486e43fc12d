using System.ComponentModel.DataAnnotations;

namespace CrmFunctions.Sources.Reconciliation;

/// <summary>How sources are asked what they have.</summary>
public sealed class ReconciliationOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Reconciliation";

    /// <summary>What a source changed this recently is not asked for yet: its webhook may be on its way. 0 to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How far each window reaches back into the one before, for what a source shows late. 0 to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan Overlap { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The longest window. It is halved where a source has more in it than one run may ask for. 1 minute to 31 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "31.00:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How far back a source is asked that never was. 1 minute to 10 years.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan Lookback { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Calls of one run to one source. 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int Calls { get; set; } = 200;

    /// <summary>
    /// After this a run begins no further window; the next run goes on. Less than the host's time-out. 1 second to 1 hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan LongestRun { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>Whether <c>localhost</c> may be asked, over http too: for trials on one machine.</summary>
    public bool AllowLoopback { get; set; }
}
