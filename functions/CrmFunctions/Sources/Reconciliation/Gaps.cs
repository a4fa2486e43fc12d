namespace CrmFunctions.Sources.Reconciliation;

/// <summary>An event that a source has.</summary>
/// <param name="Item">The source's id of what it is about, such as an order.</param>
/// <param name="At">When it happened. UTC.</param>
/// <param name="IsMissing">Whether no webhook had told us of it.</param>
public readonly record struct SeenEvent(string Item, DateTimeOffset At, bool IsMissing);

/// <summary>Events in a row, by time, of which no webhook had told us.</summary>
/// <param name="From">When the first one happened. UTC.</param>
/// <param name="To">When the last one happened. UTC.</param>
/// <param name="Items">The source's ids of what they are about, each once, in the order of time.</param>
/// <param name="Events">How many they are.</param>
public sealed record Gap(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<string> Items, int Events)
{
    /// <summary>The most ids of one gap: they are kept in one column. A longer gap is kept in several parts.</summary>
    public const int MostItems = 1000;

    /// <summary>The gaps among events.</summary>
    /// <param name="events">In any order; an event seen twice counts once.</param>
    /// <remarks>An event that we know ends a gap: from its time on the webhooks came.</remarks>
    public static IEnumerable<Gap> Among(IEnumerable<SeenEvent> events)
    {
        var items = new List<string>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        var (count, from, to) = (0, DateTimeOffset.MinValue, DateTimeOffset.MinValue);
        foreach (var seen in events.OrderBy(seen => seen.At).ThenBy(seen => seen.Item, StringComparer.Ordinal))
        {
            var isNew = seen.IsMissing && !known.Contains(seen.Item);
            if (count > 0 && (!seen.IsMissing || (isNew && items.Count == MostItems)))
            {
                yield return new Gap(from, to, [.. items], count);
                items.Clear();
                known.Clear();
                count = 0;
            }

            if (!seen.IsMissing)
                continue;
            if (count++ == 0)
                from = seen.At;
            to = seen.At;
            if (known.Add(seen.Item))
                items.Add(seen.Item);
        }

        if (count > 0)
            yield return new Gap(from, to, [.. items], count);
    }
}
