using System.ComponentModel.DataAnnotations;

namespace CrmFunctions.Reports;

/// <summary>Reports of the whole base.</summary>
public sealed class ReportOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Reports";

    /// <summary>How long figures that need a read of the whole base are answered again. 0 seconds to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan KeptFor { get; set; } = TimeSpan.FromMinutes(5);
}
