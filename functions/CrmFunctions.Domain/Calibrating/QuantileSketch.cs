using System.Collections.Immutable;
using System.Numerics;
using CrmFunctions.Domain.Tiering;

namespace CrmFunctions.Domain.Calibrating;

/// <summary>
/// The distribution of one number over a base of any size, in bounded memory: how often each value came. Exact while there are few
/// different values; beyond, values are rounded towards zero to fewer and fewer binary digits.
/// </summary>
/// <remarks>
/// The digits kept depend on the set of values alone, so neither the order in which they come nor how they are split over several sketches
/// shows in any result. Counts are exact at every value reported; a value reported is at most <see cref="Resolution"/> of itself nearer to
/// zero than the true one. Source: Calibrating/Calibrating.md, section 2.
/// </remarks>
public sealed class QuantileSketch
{
    /// <summary>
    /// Different values kept. With 65,536 no value that a measure can have is reported with an error of more than one in 512.
    /// </summary>
    public const int MostValues = 65_536;

    // Values are whole numbers of ten-thousandths, as fine as any measure.
    private const decimal Unit = 10_000m;
    private const int FullDigits = 64;

    private Dictionary<long, long> counts = [];
    private int digits = FullDigits;

    /// <summary>Values added.</summary>
    public long Count { get; private set; }

    /// <summary>The largest relative error of a value reported; 0: all are exact.</summary>
    public double Resolution => digits == FullDigits ? 0 : Math.Pow(2, 1 - digits);

    /// <summary>
    /// Adds a value; what is finer than ten-thousandths is rounded, halves away from zero, and beyond 9 × 10^14 there is no more to tell
    /// apart.
    /// </summary>
    public void Add(decimal value)
    {
        const decimal Largest = long.MaxValue / 10_000;
        AddScaled((long)Math.Round(Math.Clamp(value, -Largest, Largest) * Unit, MidpointRounding.AwayFromZero), 1);
    }

    /// <summary>Adds all values of another sketch.</summary>
    public void Add(QuantileSketch other)
    {
        ArgumentNullException.ThrowIfNull(other);
        while (digits > other.digits)
            Coarsen();
        foreach (var (value, count) in other.counts)
            AddScaled(value, count);
    }

    /// <summary>The values at the percentiles 0 to 100, of type 7; empty where nothing was added.</summary>
    public ImmutableArray<decimal> Percentiles()
    {
        if (Count == 0)
            return [];
        var values = counts.OrderBy(pair => pair.Key).ToArray();
        var percentiles = ImmutableArray.CreateBuilder<decimal>(Calibration.Points);
        var (at, before) = (0, 0L);
        for (var percentile = 0; percentile < Calibration.Points; percentile++)
        {
            // In hundredths of a place among the sorted values: exact for any count.
            var (place, rest) = Math.DivRem((Count - 1) * percentile, 100);
            while (before + values[at].Value <= place)
                before += values[at++].Value;
            var low = values[at].Key / Unit;
            var high = rest == 0 || before + values[at].Value > place + 1 ? low : values[at + 1].Key / Unit;
            percentiles.Add(low + (high - low) * rest / 100);
        }

        return percentiles.MoveToImmutable();
    }

    private void AddScaled(long value, long count)
    {
        var rounded = Rounded(value, digits);
        counts[rounded] = counts.GetValueOrDefault(rounded) + count;
        Count += count;
        while (counts.Count > MostValues)
            Coarsen();
    }

    private void Coarsen()
    {
        digits--;
        var coarser = new Dictionary<long, long>(counts.Count);
        foreach (var (value, count) in counts)
        {
            var rounded = Rounded(value, digits);
            coarser[rounded] = coarser.GetValueOrDefault(rounded) + count;
        }

        counts = coarser;
    }

    // Rounding to fewer digits after more gives what fewer at once would: so the order does not matter.
    private static long Rounded(long value, int digits)
    {
        var excess = 64 - BitOperations.LeadingZeroCount((ulong)Math.Abs(value)) - digits;
        return excess <= 0 ? value : Math.Sign(value) * ((Math.Abs(value) >> excess) << excess);
    }
}
