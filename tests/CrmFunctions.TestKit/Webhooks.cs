using System.Security.Cryptography;
using System.Text;

namespace CrmFunctions.TestKit;

#pragma warning disable CA5350, CA5351 // The providers chose, not we.

/// <summary>Deliveries as providers sign them, by the recipes of their documentation and with nothing of the suite's own.</summary>
public static class Webhooks
{
    /// <summary>The folder of the public fixtures. They are not in the repository; null where they are not at hand.</summary>
    public static string? Fixtures { get; } =
        new[]
        {
            Environment.GetEnvironmentVariable("CRM_REFERENCE_DATA") is { Length: > 0 } data ? Path.Combine(data, "webhooks") : null,
            Environment.GetEnvironmentVariable("CRM_REFERENCE_DATA") is { Length: > 0 } beside
                ? Path.Combine(beside, "..", "webhooks")
                : null,
            Path.Combine(NodeTools.RepositoryRoot, "..", "shared", "webhooks"),
        }.FirstOrDefault(Directory.Exists);

    /// <summary>The bytes of a fixture.</summary>
    public static byte[] Fixture(string file) =>
        File.ReadAllBytes(Path.Combine(Fixtures ?? throw new InvalidOperationException("The fixtures are not at hand."), file));

    /// <summary>base64(HMAC-SHA256(secret, body)): Shopify, WooCommerce, Tally, and Typeform after its prefix.</summary>
    public static string Base64(string secret, byte[] body) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    /// <summary>Headers of Shopify.</summary>
    public static (string, string)[] Shopify(string secret, byte[] body, string topic) =>
        [("X-Shopify-Hmac-Sha256", Base64(secret, body)), ("X-Shopify-Topic", topic), ("X-Shopify-Webhook-Id", Guid.NewGuid().ToString())];

    /// <summary>Headers of WooCommerce.</summary>
    public static (string, string)[] Woo(string secret, byte[] body, string topic, string delivery = "d0") =>
        [("X-WC-Webhook-Signature", Base64(secret, body)), ("X-WC-Webhook-Topic", topic), ("X-WC-Webhook-Delivery-ID", delivery)];

    /// <summary>Headers of Standard Webhooks; the secret is the base64, without its prefix.</summary>
    public static (string, string)[] Standard(string secret, byte[] body, string id, DateTimeOffset at)
    {
        var seconds = at.ToUnixTimeSeconds();
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{seconds}."), .. body];
        return
        [
            ("webhook-id", id),
            ("webhook-timestamp", $"{seconds}"),
            ("webhook-signature", "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret), signed))),
        ];
    }

    /// <summary>Headers of Stripe.</summary>
    public static (string, string)[] Stripe(string secret, byte[] body, DateTimeOffset at)
    {
        var seconds = at.ToUnixTimeSeconds();
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{seconds}."), .. body];
        return
        [
            ("Stripe-Signature", $"t={seconds},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}"),
        ];
    }

    /// <summary>Headers of Square.</summary>
    public static (string, string)[] Square(string secret, byte[] body, string url) =>
        [("x-square-hmacsha256-signature", Base64(secret, [.. Encoding.UTF8.GetBytes(url), .. body]))];

    /// <summary>Headers of HubSpot's third version.</summary>
    public static (string, string)[] HubSpot(string secret, byte[] body, string signedUrl, DateTimeOffset at)
    {
        var milliseconds = at.ToUnixTimeMilliseconds();
        byte[] signed = [.. Encoding.UTF8.GetBytes("POST" + signedUrl), .. body, .. Encoding.UTF8.GetBytes($"{milliseconds}")];
        return [("X-HubSpot-Signature-v3", Base64(secret, signed)), ("X-HubSpot-Request-Timestamp", $"{milliseconds}")];
    }

    /// <summary>Header of Segment.</summary>
    public static (string, string)[] Segment(string secret, byte[] body) =>
        [("X-Signature", Convert.ToHexStringLower(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), body)))];

    /// <summary>Header and query of Jiandaoyun.</summary>
    public static ((string, string)[] Headers, string Query) Jiandaoyun(
        string secret,
        byte[] body,
        DateTimeOffset at,
        string nonce = "0f5ade"
    )
    {
        var seconds = at.ToUnixTimeSeconds();
        byte[] signed = [.. Encoding.UTF8.GetBytes(nonce + ":"), .. body, .. Encoding.UTF8.GetBytes($":{secret}:{seconds}")];
        return ([("X-JDY-Signature", Convert.ToHexStringLower(SHA1.HashData(signed)))], $"?nonce={nonce}&timestamp={seconds}");
    }

    /// <summary>Header of Youzan.</summary>
    public static (string, string)[] Youzan(string client, string secret, byte[] message) =>
        [
            (
                "Event-Sign",
                Convert.ToHexStringLower(MD5.HashData([.. Encoding.UTF8.GetBytes(client), .. message, .. Encoding.UTF8.GetBytes(secret)]))
            ),
        ];
}
