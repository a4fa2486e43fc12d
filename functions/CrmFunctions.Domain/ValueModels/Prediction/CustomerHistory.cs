using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.ValueModels.Churn;

namespace CrmFunctions.Domain.ValueModels.Prediction;

/// <summary>What the value models need to know of one customer who has bought.</summary>
/// <param name="Purchases">Purchases, one or more; the orders of one UTC day are one.</param>
/// <param name="LastAtDays">t_x: whole days from the day of the first order to that of the last.</param>
/// <param name="FirstOrderAt">The first order. UTC.</param>
/// <param name="LastOrderAt">The last order: silence is counted from it, to the second. UTC.</param>
/// <param name="LogGaps">Σ ln(days between purchases).</param>
/// <param name="LogGapSquares">Σ ln(days between purchases)².</param>
/// <param name="MeanSpend">Mean net amount of a purchase; null where no amount is known in the currency.</param>
/// <param name="MeanRepeatSpend">The same without the first purchase; null where nothing is known of others.</param>
public readonly record struct CustomerHistory(
    int Purchases,
    int LastAtDays,
    DateTimeOffset FirstOrderAt,
    DateTimeOffset LastOrderAt,
    double LogGaps,
    double LogGapSquares,
    double? MeanSpend,
    double? MeanRepeatSpend
)
{
    /// <summary>x: repeat purchases.</summary>
    public int Repeats => Purchases - 1;

    /// <summary>The history of a customer; null where no order counts.</summary>
    /// <param name="facts">The orders that count, net of what was given back.</param>
    /// <param name="currency">ISO 4217 code of the amounts.</param>
    /// <param name="rates">
    /// Units of it for one unit of another currency; an amount in a currency without a rate is unknown, not zero.
    /// </param>
    public static CustomerHistory? Of(Facts facts, string currency, IReadOnlyDictionary<string, decimal> rates)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var sum = new CustomerHistorySum(currency, rates);
        foreach (var order in facts.Orders)
            sum.Add(order.At, order.Net);
        return sum.History;
    }

    /// <summary>The customer after a silence, as the rules and models take one.</summary>
    /// <param name="silenceDays">Days since the last order, zero or more.</param>
    /// <param name="typicalSpend">Stands in for amounts that are not known.</param>
    public CustomerAt After(double silenceDays, double typicalSpend) =>
        new(
            0,
            new(Repeats, LastAtDays, LastAtDays + silenceDays, LogGaps),
            LogGapSquares,
            Purchases * (MeanSpend ?? typicalSpend),
            Repeats * (MeanRepeatSpend ?? MeanSpend ?? typicalSpend)
        );

    /// <summary>Days of silence at an instant, to the tick; zero before the last order.</summary>
    public double SilenceDays(DateTimeOffset at) => Math.Max(0, (at - LastOrderAt).TotalDays);
}
