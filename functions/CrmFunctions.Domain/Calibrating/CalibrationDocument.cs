using System.Text.Json.Serialization;
using CrmFunctions.Domain.ValueModels.Fitting;

namespace CrmFunctions.Domain.Calibrating;

/// <summary>A calibration as JSON holds it. Numbers are written so that reading gives the same bits.</summary>
internal sealed record CalibrationDocument(
    int Format,
    string? Version,
    DateTimeOffset At,
    string? Standard,
    long Customers,
    Dictionary<string, decimal[]>? Percentiles,
    decimal[]? Scores,
    ModelDocument? Model
);

/// <summary>The value models.</summary>
internal sealed record ModelDocument(
    string? Currency,
    long Customers,
    NamedNumbers? Purchases,
    SpendDocument? Spend,
    double HorizonDays,
    ChurnDocument[]? Churn,
    FitWarning[]? Warnings
);

/// <summary>A model's name and parameters.</summary>
internal sealed record NamedNumbers(string? Name, Dictionary<string, double>? Parameters);

/// <summary>The spend model: parameters of Gamma-Gamma where it is usable, and the mean.</summary>
internal sealed record SpendDocument(Dictionary<string, double>? GammaGamma, double Mean, FitWarning[]? Warnings);

/// <summary>The churn rule of a part of the base.</summary>
internal sealed record ChurnDocument(
    string? Population,
    RuleDocument? Rule,
    string? Why,
    int Customers,
    int Lost,
    double? Auc,
    double? PlainAuc,
    double? Brier
);

/// <summary>A churn rule. Rules that rest on the purchase model take it from the calibration.</summary>
internal sealed record RuleDocument(
    string? Name,
    double? Intercept,
    double? Slope,
    double? PopulationLogGap,
    double? PopulationVariance,
    double[]? Weights,
    double? Shift
);

/// <summary>JSON of calibrations.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(CalibrationDocument))]
internal sealed partial class CalibrationJson : JsonSerializerContext;
