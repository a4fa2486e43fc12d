using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CrmFunctions.Notifications.Channels;

/// <summary>The symmetric signature of Standard Webhooks.</summary>
/// <remarks>Source: standard-webhooks/standard-webhooks, spec/standard-webhooks.md, "Signature scheme".</remarks>
public static class WebhookSignature
{
    /// <summary>What a written secret starts with; base64 of the key follows.</summary>
    public const string Prefix = "whsec_";

    /// <summary>Reads a written secret: the prefix, then base64 of 24 to 64 bytes.</summary>
    /// <returns>False, and an empty key, for anything else.</returns>
    public static bool TryReadSecret(string? secret, out byte[] key)
    {
        key = [];
        if (secret is null || !secret.StartsWith(Prefix, StringComparison.Ordinal))
            return false;

        var bytes = new byte[64];
        if (!Convert.TryFromBase64String(secret[Prefix.Length..], bytes, out var written) || written < 24)
            return false;

        key = bytes[..written];
        return true;
    }

    /// <summary>One entry of <c>webhook-signature</c>: <c>v1,</c> and base64 of HMAC-SHA256 over <c>id.timestamp.body</c>.</summary>
    /// <param name="key"></param>
    /// <param name="id"></param>
    /// <param name="timestamp">Of this try, to the second.</param>
    /// <param name="body"></param>
    public static string Sign(byte[] key, string id, DateTimeOffset timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp.ToUnixTimeSeconds()}.")));
        hmac.AppendData(body);
        return "v1," + Convert.ToBase64String(hmac.GetHashAndReset());
    }
}
