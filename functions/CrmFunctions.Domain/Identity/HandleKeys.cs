using System.Security.Cryptography;
using System.Text;

namespace CrmFunctions.Domain.Identity;

/// <summary>
/// The secrets of the deployment under which identifiers become keys of rows. A person who has the tables and not the secrets cannot find a
/// number by trying all of them. Without any, keys are plain hashes, and can be found so.
/// </summary>
/// <remarks>Source: Identity/Handles.md.</remarks>
public sealed class HandleKeys
{
    /// <summary>Bytes of a secret.</summary>
    public const int SecretBytes = 32;

    // No letter of base32: a keyed form is told from a plain one, and from that of the secret before.
    private const string Ids = "0189";

    private static HandleKeys? inForce;

    private readonly byte[][] secrets;

    /// <summary>Keys under secrets.</summary>
    /// <param name="secrets">The oldest first; the last is in force. Empty: keys are plain hashes.</param>
    /// <exception cref="ArgumentException">A secret has not <see cref="SecretBytes"/> bytes.</exception>
    public HandleKeys(IEnumerable<byte[]> secrets)
    {
        this.secrets = [.. secrets];
        if (this.secrets.Any(secret => secret.Length != SecretBytes))
            throw new ArgumentException($"A secret of handles has {SecretBytes} bytes.", nameof(secrets));
    }

    /// <summary>Plain hashes.</summary>
    public static HandleKeys None { get; } = new([]);

    /// <summary>Those that this process makes keys with: <see cref="None"/> until others are put in force.</summary>
    public static HandleKeys InForce => Volatile.Read(ref inForce) ?? None;

    /// <summary>How many there are.</summary>
    public int Count => secrets.Length;

    /// <summary>The id of the secret in force, which stands in the keys; null where they are plain hashes.</summary>
    public char? Id => IdOf(Count);

    /// <summary>Those without the last; none where there is none.</summary>
    public HandleKeys Before => new(secrets.Take(Count - 1));

    /// <summary>Equal for equal secrets; tells nothing of them.</summary>
    public string Check => Of(Base32.Hash("check of the handles' key", 26), kept: 0);

    /// <summary>
    /// Puts secrets in force in this process, once and before the first key is made: two halves of a process that make different keys would
    /// not find what the other wrote.
    /// </summary>
    /// <exception cref="InvalidOperationException">Others are in force.</exception>
    public static void Use(HandleKeys keys)
    {
        var before = Interlocked.CompareExchange(ref inForce, keys, null);
        if (before is not null && before.Check != keys.Check)
            throw new InvalidOperationException("Another key of handles is in force in this process; one process works with one key.");
    }

    /// <summary>The secrets of a setting: base64 of 32 bytes each, the oldest first, with commas between them.</summary>
    /// <returns>Null where it is none, or empty.</returns>
    public static HandleKeys? Read(string setting)
    {
        var secrets = new List<byte[]>();
        foreach (var part in setting.Split(',', StringSplitOptions.TrimEntries))
        {
            var bytes = new byte[part.Length];
            if (!Convert.TryFromBase64String(part, bytes, out var written) || written != SecretBytes)
                return null;
            secrets.Add(bytes[..written]);
        }

        return new HandleKeys(secrets);
    }

    /// <summary>A new secret, as a setting has it.</summary>
    public static string NewSecret() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>The keyed form of a plain handle.</summary>
    public Handle Of(Handle plain) => Handle.Exactly(Of(plain.Key, kept: 1));

    /// <summary>The keyed form of a plain hash: under each secret in turn, so that a new one can be put over what the others made.</summary>
    /// <param name="plain">Characters of base32.</param>
    /// <param name="kept">So many stay as they are: 1 of a handle, its rank; 0 of others.</param>
    /// <returns>As many characters. After those that stay comes the id of the secret in force.</returns>
    public string Of(string plain, int kept)
    {
        var key = plain;
        for (var number = 1; number <= Count; number++)
            key = Under(number, key, kept);
        return key;
    }

    /// <summary>The form under the secret in force of a key that was made with those before it, or with none.</summary>
    /// <param name="key">Of its form it is told by which secret: of more than four, the last four are told apart.</param>
    /// <param name="kept">As in <see cref="Of(string, int)"/>.</param>
    /// <returns>The key itself where it has that form already, or is of a secret that is not among these.</returns>
    public string Renew(string key, int kept)
    {
        for (var number = NumberOf(key[kept]) + 1; number <= Count; number++)
            key = Under(number, key, kept);
        return key;
    }

    /// <summary>Whether a character is the id of a secret.</summary>
    internal static bool IsId(char c) => Ids.Contains(c, StringComparison.Ordinal);

    private string Under(int number, string key, int kept)
    {
        var mac = HMACSHA256.HashData(secrets[number - 1], Encoding.UTF8.GetBytes(key));
        return $"{key.AsSpan(0, kept)}{IdOf(number)}{Base32.Write(mac, key.Length - kept - 1)}";
    }

    private int NumberOf(char id)
    {
        if (!IsId(id))
            return 0;
        for (var number = Count; number > 0; number--)
        {
            if (IdOf(number) == id)
                return number;
        }

        return Count;
    }

    private static char? IdOf(int number) => number == 0 ? null : Ids[(number - 1) % Ids.Length];
}

/// <summary>Keys of what leads to a person without being an identifier: events, orders, requests.</summary>
public static class KeyedHash
{
    /// <summary>The first characters of the text's SHA-256 in base32, under the secrets in force.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="characters">2 to 51.</param>
    public static string Of(string text, int characters) => HandleKeys.InForce.Of(Base32.Hash(text, characters), kept: 0);
}
