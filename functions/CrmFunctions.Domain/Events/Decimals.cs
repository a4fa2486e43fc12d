using System.Globalization;

namespace CrmFunctions.Domain.Events;

/// <summary>Plain decimal numbers as text: a sign, digits and one point. No exponent, no grouping, no blanks, no NUL.</summary>
internal static class Decimals
{
    public static bool ArePlain(string text)
    {
        var digits = text.AsSpan(text.StartsWith('-') || text.StartsWith('+') ? 1 : 0);
        var point = digits.IndexOf('.');
        return digits.Length > (point < 0 ? 0 : 1)
            && !digits[..(point < 0 ? digits.Length : point)].ContainsAnyExceptInRange('0', '9')
            && (point < 0 || !digits[(point + 1)..].ContainsAnyExceptInRange('0', '9'));
    }

    /// <summary>The number; null where the text is none, or one that a decimal cannot hold.</summary>
    public static decimal? Parse(string text) =>
        ArePlain(text)
        && decimal.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : null;

    /// <summary>
    /// Decimals that a plain number is written with, zeros at its end left out. Parsing rounds after the 28th; this does not.
    /// </summary>
    public static int Count(string plain) => plain.IndexOf('.') is >= 0 and var point ? plain.AsSpan(point + 1).TrimEnd('0').Length : 0;
}
