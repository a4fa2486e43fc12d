namespace CrmFunctions.Standards.Calibrations;

/// <summary>A calibration asked for.</summary>
/// <param name="Scheme">Of which scheme.</param>
/// <param name="Standard">Version of the standard that waits for it; null: the one in force.</param>
/// <param name="Force">Use it also where the guard refuses: a person has looked.</param>
public sealed record CalibrationRequest(string Scheme, string? Standard = null, bool Force = false);
