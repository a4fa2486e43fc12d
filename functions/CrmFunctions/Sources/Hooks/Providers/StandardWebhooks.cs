using CrmFunctions.Sources.Hooks.Mapping;

namespace CrmFunctions.Sources.Hooks.Providers;

/// <summary>Standard Webhooks: what Svix, Resend, Clerk and many others send, and what a script of one's own should.</summary>
/// <remarks>Source: the Standard Webhooks specification; <c>v1</c>, HMAC-SHA256 over id, time and body.</remarks>
public sealed class StandardWebhooks : IProvider
{
    private const string Id = "webhook-id";
    private const string Timestamp = "webhook-timestamp";
    private const string Signature = "webhook-signature";
    private const string Version = "v1,";
    private const string Prefix = "whsec_";
    private const int MostSignatures = 16;

    // RFC 2104 and the specification: shorter keys can be guessed.
    private const int ShortestKey = 16;

    /// <inheritdoc/>
    public string Name => ProviderNames.StandardWebhooks;

    /// <inheritdoc/>
    public ProviderRules Rules { get; } = new("the whsec_… of the endpoint") { SecretProblem = ProblemOf };

    /// <inheritdoc/>
    public IReadOnlyList<string> Headers { get; } = [Id, Timestamp, Signature];

    /// <inheritdoc/>
    public SignatureCheck Verify(Delivery delivery, SourceInForce source) => Verify(delivery, source, Decode);

    /// <summary>The same with secrets that need not be base64: without the prefix the key is the text itself.</summary>
    internal static SignatureCheck VerifyAsText(Delivery delivery, SourceInForce source) =>
        Verify(
            delivery,
            source,
            secret => secret.StartsWith(Prefix, StringComparison.Ordinal) ? Decode(secret) : System.Text.Encoding.UTF8.GetBytes(secret)
        );

    private static SignatureCheck Verify(Delivery delivery, SourceInForce source, Func<string, byte[]> decode)
    {
        var (id, sent) = (delivery.Header(Id), delivery.Header(Timestamp));
        var at = Signatures.Seconds(sent);

        // The same work whether or not the headers are there.
        var head = Signatures.Utf8($"{id}.{sent}.");
        var presented = (delivery.Header(Signature) ?? "").Split(' ', MostSignatures + 1);
        var key = source.KeyOf(
            delivery,
            secret =>
            {
                var expected = Signatures.HmacSha256(decode(secret.Text), head, delivery.Body);
                var fits = false;
                foreach (var one in presented.Take(MostSignatures))
                    fits |= one.StartsWith(Version, StringComparison.Ordinal) && Signatures.IsBase64(one[Version.Length..], expected);
                return fits;
            }
        );
        return id is null || at is null || key is null ? SignatureCheck.Refused : new SignatureCheck(key, at);
    }

    /// <inheritdoc/>
    public string? TopicOf(Delivery delivery) => DeliveryJson.Peek(delivery.Body, "type");

    /// <inheritdoc/>
    public void Map(Delivery delivery, SourceInForce source, MappingResult mapping)
    {
        using var document = DeliveryJson.ParseObject(delivery.Body, mapping);
        if (document is null)
            return;
        var json = document.RootElement;

        // The time that is signed is that of the sending, and another one at every try.
        var time = json.Instant(source.Source.TimeZone, "timestamp") ?? json.Instant(source.Source.TimeZone, "time");
        GenericMapping.Map(source.Source, mapping, json.Text("type"), delivery.Header(Id)!, time, json.At("data") ?? json);
    }

    private static string? ProblemOf(string secret) =>
        ProviderRules.BytesOf(Base64(secret)) >= ShortestKey ? null : $"must be whsec_ and the base64 of at least {ShortestKey} bytes";

    private static byte[] Decode(string secret) => Convert.FromBase64String(Base64(secret));

    // Senders that make their own secret may leave the prefix out.
    private static string Base64(string secret) => secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret[Prefix.Length..] : secret;
}
