using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace CrmFunctions.Domain.Identity;

/// <summary>
/// One identifier of a customer as a key of 26 characters: the kind's rank, the id of the deployment's secret, and an HMAC-SHA-256 of the
/// normalised identifier in base32; without a secret, a plain SHA-256 in place of the last two. Ordinal order is strength: of any set of
/// handles the smallest is the strongest, in any order in which they were met, so it can name the customer.
/// </summary>
/// <remarks>Source: Identity/Handles.md. Keys never contain personal data.</remarks>
public readonly record struct Handle : IComparable<Handle>
{
    private Handle(string key) => Key = key;

    /// <summary>26 characters out of a-z and 2-7, of which the second is 0, 1, 8 or 9 where it was made under a secret.</summary>
    public string Key { get; }

    /// <summary>
    /// What the handle is: <c>id</c>, <c>unionid</c>, <c>openid</c>, <c>email</c>, <c>phone</c>, or <c>claim</c>: several identifiers
    /// that were claimed together.
    /// </summary>
    public string Kind =>
        Key[0] switch
        {
            'a' => "id",
            'b' => "unionid",
            'c' => "openid",
            'd' => "email",
            'e' => "phone",
            'f' => "claim",
            _ => throw new FormatException($"'{Key}' is no handle."),
        };

    /// <summary>Whether it stands for several identifiers that were claimed together, and for none of them alone.</summary>
    public bool IsClaim => Rank == 'f';

    /// <summary>The rank of its kind: the smaller, the stronger.</summary>
    internal char Rank => Key[0];

    /// <summary>
    /// Stands for all customers together, where something is said of the base. No source has an empty name, so that nobody has this handle.
    /// </summary>
    public static Handle Base => OfId("", "base");

    /// <summary>A source's own customer id.</summary>
    public static Handle OfId(string source, string id) => Of('a', $"{source}\n{id}");

    /// <summary>A source's own customer id as people write it, <c>source:id</c>; null where it has not this form.</summary>
    public static Handle? OfOwnId(string word) =>
        word.Split(':', 2) is [{ Length: > 0 } source, { Length: > 0 } id] ? OfId(source, id) : null;

    /// <summary>An e-mail address, compared without case; null where it is none.</summary>
    public static Handle? OfEmail(string email) => Emails.Normalise(email) is { } normal ? Of('d', normal) : null;

    /// <summary>A phone number in E.164, a notation of it, or a national notation of a region; null where it is none.</summary>
    public static Handle? OfPhone(string phone, string? region = null) =>
        Phones.Normalise(phone, region) is { } normal ? Of('e', normal) : null;

    /// <summary>
    /// Takes a key for a handle again. One from before the secret in force, such as an id in a link that was mailed then, is the handle of today.
    /// </summary>
    /// <returns>Null where it is none.</returns>
    public static Handle? FromKey(string key) =>
        key.Length == 26
        && key[0] is >= 'a' and <= 'f'
        && (Base32.IsOf(key[1]) || HandleKeys.IsId(key[1]))
        && key.AsSpan(2).IndexOfAnyExcept(Base32.Characters) < 0
            ? new Handle(HandleKeys.InForce.Renew(key, kept: 1))
            : null;

    /// <summary>The handle of a key as it is.</summary>
    internal static Handle Exactly(string key) => new(key);

    /// <summary>All handles that the identifiers give, strongest first.</summary>
    public static IReadOnlyList<Handle> All(Identifiers customer, string source) => [.. Plain(customer, source).Select(Keyed)];

    /// <summary>The strongest handle that the identifiers give; null where they name nobody.</summary>
    public static Handle? Strongest(Identifiers customer, string source) =>
        Plain(customer, source).FirstOrDefault() is { } strongest ? Keyed(strongest) : null;

    /// <summary>
    /// The handle an event is filed under, from the event alone: the strongest; of several claimed identifiers one that stands for all of
    /// them together. Null where the identifiers name nobody.
    /// </summary>
    /// <remarks>Source: Customers/People.md, section 5.</remarks>
    public static Handle? Filed(Identifiers customer, string source) =>
        Plain(customer, source).ToList() switch
        {
            [] => null,
            // Of the plain forms, so that a new secret leads from the key of before to the one of today.
            [_, _, ..] claimed when customer.Claimed == true => Of('f', string.Join('\n', claimed)),
            [var strongest, ..] => Keyed(strongest),
        };

    /// <inheritdoc/>
    public int CompareTo(Handle other) => string.CompareOrdinal(Key, other.Key);

    /// <summary>The key.</summary>
    public override string ToString() => Key;

    public static bool operator <(Handle left, Handle right) => left.CompareTo(right) < 0;

    public static bool operator >(Handle left, Handle right) => left.CompareTo(right) > 0;

    public static bool operator <=(Handle left, Handle right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Handle left, Handle right) => left.CompareTo(right) >= 0;

    private static IEnumerable<string> Plain(Identifiers customer, string source)
    {
        if (customer.Id is { } id)
            yield return Plain('a', $"{source}\n{id}");
        if (customer.UnionId is { } unionId)
            yield return Plain('b', unionId);
        if (customer.OpenId is { } openId)
            yield return Plain('c', openId);
        if (customer.Email is { } email && Emails.Normalise(email) is { } address)
            yield return Plain('d', address);
        if (customer.Phone is { } phone && Phones.Normalise(phone, customer.Region) is { } number)
            yield return Plain('e', number);
    }

    private static string Plain(char rank, string normal) => rank + Base32.Hash($"{rank}\n{normal}", 25);

    private static Handle Keyed(string plain) => new(HandleKeys.InForce.Of(plain, kept: 1));

    private static Handle Of(char rank, string normal) => Keyed(Plain(rank, normal));
}

/// <summary>Base32 of RFC 4648, lower case, as it stands in keys.</summary>
public static class Base32
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>Its characters.</summary>
    internal static SearchValues<char> Characters { get; } = SearchValues.Create(Alphabet);

    /// <summary>The first characters of the base32 form of the text's SHA-256. Of what leads to a person, use <see cref="KeyedHash"/>.</summary>
    /// <param name="text">Any text; its UTF-8 bytes are hashed.</param>
    /// <param name="characters">1 to 51; each carries 5 bits.</param>
    public static string Hash(string text, int characters)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return Write(hash, characters);
    }

    /// <summary>The first characters of the base32 form of bytes.</summary>
    /// <param name="bytes">At least as many as the characters need.</param>
    /// <param name="characters">Each carries 5 bits.</param>
    internal static string Write(ReadOnlySpan<byte> bytes, int characters)
    {
        Span<char> chars = stackalloc char[characters];
        for (var i = 0; i < characters; i++)
        {
            var bit = i * 5;
            var pair = (bytes[bit >> 3] << 8) | ((bit >> 3) + 1 < bytes.Length ? bytes[(bit >> 3) + 1] : 0);
            chars[i] = Alphabet[(pair >> (11 - (bit & 7))) & 31];
        }

        return new string(chars);
    }

    /// <summary>Whether a character is one of it.</summary>
    internal static bool IsOf(char c) => Characters.Contains(c);
}
