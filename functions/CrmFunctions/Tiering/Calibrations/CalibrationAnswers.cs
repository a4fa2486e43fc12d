using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using CrmFunctions.Domain.Calibrating;
using CrmFunctions.Standards.Calibrations;

namespace CrmFunctions.Tiering.Calibrations;

/// <summary>That a calibration was asked for.</summary>
public sealed record CalibrationRequestAnswer(string Scheme, string Status);

/// <summary>How a run went or goes.</summary>
public sealed record CalibrationRunAnswer(
    string Scheme,
    [property: AllowedValues("queued", "reading", "fitting", "done")] string Status,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    long Read,
    string? Outcome,
    string? Version,
    string? Alarm
)
{
    /// <summary>Of a row.</summary>
    public static CalibrationRunAnswer Of(CalibrationRunRow row) =>
        new(row.PartitionKey, row.Status, row.StartedAt, row.FinishedAt, row.Read, row.Outcome, row.Version, row.Alarm);
}

/// <summary>A calibration and what became of it.</summary>
/// <param name="Model">The purchase model in use; nbd claims nothing about leaving.</param>
public sealed record CalibrationAnswer(
    string Scheme,
    string Version,
    DateTimeOffset At,
    string Standard,
    long Customers,
    string? Model,
    [property: AllowedValues("used", "held", "unmoved")] string Outcome,
    bool InForce,
    IReadOnlyList<string> Reasons,
    IReadOnlyList<Shift> Shifts
)
{
    /// <summary>Of a row.</summary>
    public static CalibrationAnswer Of(CalibrationRow row, string inForce) =>
        new(
            row.PartitionKey,
            row.Version,
            row.At,
            row.Standard,
            row.Customers,
            row.Model,
            row.Outcome,
            row.Version == inForce,
            CalibrationStore.ReasonsOf(row),
            CalibrationStore.ShiftsOf(row)
        );
}

/// <summary>Calibrations, newest first, and the last run of each scheme.</summary>
public sealed record CalibrationsAnswer(IReadOnlyList<CalibrationRunAnswer> Runs, IReadOnlyList<CalibrationAnswer> Calibrations);

/// <summary>A calibration with all it holds.</summary>
public sealed record CalibrationDetailAnswer(CalibrationAnswer Summary, JsonElement Calibration);

/// <summary>JSON of the answers about calibrations.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(CalibrationRequestAnswer))]
[JsonSerializable(typeof(CalibrationsAnswer))]
[JsonSerializable(typeof(CalibrationDetailAnswer))]
internal sealed partial class CalibrationsJson : JsonSerializerContext;
