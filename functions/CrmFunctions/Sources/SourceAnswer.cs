using System.ComponentModel.DataAnnotations;
using CrmFunctions.Http.Describing;
using CrmFunctions.Sources.Hooks.Providers;

namespace CrmFunctions.Sources;

/// <summary>A source as it is shown: without its secrets.</summary>
/// <param name="Name">As in <see cref="Source.Name"/>.</param>
/// <param name="Currency">As in <see cref="Source.Currency"/>.</param>
/// <param name="TimeZone">As in <see cref="Source.TimeZone"/>.</param>
/// <param name="Region">As in <see cref="Source.Region"/>.</param>
/// <param name="Url">As in <see cref="Source.Url"/>.</param>
/// <param name="ApiUrl">As in <see cref="Source.ApiUrl"/>.</param>
/// <param name="ClientId">As in <see cref="Source.ClientId"/>.</param>
/// <param name="Identifiers">How far it vouches for the identifiers of customers that it sends; as its provider does where it does not say.</param>
/// <param name="Fields">As in <see cref="Source.Fields"/>.</param>
/// <param name="Types">As in <see cref="Source.Types"/>.</param>
/// <param name="Credentials">Names of the other secrets.</param>
/// <param name="KeepRefusedUntil">As in <see cref="Source.KeepRefusedUntil"/>.</param>
/// <param name="PerSecond">As in <see cref="Source.PerSecond"/>.</param>
public sealed record SourceAnswer(
    string Id,
    [property: ValuesOf(typeof(ProviderCatalog), nameof(ProviderCatalog.Names))] string Provider,
    string Name,
    IReadOnlyList<SecretAnswer> Secrets,
    string? Currency,
    string? TimeZone,
    string? Region,
    string? Url,
    string? ApiUrl,
    string? ClientId,
    [property: ValuesOf(typeof(IdentifierTrust), nameof(IdentifierTrust.All))] string Identifiers,
    IReadOnlyDictionary<string, string> Fields,
    IReadOnlyDictionary<string, string> Types,
    IReadOnlyList<string> Credentials,
    DateTimeOffset? KeepRefusedUntil,
    [property: Range(1, 10000)] int? PerSecond
)
{
    /// <summary>The answer of a source.</summary>
    public static SourceAnswer Of(Source source) =>
        new(
            source.Id,
            source.Provider,
            source.Name,
            [.. source.Secrets.Select(secret => new SecretAnswer(secret.Id, secret.Value.KeyVault, secret.AddedAt, secret.Until))],
            source.Currency,
            source.TimeZone,
            source.Region,
            source.Url,
            source.ApiUrl,
            source.ClientId,
            IdentifierTrust.Of(source),
            source.Fields,
            source.Types,
            [.. source.Credentials.Keys],
            source.KeepRefusedUntil,
            source.PerSecond
        );
}

/// <summary>What is shown of a secret.</summary>
/// <param name="Id">Its name.</param>
/// <param name="KeyVault">Where it is. Null: sealed.</param>
/// <param name="AddedAt">When it was set.</param>
/// <param name="Until">From then on it is not taken.</param>
public sealed record SecretAnswer(string Id, string? KeyVault, DateTimeOffset AddedAt, DateTimeOffset? Until);

/// <summary>All sources.</summary>
public sealed record SourcesAnswer(IReadOnlyList<SourceAnswer> Sources);
