using System.ComponentModel.DataAnnotations;

namespace CrmFunctions.Privacy;

/// <summary>How requests about people's data are treated.</summary>
public sealed class PrivacyOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Privacy";

    /// <summary>
    /// How long a provider's request to erase waits before it is carried out, unless a steward approves or withdraws it. 0 to 7 days: the
    /// law gives a month.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan ProviderWait { get; set; } = TimeSpan.FromDays(3);

    /// <summary>
    /// What is kept of erased customers for totals comes back into the base at the end of a period of this length (UTC, from midnight), that
    /// of all erasures within it in random order: when its rows were written does not tell whose they were. 00:00:00: at once. To 7 days.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan TotalsAfter { get; set; } = TimeSpan.FromDays(1);
}
