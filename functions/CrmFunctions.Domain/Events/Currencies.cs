using System.Collections.Frozen;

namespace CrmFunctions.Domain.Events;

/// <summary>The currencies of ISO 4217 in circulation, and the decimals each has.</summary>
/// <remarks>Source: ISO 4217 list one, with amendment 176 of 2025; funds and metals (X codes) are left out.</remarks>
public static class Currencies
{
    private const string Two =
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK "
        + "DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK "
        + "LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON "
        + "RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST "
        + "XCD XCG YER ZAR ZMW ZWG";

    private const string Zero = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";

    private const string Three = "BHD IQD JOD KWD LYD OMR TND";

    private static readonly FrozenDictionary<string, int> digits = Two.Split(' ')
        .Select(code => (code, 2))
        .Concat(Zero.Split(' ').Select(code => (code, 0)))
        .Concat(Three.Split(' ').Select(code => (code, 3)))
        .ToFrozenDictionary(pair => pair.code, pair => pair.Item2);

    /// <summary>Decimals of the currency's major unit: 0, 2 or 3; null for a code that is not in the list (codes are upper case).</summary>
    public static int? Digits(string currency) => digits.TryGetValue(currency, out var found) ? found : null;

    /// <summary>Minor units in one major unit: 1, 100 or 1000.</summary>
    /// <exception cref="ArgumentException">The code is unknown.</exception>
    public static decimal Factor(string currency) =>
        Digits(currency) switch
        {
            0 => 1m,
            2 => 100m,
            3 => 1000m,
            _ => throw new ArgumentException($"'{currency}' is no ISO 4217 currency code.", nameof(currency)),
        };

    internal static string Unknown(string currency) =>
        $"'{(currency.Length <= 3 ? currency : currency[..3] + "…")}' is no ISO 4217 currency code; send one such as CNY, EUR or USD";
}
