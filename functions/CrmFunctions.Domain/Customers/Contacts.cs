namespace CrmFunctions.Domain.Customers;

/// <summary>E-mail addresses as identifiers.</summary>
public static class Emails
{
    /// <summary>The address in lower case without surrounding blanks; null where it has not the form local@domain.</summary>
    public static string? Normalise(string email)
    {
        var trimmed = email.Trim();
        var at = trimmed.LastIndexOf('@');
        var plausible = at > 0 && at < trimmed.Length - 1 && trimmed.Length <= 320 && trimmed.IndexOf('@') == at
            && !trimmed.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)) && trimmed[^1] != '.';
        return plausible ? trimmed.ToLowerInvariant() : null;
    }
}

/// <summary>Phone numbers as identifiers.</summary>
public static class Phones
{
    /// <summary>
    /// The number in E.164, from E.164 with blanks, dots, dashes or parentheses, with 00 for the plus, with "(0)" after the country code,
    /// or a mobile number of mainland China without its country code or without the plus; null where it is none of these.
    /// </summary>
    public static string? Normalise(string phone)
    {
        Span<char> digits = stackalloc char[20];
        var count = 0;
        var plus = false;
        foreach (var c in phone.Replace("(0)", "", StringComparison.Ordinal).AsSpan().Trim())
        {
            if (c is '+' or '＋' && count == 0 && !plus)
            {
                plus = true;
            }
            else if (char.IsAsciiDigit(c) || c is >= '０' and <= '９')
            {
                if (count == digits.Length) return null;
                digits[count++] = c >= '０' ? (char)(c - '０' + '0') : c;
            }
            else if (c is not (' ' or '-' or '.' or '(' or ')' or '/' or '\u00A0'))
            {
                return null;
            }
        }

        var number = digits[..count];
        if (!plus && number.StartsWith("00"))
        {
            plus = true;
            number = number[2..];
        }

        if (!plus && number is ['8', '6', '1', _, ..] && number.Length == 13) number = number[2..];
        if (!plus && number.Length == 11 && number[0] == '1' && number[1] is >= '3' and <= '9') return $"+86{number}";
        return plus && number.Length is >= 7 and <= 15 && number[0] != '0' ? $"+{number}" : null;
    }
}
