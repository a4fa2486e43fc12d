using System.ComponentModel.DataAnnotations;

namespace CrmFunctions.Reports.Quality;

/// <summary>When what is known counts as stale.</summary>
public sealed class QualityOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Quality";

    /// <summary>An address or number that nobody has confirmed for so long is stale. 1 day to 10 years.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3653.00:00:00")]
    public TimeSpan StaleAfter { get; set; } = TimeSpan.FromDays(365);
}
