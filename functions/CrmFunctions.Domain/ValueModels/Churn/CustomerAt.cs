using CrmFunctions.Domain.ValueModels.Orders;
using CrmFunctions.Domain.ValueModels.Purchases;

namespace CrmFunctions.Domain.ValueModels.Churn;

/// <summary>What is known of a customer at the end of a day, all in days.</summary>
/// <param name="Index">Place of the customer in the book.</param>
/// <param name="History">x, t_x, T in days.</param>
/// <param name="LogGapSquares">Σ ln(days between purchases)²; the sum of ln itself is in the history.</param>
/// <param name="Revenue">Net revenue of all purchases.</param>
/// <param name="RepeatRevenue">Net revenue of the purchases after the first.</param>
public readonly record struct CustomerAt(int Index, PurchaseHistory History, double LogGapSquares, double Revenue, double RepeatRevenue)
{
    /// <summary>Purchases, the first included.</summary>
    public int Purchases => History.Repeats + 1;

    /// <summary>Mean of ln(days between purchases); zero without a repeat purchase.</summary>
    public double MeanLogGap => History.Repeats == 0 ? 0 : History.LogGaps / History.Repeats;

    /// <summary>The same customer after so many days of silence, zero or more.</summary>
    public CustomerAt After(double days) =>
        this with
        {
            History = new(History.Repeats, History.LastAt, History.LastAt + days, History.LogGaps),
        };

    /// <summary>Every customer who has bought by the day.</summary>
    public static List<CustomerAt> All(IReadOnlyList<CustomerLedger> ledgers, DateOnly asOf)
    {
        ArgumentNullException.ThrowIfNull(ledgers);
        var all = new List<CustomerAt>(ledgers.Count);
        for (var i = 0; i < ledgers.Count; i++)
        {
            var purchases = ledgers[i].PurchasesUntil(asOf);
            if (purchases.Count == 0)
                continue;
            var (logGaps, squares, revenue) = (0.0, 0.0, 0m);
            for (var j = 0; j < purchases.Count; j++)
            {
                revenue += purchases[j].Amount;
                if (j == 0)
                    continue;
                var logGap = Math.Log(purchases[j].Day - purchases[j - 1].Day);
                logGaps += logGap;
                squares += logGap * logGap;
            }

            var repeats = purchases.Count - 1;
            var history = new PurchaseHistory(repeats, purchases[^1].Day - purchases[0].Day, asOf.DayNumber - purchases[0].Day, logGaps);
            all.Add(new(i, history, squares, (double)revenue, (double)(revenue - purchases[0].Amount)));
        }

        return all;
    }
}
