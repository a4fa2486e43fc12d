using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using CrmFunctions.Domain.Linting;
using CrmFunctions.Domain.Suggesting;
using CrmFunctions.Domain.Tiering;

namespace CrmFunctions.Standards;

/// <summary>What became of a standard sent.</summary>
/// <param name="Scheme">The scheme.</param>
/// <param name="Version">The version it has from now on.</param>
/// <param name="Status">inForce, calibrating (it comes into force when its percentiles are known), or checked.</param>
/// <param name="Revision">Since which it is in force.</param>
/// <param name="Warnings">What works and should be looked at again, in Chinese or English as Accept-Language says.</param>
public sealed record StandardPut(
    string Scheme,
    string Version,
    [property: AllowedValues("inForce", "calibrating", "checked")] string Status,
    int? Revision,
    IReadOnlyList<FindingAnswer> Warnings
);

/// <summary>A warning, in the language asked for by Accept-Language: Chinese, else English.</summary>
/// <param name="Code">Stable name of its kind.</param>
/// <param name="Path">The member concerned.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Advice">What to change.</param>
public sealed record FindingAnswer(string Code, string Path, string Problem, string Advice)
{
    /// <summary>The warnings about a standard as it was written.</summary>
    /// <param name="json">A standard that can work.</param>
    /// <param name="calibration">The one it would use.</param>
    /// <param name="language">A language tag.</param>
    public static IReadOnlyList<FindingAnswer> Of(string json, Calibration calibration, string? language) =>
        [
            .. StandardLinter
                .Lint(json, calibration)
                .Where(finding => finding.Severity == FindingSeverity.Warning)
                .Select(finding => new FindingAnswer(
                    finding.Code,
                    finding.Path,
                    finding.Problem.In(language),
                    finding.Advice.In(language)
                )),
        ];
}

/// <summary>What is in force.</summary>
public sealed record StandardsAnswer(int Revision, DateTimeOffset ChangedAt, IReadOnlyList<SchemeAnswer> Schemes, RolloutAnswer? Rollout);

/// <summary>A scheme in force.</summary>
public sealed record SchemeAnswer(string Scheme, string Version, string Calibration, bool Primary);

/// <summary>How far having everybody decided again has come.</summary>
public sealed record RolloutAnswer(int Revision, int Asked, bool Finished);

/// <summary>A standard as it was written.</summary>
/// <param name="Standard">A tiering standard, as it was put.</param>
public sealed record StandardAnswer(string Scheme, string Version, bool InForce, DateTimeOffset FirstUsed, JsonElement Standard);

/// <summary>JSON of the answers about standards.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(StandardPut))]
[JsonSerializable(typeof(StandardsAnswer))]
[JsonSerializable(typeof(StandardAnswer))]
[JsonSerializable(typeof(Suggestions))]
internal sealed partial class StandardsJson : JsonSerializerContext;
