using System.Text.Json;
using System.Text.Json.Serialization;

namespace CrmFunctions.Standards;

/// <summary>What became of a standard sent.</summary>
/// <param name="Scheme">The scheme.</param>
/// <param name="Version">The version it has from now on.</param>
/// <param name="Status">inForce, calibrating (it comes into force when its percentiles are known), or checked.</param>
/// <param name="Revision">Since which it is in force.</param>
public sealed record StandardPut(string Scheme, string Version, string Status, int? Revision);

/// <summary>What is in force.</summary>
public sealed record StandardsAnswer(int Revision, DateTimeOffset ChangedAt, IReadOnlyList<SchemeAnswer> Schemes, RolloutAnswer? Rollout);

/// <summary>A scheme in force.</summary>
public sealed record SchemeAnswer(string Scheme, string Version, string Calibration, bool Primary);

/// <summary>How far having everybody decided again has come.</summary>
public sealed record RolloutAnswer(int Revision, int Asked, bool Finished);

/// <summary>A standard as it was written.</summary>
public sealed record StandardAnswer(string Scheme, string Version, bool InForce, DateTimeOffset FirstUsed, JsonElement Standard);

/// <summary>JSON of the answers about standards.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StandardPut))]
[JsonSerializable(typeof(StandardsAnswer))]
[JsonSerializable(typeof(StandardAnswer))]
internal sealed partial class StandardsJson : JsonSerializerContext;
