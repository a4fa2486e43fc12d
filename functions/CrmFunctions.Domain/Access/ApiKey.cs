using System.Security.Cryptography;
using System.Text;

namespace CrmFunctions.Domain.Access;

/// <summary>
/// The text of a key: <c>crm_</c>, 40 hexadecimal digits by chance, and 8 that are a checksum of them, so that scanners of code and logs
/// find it and know it for a real one.
/// </summary>
public static class ApiKey
{
    /// <summary>What each begins with.</summary>
    public const string Prefix = "crm_";

    private const int RandomBytes = 20;
    private const int ChecksumBytes = 4;
    private const int ShortestOther = 32;
    private const int FewestDifferent = 10;
    private const int Longest = 256;

    /// <summary>A new one.</summary>
    public static string New()
    {
        var random = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes));
        return Prefix + random + Checksum(random);
    }

    /// <summary>What a key is kept and found by: SHA-256 in lower-case hexadecimal. It has 160 bits of chance, so it needs no salt.</summary>
    public static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>
    /// What is wrong with a text that is to be a key; null: nothing. One that is made elsewhere must be as hard to guess.
    /// </summary>
    public static string? Problem(string key)
    {
        if (key.StartsWith(Prefix, StringComparison.Ordinal))
        {
            var random = key[Prefix.Length..];
            return
                random.Length == 2 * (RandomBytes + ChecksumBytes)
                && random.All(char.IsAsciiHexDigitLower)
                && random.EndsWith(Checksum(random[..(2 * RandomBytes)]), StringComparison.Ordinal)
                ? null
                : "is no key: its checksum does not fit; copy it whole";
        }

        return key.Length > Longest ? $"has more than {Longest} characters" : SecretStrength.Problem(key, ShortestOther, FewestDifferent);
    }

    private static string Checksum(string random) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Prefix + random))[..ChecksumBytes]);
}
