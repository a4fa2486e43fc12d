using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace CrmFunctions.Sources.Hooks.Providers;

/// <summary>What the providers' signatures have in common: strict decoding, and comparison of bytes in constant time.</summary>
internal static class Signatures
{
    /// <summary>HMAC-SHA256 of parts one after the other.</summary>
    public static byte[] HmacSha256(byte[] key, params ReadOnlySpan<ReadOnlyMemory<byte>> parts) =>
        Hmac(HashAlgorithmName.SHA256, key, parts);

    /// <summary>An HMAC of parts one after the other. Nothing is copied, and nothing of the body's size stands on the stack.</summary>
    public static byte[] Hmac(HashAlgorithmName algorithm, byte[] key, params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        using var hmac = IncrementalHash.CreateHMAC(algorithm, key);
        foreach (var part in parts)
            hmac.AppendData(part.Span);
        return hmac.GetHashAndReset();
    }

    /// <summary>A hash of parts one after the other.</summary>
    public static byte[] Hash(HashAlgorithmName algorithm, params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        using var hash = IncrementalHash.CreateHash(algorithm);
        foreach (var part in parts)
            hash.AppendData(part.Span);
        return hash.GetHashAndReset();
    }

    /// <summary>The text in UTF-8.</summary>
    public static ReadOnlyMemory<byte> Utf8(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>
    /// Whether a text is the base64 of the bytes expected: of their length, without blanks or line ends, of the one alphabet.
    /// </summary>
    public static bool IsBase64(string? presented, ReadOnlySpan<byte> expected)
    {
        if (presented is null || presented.Length != Base64.GetMaxEncodedToUtf8Length(expected.Length))
            return false;
        Span<byte> decoded = stackalloc byte[64];
        return Convert.TryFromBase64String(presented, decoded, out var bytes)
            && CryptographicOperations.FixedTimeEquals(decoded[..bytes], expected);
    }

    /// <summary>Whether a text is the hexadecimal form of the bytes expected, in either case.</summary>
    public static bool IsHex(string? presented, ReadOnlySpan<byte> expected)
    {
        if (presented is null || presented.Length != 2 * expected.Length)
            return false;
        Span<byte> decoded = stackalloc byte[64];
        return Convert.FromHexString(presented, decoded, out _, out var bytes) == System.Buffers.OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(decoded[..bytes], expected);
    }

    /// <summary>Whether a text is the secret; how long it is may show, what it says does not.</summary>
    public static bool IsSecret(string? presented, ReadOnlySpan<byte> secret) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(presented ?? "")), SHA256.HashData(secret))
        && presented is not null;

    /// <summary>The first secret in force under which a check holds. All are tried, whichever fits.</summary>
    public static string? KeyOf(this SourceInForce source, Delivery delivery, Func<SourceKey, bool> fits)
    {
        string? found = null;
        foreach (var key in source.KeysAt(delivery.ReceivedAt))
        {
            if (fits(key))
                found ??= key.Id;
        }

        return found;
    }

    /// <summary>Seconds since 1970 in ASCII digits alone; null for anything else, and for what is no instant.</summary>
    public static DateTimeOffset? Seconds(string? text) =>
        Plain(text, 10) is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    /// <summary>Milliseconds since 1970 in ASCII digits alone; null for anything else.</summary>
    public static DateTimeOffset? Milliseconds(string? text) =>
        Plain(text, 13) is { } milliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;

    private static long? Plain(string? text, int most) =>
        text is { Length: > 0 } && text.Length <= most && !text.AsSpan().ContainsAnyExceptInRange('0', '9')
            ? long.Parse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture)
            : null;
}
