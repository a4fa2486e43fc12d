namespace CrmFunctions.Sources.Importing.Notation;

/// <summary>Which sign a file's amounts have before their decimals.</summary>
public enum DecimalSign
{
    /// <summary>1,234.56</summary>
    Point,

    /// <summary>1.234,56</summary>
    Comma,
}

/// <summary>
/// Amounts as spreadsheets write them: grouped, with either sign before the decimals, with the currency's sign, negative in brackets.
/// </summary>
/// <remarks>Source: Sources/Importing/IMPORTING.md, "Amounts".</remarks>
public static class Amounts
{
    private const int Longest = 40;

    private static readonly (string Sign, string[] Currencies)[] signs =
    [
        ("¥", ["CNY", "JPY"]),
        ("元", ["CNY"]),
        ("円", ["JPY"]),
        ("€", ["EUR"]),
        ("£", ["GBP"]),
        ("₩", ["KRW"]),
        ("₹", ["INR"]),
        ("₽", ["RUB"]),
        ("$", ["USD", "AUD", "CAD", "HKD", "NZD", "SGD", "TWD", "MXN", "BRL", "ARS", "CLP", "COP"]),
    ];

    /// <summary>Which sign an amount can only be written with.</summary>
    /// <returns>Null where both or neither would do; then <paramref name="either"/> says whether the two readings differ.</returns>
    public static DecimalSign? Judge(string text, string currency, out bool either)
    {
        var point = Read(text, DecimalSign.Point, currency);
        var comma = Read(text, DecimalSign.Comma, currency);
        either = point is not null && comma is not null && point != comma;
        return (point, comma) switch
        {
            (not null, null) => DecimalSign.Point,
            (null, not null) => DecimalSign.Comma,
            _ => null,
        };
    }

    /// <summary>The amount as events have it: a sign where it is negative, digits, a point.</summary>
    /// <returns>Null where it is no amount in this notation and currency.</returns>
    public static string? Read(string text, DecimalSign sign, string currency)
    {
        if (text.Length > Longest || Unsigned(CellText.Narrow(text).Trim(), currency) is not { } bare)
            return null;
        var (digits, negative) = bare;
        var (point, group) = sign == DecimalSign.Point ? ('.', ',') : (',', '.');
        var at = digits.IndexOf(point, StringComparison.Ordinal);
        var whole = at < 0 ? digits : digits[..at];
        var decimals = at < 0 ? "" : digits[(at + 1)..];
        if (at >= 0 && (decimals.Length == 0 || !AreDigits(decimals)))
            return null;

        // Only one kind of separator between groups, and the first group begins with no zero: 0.125 is a fraction in any notation.
        foreach (var separator in new[] { group, ' ', '\'', '’' })
        {
            if (!whole.Contains(separator, StringComparison.Ordinal))
                continue;
            var groups = whole.Split(separator);
            if (groups[0].Length is < 1 or > 3 || groups[0][0] == '0' || groups.Skip(1).Any(part => part.Length != 3))
                return null;
            whole = string.Concat(groups);
            break;
        }

        if (whole.Length == 0 || !AreDigits(whole))
            return null;
        return $"{(negative ? "-" : "")}{whole}{(decimals.Length > 0 ? "." : "")}{decimals}";
    }

    /// <summary>Takes off the currency and the sign: both may stand before or after the digits.</summary>
    private static (string Digits, bool Negative)? Unsigned(string text, string currency)
    {
        var negative = false;
        for (var turn = 0; turn < 2; turn++)
        {
            if (!negative && text is ['(', .. var inBrackets, ')'])
                (text, negative) = (inBrackets.Trim(), true);
            else if (!negative && text is ['-' or '−', .. var after])
                (text, negative) = (after.TrimStart(), true);
            else if (!negative && text is [.. var before, '-'])
                (text, negative) = (before.TrimEnd(), true);
            else if (turn == 0 && text is ['+', .. var plus])
                text = plus.TrimStart();
            text = WithoutCurrency(text, currency);
        }

        return text.Length > 0 ? (text, negative) : null;
    }

    // A sign of another currency stays, and makes the text no amount: better refused than counted as what it is not.
    private static string WithoutCurrency(string text, string currency)
    {
        foreach (var sign in signs.Where(sign => sign.Currencies.Contains(currency)).Select(sign => sign.Sign).Append(currency))
        {
            if (text.StartsWith(sign, StringComparison.OrdinalIgnoreCase))
                return text[sign.Length..].TrimStart();
            if (text.EndsWith(sign, StringComparison.OrdinalIgnoreCase))
                return text[..^sign.Length].TrimEnd();
        }

        return text;
    }

    private static bool AreDigits(string text) => !text.AsSpan().ContainsAnyExceptInRange('0', '9');
}
