namespace CrmFunctions.Sources;

/// <summary>A source as it is shown: without its secrets.</summary>
public sealed record SourceAnswer(
    string Id,
    string Provider,
    string Name,
    IReadOnlyList<SecretAnswer> Secrets,
    string? Currency,
    string? TimeZone,
    string? Region,
    string? Url,
    string? ApiUrl,
    string? ClientId,
    IReadOnlyDictionary<string, string> Fields,
    IReadOnlyDictionary<string, string> Types,
    IReadOnlyList<string> Credentials,
    DateTimeOffset? KeepRefusedUntil,
    int? PerSecond
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
