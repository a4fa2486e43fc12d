using System.Globalization;

namespace CrmFunctions.Domain.Events;

/// <summary>An exact amount of one currency.</summary>
/// <param name="AmountMinor">Minor units of the currency (cents, fen; yen for JPY), zero or more, at most <see cref="Max"/>.</param>
/// <param name="Currency">ISO 4217 code, upper case.</param>
public readonly record struct Money(long AmountMinor, string Currency)
{
    /// <summary>The largest amount accepted, in minor units: 10^15, so that sums of a million orders stay inside 64 bits.</summary>
    public const long Max = 1_000_000_000_000_000;

    /// <summary>The amount in major units, exact.</summary>
    public decimal Amount => AmountMinor / Currencies.Factor(Currency);

    /// <summary>Reads an amount in major units, such as <c>129.90</c>, without rounding.</summary>
    /// <returns>Null and a sentence that says what would be right, where the amount is not one of the currency.</returns>
    public static Money? Parse(string text, string currency, out string? problem)
    {
        if (Currencies.Digits(currency) is not { } digits)
        {
            problem = $"'{Shorten(currency)}' is no ISO 4217 currency code; send one such as CNY, EUR or USD";
            return null;
        }

        if (!decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
        {
            problem = $"'{Shorten(text)}' is no amount; send major units with a decimal point and no grouping, such as 1299.90";
            return null;
        }

        if (amount < 0)
        {
            problem = $"{Shorten(text)} is negative; an amount is zero or more, money given back is an order.refunded";
            return null;
        }

        if (amount > Max / Currencies.Factor(currency))
        {
            problem = $"{Shorten(text)} is beyond the range of 0 to {Max / Currencies.Factor(currency)} {currency}";
            return null;
        }

        var minor = amount * Currencies.Factor(currency);
        if (minor != decimal.Truncate(minor))
        {
            problem = $"{Shorten(text)} has more decimals than {currency} has; send at most {digits}";
            return null;
        }

        problem = null;
        return new Money((long)minor, currency);
    }

    /// <summary>The amount in major units and the code, such as <c>129.90 EUR</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Amount.ToString("F" + Currencies.Digits(Currency), CultureInfo.InvariantCulture)} {Currency}");

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
