using CrmFunctions.Domain.Access;

namespace CrmFunctions.Sources.Hooks.Providers;

/// <summary>What a source of a provider must have.</summary>
/// <param name="SecretIs">What the secret is called at the provider. Null: it signs with none.</param>
/// <param name="NeedsUrl">It signs the address as registered.</param>
/// <param name="NeedsClientId">It signs a client id.</param>
public sealed record ProviderRules(string? SecretIs, bool NeedsUrl = false, bool NeedsClientId = false)
{
    private const int ShortestSecret = 8;
    private const int FewestDifferent = 4;

    /// <summary>Whether it signs with a secret.</summary>
    public bool NeedsSecret => SecretIs is not null;

    /// <summary>Whether anybody can have typed the identifiers it sends: they are claimed, unless the source says otherwise.</summary>
    public bool Claims { get; init; }

    /// <summary>Names of credentials without which nothing of it can be read.</summary>
    public IReadOnlyList<string> NeedsCredentials { get; init; } = [];

    /// <summary>What is wrong with a secret that cannot be one of the provider's; null: nothing.</summary>
    public Func<string, string?> SecretProblem { get; init; } = static _ => null;

    /// <summary>What is wrong with a credential, by its name and value; null: nothing.</summary>
    public Func<string, string, string?> CredentialProblem { get; init; } = static (_, _) => null;

    /// <summary>What is wrong with a secret, sent or found in a vault; null: nothing.</summary>
    public string? Refuses(string secret) =>
        string.IsNullOrWhiteSpace(secret)
            ? "is empty: with an empty secret anybody could sign"
            : SecretProblem(secret) ?? SecretStrength.Problem(secret, ShortestSecret, FewestDifferent);

    /// <summary>How many bytes a text is the base64 of; null: it is none.</summary>
    internal static int? BytesOf(string base64) =>
        Convert.TryFromBase64String(base64, new byte[base64.Length], out var bytes) ? bytes : null;
}
