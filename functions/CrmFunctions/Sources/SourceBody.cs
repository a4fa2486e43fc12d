using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using CrmFunctions.Http.Describing;
using CrmFunctions.Sources.Hooks.Providers;

namespace CrmFunctions.Sources;

/// <summary>A source as it is sent to be saved.</summary>
/// <param name="Provider">How it signs and what it says.</param>
/// <param name="Name">What its events name as their source; left out: the id.</param>
/// <param name="Secrets">What it signs with, new or known; left out: as they are.</param>
/// <param name="Token">WeCom's token; left out: as it is.</param>
/// <param name="AesKey">WeCom's EncodingAESKey; left out: as it is.</param>
/// <param name="Credentials">Secrets of its API by name; left out: as they are.</param>
/// <param name="Currency">As in <see cref="Source.Currency"/>.</param>
/// <param name="TimeZone">As in <see cref="Source.TimeZone"/>.</param>
/// <param name="Region">As in <see cref="Source.Region"/>.</param>
/// <param name="Url">As in <see cref="Source.Url"/>.</param>
/// <param name="ApiUrl">As in <see cref="Source.ApiUrl"/>.</param>
/// <param name="ClientId">As in <see cref="Source.ClientId"/>.</param>
/// <param name="Identifiers">As in <see cref="Source.Identifiers"/>.</param>
/// <param name="Fields">As in <see cref="Source.Fields"/>.</param>
/// <param name="Types">As in <see cref="Source.Types"/>.</param>
/// <param name="KeepRefusedUntil">As in <see cref="Source.KeepRefusedUntil"/>; at most 7 days ahead.</param>
/// <param name="PerSecond">As in <see cref="Source.PerSecond"/>.</param>
public sealed record SourceBody(
    [property: Required, ValuesOf(typeof(ProviderCatalog), nameof(ProviderCatalog.Names))] string? Provider,
    string? Name,
    [property: MaxLength(2)] IReadOnlyList<SecretBody>? Secrets,
    string? Currency,
    string? TimeZone,
    string? Region,
    string? Url,
    string? ApiUrl,
    string? ClientId,
    SecretBody? Token,
    SecretBody? AesKey,
    IReadOnlyDictionary<string, SecretBody>? Credentials,
    [property: ValuesOf(typeof(IdentifierTrust), nameof(IdentifierTrust.All))] string? Identifiers,
    IReadOnlyDictionary<string, string>? Fields,
    IReadOnlyDictionary<string, string>? Types,
    DateTimeOffset? KeepRefusedUntil,
    [property: Range(1, 10000)] int? PerSecond
)
{
    /// <summary>Reads a body: strictly, so that a misspelt member is not taken for one left out.</summary>
    /// <returns>Null, and where and why it is none.</returns>
    public static (SourceBody? Body, string? Problem) Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return (JsonSerializer.Deserialize(json, SourcesJson.Strict.SourceBody), null);
        }
        catch (JsonException refused)
        {
            // The message of the parser may quote what was sent, and that may be a secret: only where it is wrong is said.
            var where = string.IsNullOrEmpty(refused.Path) || refused.Path == "$" ? "it" : $"{refused.Path}";
            return (
                null,
                $"Send a JSON object with the members of a source, each once and of its kind: {where} cannot be read (line {refused.LineNumber + 1})."
            );
        }
    }
}

/// <summary>A secret as it is sent: the secret itself, where it is in a key vault, or one that is known.</summary>
/// <param name="Value">The secret.</param>
/// <param name="KeyVault">Its address in Azure Key Vault.</param>
/// <param name="Id">Of one that is known already, to keep it.</param>
/// <param name="Until">From then on it is not taken.</param>
public sealed record SecretBody(string? Value, string? KeyVault, string? Id, DateTimeOffset? Until)
{
    /// <summary>Never the secret.</summary>
    public override string ToString() => "a secret";
}

/// <summary>Takes a secret written as a text for one with that value.</summary>
internal sealed class SecretBodyConverter : JsonConverter<SecretBody>
{
    public override SecretBody? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return new SecretBody(reader.GetString(), null, null, null);
        var members = JsonSerializer.Deserialize(ref reader, SourcesJson.Strict.SecretMembers);
        return members is null ? null : new SecretBody(members.Value, members.KeyVault, members.Id, members.Until);
    }

    public override void Write(Utf8JsonWriter writer, SecretBody value, JsonSerializerOptions options) =>
        throw new NotSupportedException("A secret is never written.");
}

internal sealed record SecretMembers(string? Value, string? KeyVault, string? Id, DateTimeOffset? Until);

/// <summary>JSON of sources, in requests and answers.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(SourceBody))]
[JsonSerializable(typeof(SecretMembers))]
[JsonSerializable(typeof(SourceAnswer))]
[JsonSerializable(typeof(SourcesAnswer))]
internal sealed partial class SourcesJson : JsonSerializerContext
{
    private const int Depth = 8;

    public static SourcesJson Strict { get; } =
        new(
            new JsonSerializerOptions(JsonSerializerDefaults.Web)
            {
                MaxDepth = Depth,
                AllowDuplicateProperties = false,
                UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
                NumberHandling = JsonNumberHandling.Strict,
                PropertyNameCaseInsensitive = false,
                Converters = { new SecretBodyConverter() },
            }
        );
}
