using System.Collections.Immutable;

namespace CrmFunctions.Domain.Tiering.Measuring;

/// <summary>The numbers of whole days at which a value counted in days may make a difference.</summary>
/// <param name="Days">Ascending.</param>
/// <param name="From">Every day from here on, up to <paramref name="To"/>, makes one too. Above <paramref name="To"/>: none does.</param>
/// <param name="To">See <paramref name="From"/>.</param>
internal sealed record DaySteps(ImmutableArray<long> Days, long From, long To)
{
    /// <summary>What lies further ahead, or reaches further back, is never: a hundred years.</summary>
    public const int Longest = 36500;

    public static DaySteps None { get; } = new([], 1, 0);

    /// <summary>Cuts: a number of days reaches one with the first whole day at or above it.</summary>
    public static DaySteps At(IEnumerable<decimal> cuts) =>
        new([.. cuts.Where(cut => cut is > 0 and < Longest).Select(cut => (long)Math.Ceiling(cut)).Distinct().Order()], 1, 0);

    /// <summary>A scale: every day of it.</summary>
    public static DaySteps Between(decimal from, decimal to) =>
        new([], (long)Math.Floor(Math.Min(from, Longest)), (long)Math.Ceiling(Math.Min(to, Longest)));

    /// <summary>The first instant after another at which the days since a beginning make a difference.</summary>
    public long After(long beginning, long now)
    {
        var passed = (now - beginning) / TimeSpan.TicksPerDay;
        if (From <= To)
        {
            var day = Math.Max(passed + 1, From);
            return day > To ? Gauge.Never : beginning + (day * TimeSpan.TicksPerDay);
        }

        foreach (var day in Days)
        {
            if (day > passed)
                return beginning + (day * TimeSpan.TicksPerDay);
        }

        return Gauge.Never;
    }
}
