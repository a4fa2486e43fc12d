using System.ComponentModel.DataAnnotations;
using CrmFunctions.Domain.Calibrating;

namespace CrmFunctions.Tiering.Calibrations;

/// <summary>How the base is calibrated.</summary>
public sealed class CalibrationOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Calibration";

    /// <summary>Days that churn probabilities look ahead. 7 to 730.</summary>
    [Range(7, 730)]
    public int HorizonDays { get; set; } = 90;

    /// <summary>A base with fewer customers is not calibrated on. 1 to a million.</summary>
    [Range(1, 1_000_000)]
    public int FewestCustomers { get; set; } = 50;

    /// <summary>
    /// The largest share of the base that may have moved across any value since the last one, or else a person must look. 0.01 to 1.
    /// </summary>
    [Range(0.01, 1)]
    public double LargestShift { get; set; } = 0.2;

    /// <summary>
    /// With a smaller shift than this of everything, and the same model, the last calibration stays and nobody is decided again. 0 to 0.2.
    /// </summary>
    [Range(0, 0.2)]
    public double LeastShift { get; set; } = 0.01;

    /// <summary>The guard's rules.</summary>
    public GuardRules Rules => new(FewestCustomers, LargestShift);
}
