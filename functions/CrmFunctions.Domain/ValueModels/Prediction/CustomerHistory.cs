using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
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
    int Purchases, int LastAtDays, DateTimeOffset FirstOrderAt, DateTimeOffset LastOrderAt, double LogGaps, double LogGapSquares, double? MeanSpend, double? MeanRepeatSpend)
{
    /// <summary>x: repeat purchases.</summary>
    public int Repeats => Purchases - 1;

    /// <summary>The history of a customer; null where no order counts.</summary>
    /// <param name="facts">The orders that count, net of what was given back.</param>
    /// <param name="currency">ISO 4217 code of the amounts.</param>
    /// <param name="rates">Units of it for one unit of another currency; an amount in a currency without a rate is unknown, not zero.</param>
    public static CustomerHistory? Of(Facts facts, string currency, IReadOnlyDictionary<string, decimal> rates)
    {
        ArgumentNullException.ThrowIfNull(facts);
        if (facts.Orders is not [var first, ..]) return null;
        var day = Day(first.At);
        var (purchases, repeats, logGaps, squares) = (1, 0, 0.0, 0.0);
        var (spent, priced, repeatSpent, repeatPriced) = (0m, 0, 0m, 0);
        var (today, known) = (0m, true);
        foreach (var order in facts.Orders)
        {
            if (Day(order.At) is var next && next != day)
            {
                EndDay();
                var logGap = Math.Log(next - day);
                (purchases, repeats, logGaps, squares) = (purchases + 1, repeats + 1, logGaps + logGap, squares + logGap * logGap);
                (day, today, known) = (next, 0m, true);
            }

            if (Converted(order.Net, currency, rates) is { } amount) today += amount;
            else known = false;
        }

        EndDay();
        return new(
            purchases, day - Day(first.At), first.At, facts.Orders[^1].At, logGaps, squares,
            priced == 0 ? null : (double)(spent / priced), repeatPriced == 0 ? null : (double)(repeatSpent / repeatPriced));

        void EndDay()
        {
            if (!known) return;
            (spent, priced) = (spent + today, priced + 1);
            if (repeats > 0) (repeatSpent, repeatPriced) = (repeatSpent + today, repeatPriced + 1);
        }
    }

    /// <summary>The customer after a silence, as the rules and models take one.</summary>
    /// <param name="silenceDays">Days since the last order, zero or more.</param>
    /// <param name="typicalSpend">Stands in for amounts that are not known.</param>
    public CustomerAt After(double silenceDays, double typicalSpend) => new(
        0, new(Repeats, LastAtDays, LastAtDays + silenceDays, LogGaps), LogGapSquares, Purchases * (MeanSpend ?? typicalSpend),
        Repeats * (MeanRepeatSpend ?? MeanSpend ?? typicalSpend));

    /// <summary>Days of silence at an instant, to the tick; zero before the last order.</summary>
    public double SilenceDays(DateTimeOffset at) => Math.Max(0, (at - LastOrderAt).TotalDays);

    private static int Day(DateTimeOffset at) => (int)(at.UtcTicks / TimeSpan.TicksPerDay);

    private static decimal? Converted(Money money, string currency, IReadOnlyDictionary<string, decimal> rates)
    {
        if (money.Currency == currency) return money.Amount;
        return rates.TryGetValue(money.Currency, out var rate) ? money.Amount * rate : null;
    }
}
