namespace CrmFunctions.Sources;

/// <summary>What a source of a provider must have.</summary>
/// <param name="SecretIs">What the secret is called at the provider. Null: it signs with none.</param>
/// <param name="NeedsUrl">It signs the address as registered.</param>
/// <param name="NeedsClientId">It signs a client id.</param>
public sealed record ProviderRules(string? SecretIs, bool NeedsUrl = false, bool NeedsClientId = false)
{
    // RFC 2104 and the Standard Webhooks specification: shorter keys can be guessed.
    private const int ShortestKey = 16;
    private const int AesKeyLength = 43;

    /// <summary>Whether it signs with a secret.</summary>
    public bool NeedsSecret => SecretIs is not null;

    /// <summary>Names of credentials without which nothing of it can be read.</summary>
    public IReadOnlyList<string> NeedsCredentials { get; init; } = [];

    /// <summary>What is wrong with a secret that cannot be one of the provider's; null: nothing.</summary>
    public Func<string, string?> Refuses { get; init; } = static _ => null;

    /// <summary>What is wrong with a secret, sent or found in a vault; null: nothing.</summary>
    public static string? RefusesSecret(string provider, string value) =>
        string.IsNullOrWhiteSpace(value) ? "is empty: with an empty secret anybody could sign" : Of(provider).Refuses(value);

    /// <summary>What is wrong with a credential; null: nothing.</summary>
    public static string? RefusesCredential(string name, string value) =>
        name == "aesKey" && (value.Length != AesKeyLength || !TryDecode(value + "=", out _))
            ? $"must be the EncodingAESKey: {AesKeyLength} letters and digits"
            : null;

    /// <summary>The rules of a provider.</summary>
    public static ProviderRules Of(string provider) =>
        provider switch
        {
            ProviderNames.StandardWebhooks => new("the whsec_… of the endpoint") { Refuses = RefusesStandardWebhooks },
            ProviderNames.Shopify => new("the app's client secret, or the one shown under Notifications → Webhooks"),
            ProviderNames.WooCommerce => new("the webhook's Secret"),
            ProviderNames.Stripe => new("the endpoint's signing secret, whsec_…"),
            ProviderNames.Square => new("the subscription's signature key", NeedsUrl: true),
            ProviderNames.HubSpot => new("the app's client secret", NeedsUrl: true),
            ProviderNames.Typeform => new("the webhook's secret"),
            ProviderNames.Tally => new("the signing secret"),
            ProviderNames.Jotform => new("a long random text that stands in the webhook's address as ?key=, for Jotform signs nothing"),
            ProviderNames.Jiandaoyun => new("the secret of the data push (数据推送)"),
            ProviderNames.Youzan => new("the app's client_secret", NeedsClientId: true),
            ProviderNames.CloudEvents => new("the bearer token, or the key of an HMAC over the body"),
            ProviderNames.Segment => new("the webhook's shared secret"),
            ProviderNames.WeCom => new(null, false, false) { NeedsCredentials = ["token", "aesKey"] },
            _ => throw new ArgumentOutOfRangeException(nameof(provider), provider, "No such provider."),
        };

    private static string? RefusesStandardWebhooks(string secret) =>
        TryDecode(secret.StartsWith("whsec_", StringComparison.Ordinal) ? secret["whsec_".Length..] : secret, out var bytes)
        && bytes >= ShortestKey
            ? null
            : $"must be whsec_ and the base64 of at least {ShortestKey} bytes";

    private static bool TryDecode(string base64, out int bytes) => Convert.TryFromBase64String(base64, new byte[base64.Length], out bytes);
}
