using System.Security.Cryptography;
using System.Text;

namespace CrmFunctions.Domain.Identity;

/// <summary>
/// One identifier of a customer as a key: 26 characters of base32, of which the first is the kind's rank and the rest a SHA-256 of
/// the normalised identifier. Ordinal order is strength: of any set of handles the smallest is the strongest, in any order
/// in which they were met, so it can name the customer.
/// </summary>
/// <remarks>Keys never contain personal data.</remarks>
public readonly record struct Handle : IComparable<Handle>
{
    private Handle(string key) => Key = key;

    /// <summary>26 characters out of a-z and 2-7.</summary>
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
    public static Handle Base { get; } = OfId("", "base");

    /// <summary>A source's own customer id.</summary>
    public static Handle OfId(string source, string id) => Of('a', $"{source}\n{id}");

    /// <summary>An e-mail address, compared without case; null where it is none.</summary>
    public static Handle? OfEmail(string email) => Emails.Normalise(email) is { } normal ? Of('d', normal) : null;

    /// <summary>A phone number in E.164, a notation of it, or a national notation of a region; null where it is none.</summary>
    public static Handle? OfPhone(string phone, string? region = null) =>
        Phones.Normalise(phone, region) is { } normal ? Of('e', normal) : null;

    /// <summary>Takes a key for a handle again.</summary>
    /// <returns>Null where it is none.</returns>
    public static Handle? FromKey(string key) =>
        key.Length == 26 && key[0] is >= 'a' and <= 'f' && key.All(c => c is (>= 'a' and <= 'z') or (>= '2' and <= '7'))
            ? new Handle(key)
            : null;

    /// <summary>All handles that the identifiers give, strongest first.</summary>
    public static IReadOnlyList<Handle> All(Identifiers customer, string source)
    {
        var handles = new List<Handle>(5);
        if (customer.Id is { } id)
            handles.Add(OfId(source, id));
        if (customer.UnionId is { } unionId)
            handles.Add(Of('b', unionId));
        if (customer.OpenId is { } openId)
            handles.Add(Of('c', openId));
        if (customer.Email is { } email && OfEmail(email) is { } byEmail)
            handles.Add(byEmail);
        if (customer.Phone is { } phone && OfPhone(phone, customer.Region) is { } byPhone)
            handles.Add(byPhone);
        return handles;
    }

    /// <summary>The strongest handle that the identifiers give; null where they name nobody.</summary>
    public static Handle? Strongest(Identifiers customer, string source) => All(customer, source) is [var first, ..] ? first : null;

    /// <summary>
    /// The handle an event is filed under, from the event alone: the strongest; of several claimed identifiers one that stands for all of
    /// them together. Null where the identifiers name nobody.
    /// </summary>
    /// <remarks>Source: Customers/People.md, section 5.</remarks>
    public static Handle? Filed(Identifiers customer, string source) =>
        All(customer, source) switch
        {
            [] => null,
            [_, _, ..] claimed when customer.Claimed == true => OfClaim(claimed),
            [var strongest, ..] => strongest,
        };

    /// <inheritdoc/>
    public int CompareTo(Handle other) => string.CompareOrdinal(Key, other.Key);

    /// <summary>The key.</summary>
    public override string ToString() => Key;

    public static bool operator <(Handle left, Handle right) => left.CompareTo(right) < 0;

    public static bool operator >(Handle left, Handle right) => left.CompareTo(right) > 0;

    public static bool operator <=(Handle left, Handle right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Handle left, Handle right) => left.CompareTo(right) >= 0;

    private static Handle OfClaim(IReadOnlyList<Handle> claimed) => Of('f', string.Join('\n', claimed.Select(handle => handle.Key)));

    private static Handle Of(char rank, string normal) => new(rank + Base32.Hash($"{rank}\n{normal}", 25));
}

/// <summary>Base32 of RFC 4648, lower case, as it stands in keys.</summary>
public static class Base32
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>The first characters of the base32 form of the text's SHA-256.</summary>
    /// <param name="text">Any text; its UTF-8 bytes are hashed.</param>
    /// <param name="characters">1 to 51; each carries 5 bits.</param>
    public static string Hash(string text, int characters)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        Span<char> chars = stackalloc char[characters];
        for (var i = 0; i < characters; i++)
        {
            var bit = i * 5;
            var pair = (hash[bit >> 3] << 8) | ((bit >> 3) + 1 < 32 ? hash[(bit >> 3) + 1] : 0);
            chars[i] = Alphabet[(pair >> (11 - (bit & 7))) & 31];
        }

        return new string(chars);
    }
}
