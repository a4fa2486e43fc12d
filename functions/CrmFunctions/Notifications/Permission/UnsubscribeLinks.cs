using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CrmFunctions.Domain.Customers;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Notifications.Permission;

/// <summary>
/// Makes and reads the addresses at which readers say that they want no more. A token names a handle, which is a hash, and a medium; without the key nobody
/// can make one, and it has no end: a right to say no does not lapse.
/// </summary>
public sealed class UnsubscribeLinks(IOptions<UnsubscribeOptions> options)
{
    private const int MacBytes = 16;
    private const int LongestToken = 200;

    /// <summary>The address for a customer and a medium; null where none is configured.</summary>
    public string? For(Handle customer, string medium)
    {
        if (!options.Value.IsOn) return null;
        var said = Encoding.ASCII.GetBytes($"{customer.Key}:{medium}");
        return $"{options.Value.Url.TrimEnd('/')}/{Base64Url.EncodeToString([.. Mac(options.Value.Keys.First(), said), .. said])}";
    }

    /// <summary>Whom and which medium a token is about; null where it was not made here.</summary>
    public (Handle Customer, string Medium)? Read(string token)
    {
        if (!options.Value.IsOn || token.Length > LongestToken || !Base64Url.IsValid(token)) return null;
        var bytes = Base64Url.DecodeFromChars(token);
        if (bytes.Length <= MacBytes || !options.Value.Keys.Any(key => CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, MacBytes), Mac(key, bytes.AsSpan(MacBytes))))) return null;

        // Made here, so of this form. One notation only, lest two tokens say the same.
        var parts = Encoding.ASCII.GetString(bytes.AsSpan(MacBytes)).Split(':', 2);
        return parts is [var key26, var medium] && Handle.FromKey(key26) is { } customer && Base64Url.EncodeToString(bytes) == token ? (customer, medium) : null;
    }

    private static byte[] Mac(byte[] key, ReadOnlySpan<byte> said) => HMACSHA256.HashData(key, (byte[])[.. "unsubscribe\n"u8, .. said])[..MacBytes];
}
