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
    /// A refund is taken from the same day first, then from the latest purchase of exactly its amount, then from the latest purchases backwards. A purchase of which nothing is left
    /// did not happen; what is refunded beyond the known purchases is left out. Nothing after <paramref name="asOf"/> counts, refunds included, so a backtest does not look ahead.
    /// </remarks>
    public List<Purchase> PurchasesUntil(DateOnly asOf)
    {
        if (!sorted)
        {
            // Stable in amount, so that the order of rows within a day does not matter.
            entries.Sort(static (p, q) => p.Day != q.Day ? p.Day.CompareTo(q.Day) : Nullable.Compare(q.Amount, p.Amount));
            sorted = true;
        }

        var (purchases, ordersOfDay) = (new List<Purchase>(), new List<decimal>());
        for (var i = 0; i < entries.Count && entries[i].Day <= asOf.DayNumber;)
        {
            var day = entries[i].Day;
            var (bought, refunds, orders) = (0m, 0m, 0);
            var first = i;
            ordersOfDay.Clear();
            for (; i < entries.Count && entries[i].Day == day; i++)
            {
                if (entries[i].Amount is < 0)
                {
                    // The day's orders come first: one of exactly this amount was cancelled.
                    refunds -= entries[i].Amount!.Value;
                    var same = ordersOfDay.FindIndex(amount => amount == -entries[i].Amount!.Value);
                    if (same >= 0) ordersOfDay.RemoveAt(same);
                    if (same >= 0 && orders > 1) orders--;
                    continue;
                }

                ordersOfDay.Add(entries[i].Amount ?? 0);

                bought += entries[i].Amount ?? 0;
                orders++;
            }

            if (orders > 0 && (refunds == 0 || bought > refunds)) purchases.Add(new(day, bought - refunds, orders));
            else if (refunds > bought) Refund(purchases, first, i, bought);
        }

        return purchases;
    }

    internal void Add(int day, decimal? amount)
    {
        sorted = false;
        entries.Add((day, amount));
    }

    // The refunds of a day, less what was bought on it, each from the purchase it most likely belongs to.
    private void Refund(List<Purchase> purchases, int first, int end, decimal boughtSameDay)
    {
        for (var i = first; i < end; i++)
        {
            if (entries[i].Amount is not < 0) continue;
            var left = -entries[i].Amount!.Value;
            var sameDay = Math.Min(left, boughtSameDay);
            boughtSameDay -= sameDay;
            left -= sameDay;
            var same = purchases.FindLastIndex(purchase => purchase.Amount == left);
            if (left > 0 && same >= 0)
            {
                purchases.RemoveAt(same);
                continue;
            }

            for (var j = purchases.Count - 1; j >= 0 && left > 0; j--)
            {
                var taken = Math.Min(left, purchases[j].Amount);
                left -= taken;
                if (taken == purchases[j].Amount && taken > 0) purchases.RemoveAt(j);
                else if (taken > 0) purchases[j] = purchases[j] with { Amount = purchases[j].Amount - taken };
            }
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
        foreach (var transaction in transactions) book.Add(transaction);
        return book;
    }

    /// <summary>Adds a row; rows may come in any order.</summary>
    public void Add(Transaction transaction)
    {
        ref var ledger = ref CollectionsMarshal.GetValueRefOrAddDefault(ledgers, transaction.Customer, out var known);
        if (!known) ledger = new(transaction.Customer);
        ledger!.Add(transaction.Day.DayNumber, transaction.Amount);
        HasAmounts |= transaction.Amount is not null;
        if (transaction.Day < First) First = transaction.Day;
        if (transaction.Day > Last) Last = transaction.Day;
        Rows++;
    }
}
