using System.Runtime.InteropServices;

namespace CrmFunctions.Domain.ValueModels.Purchases;

/// <summary>
/// A base of customers as its sufficient statistics: each distinct (x, t_x, T) once, with the number of customers who share it.
/// </summary>
/// <remarks>
/// The likelihoods depend on nothing else, so the fit is the same as on the single rows, and its memory grows with the distinct rows.
/// Rows are in ascending order of x, T, t_x: the order of the customers does not show in any result.
/// </remarks>
public sealed class GroupedHistories
{
    private GroupedHistories(KeyValuePair<PurchaseHistory, double>[] rows, long customers, double logGaps)
    {
        Array.Sort(rows, static (p, q) => Compare(p.Key, q.Key));
        Rows = rows;
        Customers = customers;
        LogGaps = logGaps;
        MeanAge = rows.Sum(row => row.Value * row.Key.Age) / customers;
        RepeatPurchases = (long)rows.Sum(row => row.Value * row.Key.Repeats);
        (Ages, AgeIndex) = Distinct(rows, static h => h.Age);
        (LastTimes, LastIndex) = Distinct(rows, static h => h.LastAt);
        (var repeats, RepeatIndex) = Distinct(rows, static h => h.Repeats);
        Repeats = [.. repeats.Select(x => (int)x)];
    }

    /// <summary>How many customers.</summary>
    public long Customers { get; }

    /// <summary>How many distinct histories.</summary>
    public int DistinctRows => Rows.Length;

    /// <summary>Repeat purchases of all customers together.</summary>
    public long RepeatPurchases { get; }

    /// <summary>Mean T.</summary>
    public double MeanAge { get; }

    /// <summary>Σ ln(gap) over all customers.</summary>
    public double LogGaps { get; }

    // Each distinct value once, so that logarithms of (α + T), (α + t_x) and of Γ(r + x) are taken once for each.
    internal KeyValuePair<PurchaseHistory, double>[] Rows { get; }

    internal double[] Ages { get; }

    internal int[] AgeIndex { get; }

    internal double[] LastTimes { get; }

    internal int[] LastIndex { get; }

    internal int[] Repeats { get; }

    internal int[] RepeatIndex { get; }

    /// <summary>Groups a base in one pass.</summary>
    /// <exception cref="ArgumentException">The base is empty.</exception>
    public static GroupedHistories From(IEnumerable<PurchaseHistory> histories)
    {
        ArgumentNullException.ThrowIfNull(histories);
        var counts = new Dictionary<PurchaseHistory, double>(Same.Instance);
        var (customers, logGaps) = (0L, 0.0);
        foreach (var history in histories)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, history, out _)++;
            customers++;
            logGaps += history.LogGaps;
        }

        return customers == 0
            ? throw new ArgumentException("A base has at least one customer.", nameof(histories))
            : new([.. counts], customers, logGaps);
    }

    /// <summary>A base grouped before.</summary>
    /// <param name="groups">Histories with the number of customers who share each; equal ones are added up.</param>
    /// <param name="logGaps">Σ ln(gap) over all customers.</param>
    /// <exception cref="ArgumentException">The base is empty.</exception>
    public static GroupedHistories From(IEnumerable<(PurchaseHistory History, long Customers)> groups, double logGaps)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var counts = new Dictionary<PurchaseHistory, double>(Same.Instance);
        var all = 0L;
        foreach (var (history, customers) in groups)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, history, out _) += customers;
            all += customers;
        }

        return all == 0 ? throw new ArgumentException("A base has at least one customer.", nameof(groups)) : new([.. counts], all, logGaps);
    }

    /// <summary>A prediction for every distinct history, each computed once however many customers share it.</summary>
    /// <returns>Look up with the history of a customer.</returns>
    public IReadOnlyDictionary<PurchaseHistory, double> Predict(Func<PurchaseHistory, double> predict)
    {
        ArgumentNullException.ThrowIfNull(predict);
        var predictions = new Dictionary<PurchaseHistory, double>(Rows.Length, Same.Instance);
        foreach (var (history, _) in Rows)
            predictions[history] = predict(history);
        return predictions;
    }

    private static (double[] Values, int[] Index) Distinct(
        KeyValuePair<PurchaseHistory, double>[] rows,
        Func<PurchaseHistory, double> value
    )
    {
        var seen = new Dictionary<double, int>();
        var index = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(seen, value(rows[i].Key), out var known);
            if (!known)
                place = seen.Count - 1;
            index[i] = place;
        }

        return ([.. seen.Keys], index);
    }

    private static int Compare(PurchaseHistory p, PurchaseHistory q)
    {
        var order = p.Repeats.CompareTo(q.Repeats);
        if (order == 0)
            order = p.Age.CompareTo(q.Age);
        return order == 0 ? p.LastAt.CompareTo(q.LastAt) : order;
    }

    private sealed class Same : IEqualityComparer<PurchaseHistory>
    {
        public static readonly Same Instance = new();

        public bool Equals(PurchaseHistory p, PurchaseHistory q) => p.Repeats == q.Repeats && p.LastAt == q.LastAt && p.Age == q.Age;

        public int GetHashCode(PurchaseHistory h)
        {
            unchecked
            {
                var mixed =
                    ((ulong)BitConverter.DoubleToInt64Bits(h.LastAt) * 0x9E3779B97F4A7C15UL)
                    ^ ((ulong)BitConverter.DoubleToInt64Bits(h.Age) * 0xC2B2AE3D27D4EB4FUL)
                    ^ ((uint)h.Repeats * 0x165667B19E3779F9UL);
                return (int)(mixed >> 32) ^ (int)(mixed >> 11);
            }
        }
    }
}
