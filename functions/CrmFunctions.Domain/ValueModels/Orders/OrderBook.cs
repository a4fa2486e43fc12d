using System.Runtime.InteropServices;

namespace CrmFunctions.Domain.ValueModels.Orders;

/// <summary>One row of a shop's ledger: an order, or with a negative amount its refund or cancellation.</summary>
/// <param name="Customer">Who.</param>
/// <param name="Day">When; the models look at days.</param>
/// <param name="Amount">How much, in one currency; null where amounts are not known: every row is then a purchase.</param>
public readonly record struct Transaction(string Customer, DateOnly Day, decimal? Amount);

/// <summary>What a customer bought on one day.</summary>
/// <param name="Day">Day number (<see cref="DateOnly.DayNumber"/>).</param>
/// <param name="Amount">Net of refunds and cancellations known by then; zero where amounts are not known.</param>
/// <param name="Orders">How many orders fell on the day.</param>
public readonly record struct Purchase(int Day, decimal Amount, int Orders);

/// <summary>A customer's ledger, and what stands of it at a day.</summary>
public sealed class CustomerLedger
{
    private readonly List<(int Day, decimal? Amount)> entries = [];
    private bool sorted = true;

    internal CustomerLedger(string customer) => Customer = customer;

    /// <summary>Who.</summary>
    public string Customer { get; }

    /// <summary>Purchases that stand at the end of a day, in the order of days; those of the same day are one.</summary>
    /// <remarks>
    /// A refund cancels an order of exactly its amount, of the same day or else the latest; failing that it is taken from the same day,
    /// then from the latest purchases backwards. A purchase of which nothing is left did not happen; what is refunded beyond the known
    /// purchases is left out. Nothing after <paramref name="asOf"/> counts, refunds included, so a backtest does not look ahead.
    /// </remarks>
    public List<Purchase> PurchasesUntil(DateOnly asOf)
    {
        if (!sorted)
        {
            // Stable in amount, so that the order of rows within a day does not matter.
            entries.Sort(static (p, q) => p.Day != q.Day ? p.Day.CompareTo(q.Day) : Nullable.Compare(q.Amount, p.Amount));
            sorted = true;
        }

        var purchases = new List<Purchase>();
        var (orders, refunds) = (new List<decimal>(), new List<decimal>());
        for (var i = 0; i < entries.Count && entries[i].Day <= asOf.DayNumber; )
        {
            var day = entries[i].Day;
            orders.Clear();
            refunds.Clear();
            for (; i < entries.Count && entries[i].Day == day; i++)
            {
                if (entries[i].Amount is { } amount and < 0)
                    refunds.Add(-amount);
                else
                    orders.Add(entries[i].Amount ?? 0);
            }

            // What is left are refunds in part, or of more than one order.
            refunds.RemoveAll(refund => orders.Remove(refund) || RemoveLast(purchases, refund));
            var (bought, refunded) = (orders.Sum(), refunds.Sum());
            var sameDay = Math.Min(bought, refunded);
            TakeBack(purchases, refunded - sameDay);
            if (orders.Count > 0 && (sameDay == 0 || bought > sameDay))
                purchases.Add(new(day, bought - sameDay, orders.Count));
        }

        return purchases;
    }

    internal void Add(int day, decimal? amount)
    {
        sorted = false;
        entries.Add((day, amount));
    }

    private static bool RemoveLast(List<Purchase> purchases, decimal amount)
    {
        var place = purchases.FindLastIndex(purchase => purchase.Amount == amount);
        if (place >= 0)
            purchases.RemoveAt(place);
        return place >= 0;
    }

    private static void TakeBack(List<Purchase> purchases, decimal left)
    {
        for (var j = purchases.Count - 1; j >= 0 && left > 0; j--)
        {
            var taken = Math.Min(left, purchases[j].Amount);
            left -= taken;
            if (taken > 0 && taken == purchases[j].Amount)
                purchases.RemoveAt(j);
            else
                purchases[j] = purchases[j] with { Amount = purchases[j].Amount - taken };
        }
    }
}

/// <summary>The ledgers of a base.</summary>
public sealed class OrderBook
{
    private readonly Dictionary<string, CustomerLedger> ledgers = new(StringComparer.Ordinal);

    /// <summary>All ledgers, in the order of customers' names: the order of rows never shows.</summary>
    public IReadOnlyList<CustomerLedger> Ledgers => [.. ledgers.Values.OrderBy(ledger => ledger.Customer, StringComparer.Ordinal)];

    /// <summary>Whether any row had an amount.</summary>
    public bool HasAmounts { get; private set; }

    /// <summary>The first day of the book; the last possible day where it is empty.</summary>
    public DateOnly First { get; private set; } = DateOnly.MaxValue;

    /// <summary>The last day of the book.</summary>
    public DateOnly Last { get; private set; } = DateOnly.MinValue;

    /// <summary>Rows added.</summary>
    public long Rows { get; private set; }

    /// <summary>Reads a book.</summary>
    public static OrderBook From(IEnumerable<Transaction> transactions)
    {
        ArgumentNullException.ThrowIfNull(transactions);
        var book = new OrderBook();
        foreach (var transaction in transactions)
            book.Add(transaction);
        return book;
    }

    /// <summary>Adds a row; rows may come in any order.</summary>
    public void Add(Transaction transaction)
    {
        ref var ledger = ref CollectionsMarshal.GetValueRefOrAddDefault(ledgers, transaction.Customer, out var known);
        if (!known)
            ledger = new(transaction.Customer);
        ledger!.Add(transaction.Day.DayNumber, transaction.Amount);
        HasAmounts |= transaction.Amount is not null;
        if (transaction.Day < First)
            First = transaction.Day;
        if (transaction.Day > Last)
            Last = transaction.Day;
        Rows++;
    }
}
