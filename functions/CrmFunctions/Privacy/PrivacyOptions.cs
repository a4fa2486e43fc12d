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
}
