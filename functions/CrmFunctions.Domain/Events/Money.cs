using System.Globalization;

namespace CrmFunctions.Domain.Events;

/// <summary>An exact amount of one currency.</summary>
/// <param name="AmountMinor">Minor units of the currency (cents, fen; yen for JPY), zero or more, at most <see cref="Max"/>.</param>
/// <param name="Currency">ISO 4217 code, upper case.</param>
public readonly record struct Money(long AmountMinor, string Currency)
{
    /// <summary>The largest amount accepted, in minor units: 10^15, which a sum of two leaves far inside 64 bits.</summary>
    public const long Max = 1_000_000_000_000_000;

    /// <summary>The amount in major units, exact.</summary>
    public decimal Amount => AmountMinor / Currencies.Factor(Currency);

    /// <summary>Reads an amount in major units, such as <c>129.90</c>, without rounding.</summary>
    /// <returns>Null and a sentence that says what would be right, where the amount is not one of the currency.</returns>
    public static Money? Parse(string text, string currency, out string? problem)
    {
        if (Currencies.Digits(currency) is not { } digits)
        {
            problem = Currencies.Unknown(currency);
            return null;
        }

        if (!Decimals.ArePlain(text))
        {
            problem = $"'{Shorten(text)}' is no amount; send major units with a decimal point and no grouping, such as 1299.90";
            return null;
        }

        if (text[0] == '-' && text.AsSpan().ContainsAnyInRange('1', '9'))
        {
            problem = $"{Shorten(text)} is negative; an amount is zero or more, money given back is an order.refunded";
            return null;
        }

        if (Decimals.Parse(text) is not { } amount || amount > Max / Currencies.Factor(currency))
        {
            problem = string.Create(
                CultureInfo.InvariantCulture,
                $"{Shorten(text)} is beyond the range of 0 to {Max / Currencies.Factor(currency)} {currency}"
            );
            return null;
        }

        if (Decimals.Count(text) > digits)
        {
            problem = $"{Shorten(text)} has more decimals than {currency} has; send at most {digits}";
            return null;
        }

        problem = null;
        return new Money((long)(amount * Currencies.Factor(currency)), currency);
    }

    /// <summary>The amount in major units and the code, such as <c>129.90 EUR</c>.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Amount.ToString("F" + Currencies.Digits(Currency), CultureInfo.InvariantCulture)} {Currency}"
        );

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..(char.IsHighSurrogate(text[39]) ? 39 : 40)] + "…";
}
