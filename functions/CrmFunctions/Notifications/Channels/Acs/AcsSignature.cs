using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CrmFunctions.Notifications.Channels.Acs;

/// <summary>How a request to Azure Communication Services is signed.</summary>
/// <remarks>
/// Source: learn.microsoft.com, "Sign an HTTP request", and communicationKeyCredentialPolicy of the Azure SDK for JavaScript.
/// </remarks>
public static class AcsSignature
{
    /// <summary>The headers of a signed request.</summary>
    public static IEnumerable<(string Name, string Value)> Headers(
        string key,
        string method,
        Uri url,
        ReadOnlySpan<byte> body,
        DateTimeOffset now
    )
    {
        var date = now.UtcDateTime.ToString("R", CultureInfo.InvariantCulture);
        var hash = Convert.ToBase64String(SHA256.HashData(body));
        var signed = $"{method}\n{url.PathAndQuery}\n{date};{url.Authority};{hash}";
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(key), Encoding.UTF8.GetBytes(signed)));
        return
        [
            ("x-ms-date", date),
            ("x-ms-content-sha256", hash),
            ("Authorization", $"HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature}"),
        ];
    }

    /// <summary>A UUID that follows from a message's key: the same for each try.</summary>
    public static Guid IdOf(string key)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16);

        // RFC 9562, version 8: its content is up to its maker.
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash, bigEndian: true);
    }
}
