using System.Numerics;
using System.Runtime.InteropServices;
using CrmFunctions.Domain.ValueModels.Purchases;

namespace CrmFunctions.Domain.Calibrating;

/// <summary>
/// Purchase histories for the fits, grouped: each different (x, t_x, T) once, in whole days. All customers count while the groups are few;
/// beyond, those picked by hash as in
/// <see cref="CustomerSample{T}"/>, which is still more customers than any parameter needs.
/// </summary>
/// <param name="mostGroups">How many groups are kept.</param>
internal sealed class HistoryGroups(int mostGroups)
{
    // Logarithms of gaps are added as whole numbers: sums of doubles would depend on the order.
    private const double Fraction = 1L << 32;

    private Dictionary<(PurchaseHistory History, byte Level), (long Customers, long LogGaps)> groups = [];
    private int level;

    /// <summary>Customers that count.</summary>
    public long Customers => groups.Values.Sum(group => group.Customers);

    public void Add(ulong hash, PurchaseHistory history)
    {
        var own = (byte)BitOperations.LeadingZeroCount(hash);
        if (own < level)
            return;
        ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(
            groups,
            (new(history.Repeats, history.LastAt, history.Age), own),
            out _
        );
        group = (group.Customers + 1, group.LogGaps + (long)Math.Round(history.LogGaps * Fraction));
        while (groups.Count > mostGroups)
        {
            level++;
            groups = groups.Where(pair => pair.Key.Level >= level).ToDictionary();
        }
    }

    /// <summary>The groups, for the fits; null where there is no customer.</summary>
    public GroupedHistories? Grouped() =>
        groups.Count == 0
            ? null
            : GroupedHistories.From(
                groups.Select(pair => (pair.Key.History, pair.Value.Customers)),
                groups.Values.Sum(group => group.LogGaps) / Fraction
            );
}
