using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace CrmFunctions.Security;

/// <summary>
/// Makes and reads the part of an address that is its own key: what it is about, with a MAC before it. Without the key nobody can make one;
/// a token of one use is
/// none of another.
/// </summary>
public static class AddressTokens
{
    private const int MacBytes = 16;
    private const int LongestToken = 200;

    /// <summary>The token.</summary>
    /// <param name="key">32 bytes or more.</param>
    /// <param name="use">What it is for.</param>
    /// <param name="about">ASCII; nothing that names a person, as addresses stand in logs.</param>
    public static string Make(byte[] key, string use, string about)
    {
        var said = Encoding.ASCII.GetBytes(about);
        return Base64Url.EncodeToString([.. Mac(key, use, said), .. said]);
    }

    /// <summary>What a token is about; null where it was made with none of the keys, or for another use.</summary>
    public static string? Read(IEnumerable<byte[]> keys, string use, string token)
    {
        if (token.Length > LongestToken || !Base64Url.IsValid(token))
            return null;
        var bytes = Base64Url.DecodeFromChars(token);
        if (
            bytes.Length <= MacBytes
            || !keys.Any(key => CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, MacBytes), Mac(key, use, bytes.AsSpan(MacBytes))))
        )
            return null;

        // One notation only, lest two tokens say the same.
        return Base64Url.EncodeToString(bytes) == token ? Encoding.ASCII.GetString(bytes.AsSpan(MacBytes)) : null;
    }

    private static byte[] Mac(byte[] key, string use, ReadOnlySpan<byte> said) =>
        HMACSHA256.HashData(key, (byte[])[.. Encoding.ASCII.GetBytes(use), (byte)'\n', .. said])[..MacBytes];
}
