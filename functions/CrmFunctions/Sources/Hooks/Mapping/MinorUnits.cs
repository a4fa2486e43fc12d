using System.Globalization;
using CrmFunctions.Domain.Events;

namespace CrmFunctions.Sources.Hooks.Mapping;

/// <summary>Amounts that providers send in minor units, as the text of major units.</summary>
internal static class MinorUnits
{
    /// <summary>An amount in minor units of the currency by ISO 4217, in major units; null where it is none.</summary>
    /// <param name="minor">Digits, perhaps with a sign.</param>
    /// <param name="currency">Upper case.</param>
    public static string? ToMajor(string? minor, string? currency) => currency is null ? null : ToMajor(minor, Currencies.Digits(currency));

    /// <summary>An amount with so many digits behind the point; null where it is none.</summary>
    public static string? ToMajor(string? minor, int? digits)
    {
        if (
            digits is not { } decimals
            || !long.TryParse(minor, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var amount)
        )
            return null;
        var factor = decimals switch
        {
            0 => 1m,
            2 => 100m,
            3 => 1000m,
            _ => throw new ArgumentOutOfRangeException(nameof(digits)),
        };
        return (amount / factor).ToString($"F{decimals}", CultureInfo.InvariantCulture);
    }

    /// <summary>The sum of plain amounts, exact; null where one of them is none.</summary>
    public static string? Sum(IEnumerable<string?> amounts)
    {
        var sum = 0m;
        foreach (var text in amounts)
        {
            if (
                !decimal.TryParse(
                    text,
                    NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture,
                    out var amount
                )
                || Math.Abs(amount) > Money.Max
            )
                return null;
            sum += amount;
        }

        return sum.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Whether a plain amount is nothing.</summary>
    public static bool IsZero(string? amount) =>
        decimal.TryParse(
            amount,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out var number
        )
        && number == 0;

    /// <summary>The amount without its sign: what is given back is said with a minus by some.</summary>
    public static string? WithoutSign(string? amount) => amount?.TrimStart('-');
}
