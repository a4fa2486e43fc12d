using System.Collections.Immutable;
using CrmFunctions.Domain.Customers;

namespace CrmFunctions.Domain.Tiering.Measuring;

/// <summary>The tags that people and sources put on a customer, while time goes forward.</summary>
internal sealed class TagTrack(ImmutableArray<TagMark> marks)
{
    private SortedDictionary<string, long>? on;
    private int entered;

    /// <summary>The next instant at which one comes or goes.</summary>
    public long Next { get; private set; } = marks.IsEmpty ? Gauge.Never : long.MinValue;

    /// <summary>The tags that are on, in ordinal order.</summary>
    public IEnumerable<string> On => on?.Keys ?? Enumerable.Empty<string>();

    /// <summary>Whether any is.</summary>
    public bool Any => on is { Count: > 0 };

    public bool Has(string tag) => on?.ContainsKey(tag) ?? false;

    public void Move(long now)
    {
        on ??= new(StringComparer.Ordinal);
        for (; entered < marks.Length && marks[entered].At.UtcTicks <= now; entered++)
        {
            if (marks[entered].On)
                on[marks[entered].Tag] = marks[entered].Until?.UtcTicks ?? Gauge.Never;
            else
                on.Remove(marks[entered].Tag);
        }

        foreach (var tag in on.Where(tag => tag.Value <= now).Select(tag => tag.Key).ToList())
            on.Remove(tag);
        Next = Math.Min(entered < marks.Length ? marks[entered].At.UtcTicks : Gauge.Never, on.Count == 0 ? Gauge.Never : on.Values.Min());
    }
}
