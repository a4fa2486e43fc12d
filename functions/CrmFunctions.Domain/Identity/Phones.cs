using System.Collections.Frozen;

namespace CrmFunctions.Domain.Identity;

/// <summary>Phone numbers as identifiers.</summary>
/// <remarks>
/// Source: Customers/People.md, section 1. Plans after ITU-T E.164 and the national numbering plans deposited with the ITU.
/// </remarks>
public static class Phones
{
    private const int Shortest = 7;
    private const int Longest = 15;

    // Lengths are of the national number without its trunk prefix; a leading zero that belongs to the number (Italy) is none.
    private static readonly FrozenDictionary<string, Plan> plans = new Dictionary<string, Plan>
    {
        ["AE"] = new("971", "0", "00", 8, 9),
        ["AR"] = new("54", "0", "00", 10, 11),
        ["AT"] = new("43", "0", "00", 7, 12),
        ["AU"] = new("61", "0", "0011", 9, 9),
        ["BE"] = new("32", "0", "00", 8, 9),
        ["BR"] = new("55", "0", "00", 10, 11),
        ["CA"] = new("1", "1", "011", 10, 10),
        ["CH"] = new("41", "0", "00", 9, 9),
        ["CN"] = new("86", "0", "00", 9, 11),
        ["DE"] = new("49", "0", "00", 7, 11),
        ["ES"] = new("34", "", "00", 9, 9),
        ["FR"] = new("33", "0", "00", 9, 9),
        ["GB"] = new("44", "0", "00", 9, 10),
        ["HK"] = new("852", "", "001", 8, 8),
        ["ID"] = new("62", "0", "001", 8, 12),
        ["IE"] = new("353", "0", "00", 7, 9),
        ["IL"] = new("972", "0", "00", 8, 9),
        ["IN"] = new("91", "0", "00", 10, 10),
        ["IT"] = new("39", "", "00", 7, 11),
        ["JP"] = new("81", "0", "010", 9, 10),
        ["KR"] = new("82", "0", "001", 8, 10),
        ["KZ"] = new("7", "8", "810", 10, 10),
        ["MO"] = new("853", "", "00", 8, 8),
        ["MX"] = new("52", "1", "00", 10, 10),
        ["MY"] = new("60", "0", "00", 8, 10),
        ["NL"] = new("31", "0", "00", 9, 9),
        ["NZ"] = new("64", "0", "00", 8, 10),
        ["PH"] = new("63", "0", "00", 8, 10),
        ["PL"] = new("48", "", "00", 9, 9),
        ["RU"] = new("7", "8", "810", 10, 10),
        ["SE"] = new("46", "0", "00", 7, 9),
        ["SG"] = new("65", "", "001", 8, 8),
        ["TH"] = new("66", "0", "001", 8, 9),
        ["TR"] = new("90", "0", "00", 10, 10),
        ["TW"] = new("886", "0", "002", 8, 9),
        ["US"] = new("1", "1", "011", 10, 10),
        ["VN"] = new("84", "0", "00", 9, 10),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The regions whose national notations are known: ISO 3166 codes, in order.</summary>
    public static IReadOnlyList<string> Regions { get; } = [.. plans.Keys.Order(StringComparer.Ordinal)];

    /// <summary>
    /// The number in E.164, from E.164 with blanks, dots, dashes or parentheses, with 00 for the plus, with "(0)" after the country code,
    /// or in a national notation of the region; null where it is none of these, or a 400 number of China: a company answers it.
    /// </summary>
    /// <param name="phone">As sent.</param>
    /// <param name="region">
    /// ISO 3166 code of the region whose national notations are taken. Null: a mobile number of mainland China without its country code or
    /// without the plus is taken, and no other national notation. So it has been since the first event; it cannot be changed.
    /// </param>
    public static string? Normalise(string phone, string? region = null) =>
        Read(phone, region) is { } normal && !IsChineseService(normal) ? normal : null;

    private static string? Read(string phone, string? region)
    {
        Span<char> digits = stackalloc char[20];
        if (Digits(phone, digits, out var plus) is not { } count)
            return null;
        ReadOnlySpan<char> number = digits[..count];
        if (region is not null && plans.TryGetValue(region, out var plan))
            return plan.Normalise(number, plus);
        if (!plus && number.StartsWith("00"))
        {
            plus = true;
            number = number[2..];
        }

        if (region is null)
        {
            if (!plus && number is ['8', '6', '1', _, ..] && number.Length == 13)
                number = number[2..];
            if (!plus && IsChineseMobile(number))
                return $"+86{number}";
        }

        return plus ? International(number) : null;
    }

    private static int? Digits(string phone, Span<char> digits, out bool plus)
    {
        var count = 0;
        plus = false;
        foreach (var c in phone.Replace("(0)", "", StringComparison.Ordinal).AsSpan().Trim())
        {
            if (c is '+' or '＋' && count == 0 && !plus)
            {
                plus = true;
            }
            else if (char.IsAsciiDigit(c) || c is >= '０' and <= '９')
            {
                if (count == digits.Length)
                    return null;
                digits[count++] = c >= '０' ? (char)(c - '０' + '0') : c;
            }
            else if (c is not (' ' or '-' or '.' or '(' or ')' or '/' or '\u00A0'))
            {
                return null;
            }
        }

        return count;
    }

    private static string? International(ReadOnlySpan<char> number) =>
        number.Length is >= Shortest and <= Longest && number[0] != '0' ? $"+{number}" : null;

    private static bool IsChineseMobile(ReadOnlySpan<char> number) =>
        number.Length == 11 && number[0] == '1' && number[1] is >= '3' and <= '9';

    private static bool IsChineseService(string normal) => normal.Length == 13 && normal.StartsWith("+86400", StringComparison.Ordinal);

    /// <summary>How a region writes its numbers.</summary>
    /// <param name="Country">The country code.</param>
    /// <param name="Trunk">
    /// Comes before a number dialled within the country. Empty: nothing does. Mexico: the 1 that came before mobile numbers until 2019.
    /// </param>
    /// <param name="Abroad">Comes before a country code; 00 is understood everywhere beside it.</param>
    /// <param name="Shortest">Digits of the shortest national number.</param>
    /// <param name="Longest">Digits of the longest national number.</param>
    private sealed record Plan(string Country, string Trunk, string Abroad, int Shortest, int Longest)
    {
        public string? Normalise(ReadOnlySpan<char> number, bool plus)
        {
            if (plus)
                return Normal(number);
            if (number.StartsWith(Abroad))
                return Normal(number[Abroad.Length..]);
            if (number.StartsWith("00"))
                return Normal(number[2..]);

            // Longer than any number of the country, and with its code in front: only the plus is missing.
            if (number.Length > Longest && number.StartsWith(Country) && National(number[Country.Length..]) is { } own)
                return own;
            return IsLandlineWithoutTrunk(number) ? null : National(number);
        }

        // Within the country's own code the trunk prefix is no part of the number, though it is often written there.
        private string? Normal(ReadOnlySpan<char> number) =>
            number.StartsWith(Country) && National(number[Country.Length..]) is { } own ? own : International(number);

        private string? National(ReadOnlySpan<char> number)
        {
            var bare = number.StartsWith(Trunk) ? number[Trunk.Length..] : number;
            if (Country == "54" && ArgentineMobile(bare) is { } mobile)
                return mobile;
            var national = IsNational(bare) ? bare : number;
            return IsNational(national) ? $"+{Country}{national}" : null;
        }

        // Within Argentina a mobile number has no 9 in front and 15 behind the area code: twelve digits. Of the area codes only that of
        // Buenos Aires (11) has two digits.
        private static string? ArgentineMobile(ReadOnlySpan<char> number)
        {
            if (number.Length != 12)
                return null;
            var area =
                number.StartsWith("11") ? 2
                : number[3..].StartsWith("15") ? 3
                : 4;
            return number[0] is '1' or '2' or '3' && number[area..].StartsWith("15") ? $"+549{number[..area]}{number[(area + 2)..]}" : null;
        }

        private bool IsNational(ReadOnlySpan<char> number)
        {
            if (number.Length < Shortest || number.Length > Longest || (Trunk == "0" && number[0] == '0'))
                return false;
            return Country switch
            {
                // Russia and Kazakhstan: what begins with 0, 1 or 2 is no area code.
                "7" => number[0] >= '3',

                // Argentina: eleven digits are a mobile number with its 9.
                "54" => number.Length == 10 || number[0] == '9',

                // The North American plan: neither area nor exchange begins with 0 or 1.
                "1" => number[0] >= '2' && number[3] >= '2',

                // A number that begins with 1 is a mobile of eleven digits, or of Beijing (10) with its trunk prefix.
                "86" => number[0] != '1' || IsChineseMobile(number) || (number.StartsWith("10") && number.Length == 10),
                _ => true,
            };
        }

        // Eleven digits without the zero are a mobile number in China; without it a landline is some other number's tail.
        private bool IsLandlineWithoutTrunk(ReadOnlySpan<char> number) =>
            Country == "86" && !number.StartsWith(Trunk) && !IsChineseMobile(number);
    }
}
