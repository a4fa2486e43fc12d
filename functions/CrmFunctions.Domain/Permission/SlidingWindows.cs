using System.Collections.Immutable;

namespace CrmFunctions.Domain.Permission;

/// <summary>At most so many in any time of a length.</summary>
/// <param name="Count">One or more.</param>
/// <param name="Window">Longer than zero.</param>
public sealed record Rate(int Count, TimeSpan Window)
{
    /// <inheritdoc cref="Rate" path="/param[@name='Count']"/>
    public int Count { get; } =
        Count > 0 ? Count : throw new ArgumentOutOfRangeException(nameof(Count), Count, "A rate allows at least one.");

    /// <inheritdoc cref="Rate" path="/param[@name='Window']"/>
    public TimeSpan Window { get; } =
        Window > TimeSpan.Zero ? Window : throw new ArgumentOutOfRangeException(nameof(Window), Window, "A window has a length.");
}

/// <summary>Something that has its place in the windows.</summary>
/// <param name="At">Its instant. UTC.</param>
/// <param name="Key">Its name: the same is never there twice.</param>
public sealed record WindowEntry(DateTimeOffset At, string Key);

/// <summary>Places in sliding windows: what was taken, and when there is room again.</summary>
/// <param name="All">What was taken, in order.</param>
/// <remarks>
/// Source: Permission/Permission.md, section 4. A window is half open: of what was taken exactly its length ago it is free.
/// </remarks>
public sealed record SlidingWindows(ImmutableArray<WindowEntry> All)
{
    /// <summary>Nothing taken.</summary>
    public static SlidingWindows Empty { get; } = new([]);

    /// <summary>The place of a name; null where it has none.</summary>
    public DateTimeOffset? Of(string key) => All.FirstOrDefault(taken => taken.Key == key)?.At;

    /// <summary>The first instant, not before another, at which one more fits into every rate.</summary>
    public DateTimeOffset Free(IReadOnlyCollection<Rate> rates, DateTimeOffset notBefore)
    {
        // What is taken ahead counts too: a place is given out after the last one that was.
        var at = All is [.., var last] && last.At > notBefore ? last.At : notBefore;
        foreach (var rate in rates)
        {
            if (All.Length >= rate.Count && All[^rate.Count].At + rate.Window is var free && free > at)
                at = free;
        }

        return at;
    }

    /// <summary>Whether one more fits at an instant.</summary>
    public bool HasRoom(IReadOnlyCollection<Rate> rates, DateTimeOffset at) =>
        rates.All(rate => All.Count(taken => taken.At > at - rate.Window) < rate.Count);

    /// <summary>With one more. What is too old for any rate is forgotten; who waits for a place ahead keeps it.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="at">Its instant, now or ahead.</param>
    /// <param name="now">The instant at which it is taken.</param>
    /// <param name="rates">What it is kept for.</param>
    public SlidingWindows Take(string key, DateTimeOffset at, DateTimeOffset now, IReadOnlyCollection<Rate> rates)
    {
        var longest = rates.Count == 0 ? TimeSpan.Zero : rates.Max(rate => rate.Window);
        return new SlidingWindows([
            .. All.Where(taken => taken.Key != key && taken.At > now - longest).Append(new WindowEntry(at, key)).OrderBy(taken => taken.At),
        ]);
    }

    /// <summary>Without a name: it was not used.</summary>
    public SlidingWindows Release(string key) => new([.. All.Where(taken => taken.Key != key)]);
}
