using CrmFunctions.Domain.ValueModels.Orders;

namespace CrmFunctions.Domain.Rfm;

/// <summary>Recency, frequency and monetary value of a customer at a day.</summary>
/// <param name="Customer">Who.</param>
/// <param name="RecencyDays">Days since the last order, zero or more.</param>
/// <param name="Frequency">Orders in the window, one or more.</param>
/// <param name="Monetary">Net revenue in the window, in one currency.</param>
public sealed record RfmFacts(string Customer, int RecencyDays, int Frequency, decimal Monetary)
{
    /// <summary>The facts of everyone who has an order in the window, in the order of customers' names.</summary>
    /// <param name="book">All transactions; refunds and cancellations (negative amounts) are netted.</param>
    /// <param name="asOf">The last day that counts.</param>
    /// <param name="windowDays">Only orders of so many days up to <paramref name="asOf"/> count; null for all.</param>
    /// <param name="mergeSameDay">Whether the orders of one day count as one.</param>
    public static List<RfmFacts> All(OrderBook book, DateOnly asOf, int? windowDays = null, bool mergeSameDay = false)
    {
        ArgumentNullException.ThrowIfNull(book);
        var facts = new List<RfmFacts>();
        foreach (var ledger in book.Ledgers)
        {
            var (last, orders, revenue) = (int.MinValue, 0, 0m);
            foreach (var purchase in ledger.PurchasesUntil(asOf))
            {
                if (windowDays is { } days && purchase.Day <= asOf.DayNumber - days)
                    continue;
                last = purchase.Day;
                orders += mergeSameDay ? 1 : purchase.Orders;
                revenue += purchase.Amount;
            }

            if (orders > 0)
                facts.Add(new(ledger.Customer, asOf.DayNumber - last, orders, revenue));
        }

        return facts;
    }
}
