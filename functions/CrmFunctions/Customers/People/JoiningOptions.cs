using System.ComponentModel.DataAnnotations;

namespace CrmFunctions.Customers.People;

/// <summary>How people are joined.</summary>
public sealed class JoiningOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Joining";

    /// <summary>
    /// When handles that were taken in are looked at once more: the run that joined them has ended by then, or died and been
    /// delivered again. More than the lock of a message of the queue. 1 s to 1 hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan LookAfter { get; set; } = TimeSpan.FromMinutes(2);
}
