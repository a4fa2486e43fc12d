using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Domain.Customers;

/// <summary>Sets of handles that grow together, but never so that two that are apart come into one.</summary>
internal sealed class DisjointSets(IEnumerable<Ruling> apart)
{
    private readonly Dictionary<Handle, HashSet<Handle>> sets = [];
    private readonly List<Ruling> apart = [.. apart];

    /// <summary>All sets, each once.</summary>
    public IEnumerable<IReadOnlyCollection<Handle>> All => sets.Values.Distinct();

    public HashSet<Handle> Add(Handle handle)
    {
        if (!sets.TryGetValue(handle, out var set))
            sets[handle] = set = [handle];
        return set;
    }

    public void Join(Handle one, Handle other)
    {
        var (left, right) = (Add(one), Add(other));
        if (ReferenceEquals(left, right) || apart.Any(ruling => AreParted(ruling, left, right) || AreParted(ruling, right, left)))
            return;
        var (large, small) = left.Count < right.Count ? (right, left) : (left, right);
        large.UnionWith(small);
        foreach (var handle in small)
            sets[handle] = large;
    }

    /// <summary>Joins two sets, unless something that is known is in both.</summary>
    public void JoinUnless(Func<Handle, bool> isKnown, Handle one, Handle other)
    {
        if (!Add(one).Any(isKnown) || !Add(other).Any(isKnown))
            Join(one, other);
    }

    private static bool AreParted(Ruling ruling, HashSet<Handle> left, HashSet<Handle> right) =>
        left.Contains(ruling.One) && right.Contains(ruling.Other);
}
