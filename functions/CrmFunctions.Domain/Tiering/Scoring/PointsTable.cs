using System.Collections.Immutable;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering.Measuring;

namespace CrmFunctions.Domain.Tiering.Scoring;

/// <summary>What the values of one dimension earn, in ten-thousandths of a point: integers, so that sums are exact and fast.</summary>
/// <remarks>Source: Tiering/Scorecard.md.</remarks>
internal sealed class PointsTable
{
    /// <summary>Units of a point.</summary>
    public const long One = 10_000;

    private const int Decimals = 4;
    private const decimal LargestFine = 100_000_000;
    private readonly Dimension dimension;
    private readonly ImmutableArray<decimal> cuts;
    private readonly long[] bands;
    private readonly long unknown;
    private readonly long weight;

    // Cuts, or the ends of a linear scale, in ten-thousandths; only where products with them stay within 64 bits.
    private readonly bool fineEnds;
    private readonly long[] fineCuts;

    public PointsTable(Dimension dimension, Calibration calibration)
    {
        this.dimension = dimension;
        Most = Units(dimension.Cap);
        unknown = dimension.WhenUnknown == WhenUnknown.Neutral ? Units(dimension.Cap / 2) : 0;
        cuts = dimension.Rating switch
        {
            Bands given => given.Cuts,
            PercentileBands => calibration.Cuts(dimension),
            _ => [],
        };
        bands =
        [
            .. Enumerable
                .Range(0, cuts.IsEmpty ? 0 : cuts.Length + 1)
                .Select(band => Math.Min(Most, Units(dimension.Weight * band / cuts.Length))),
        ];
        weight = Units(dimension.Weight);
        decimal[] ends = dimension.Rating is LinearScale line ? [line.From, line.To] : [.. cuts];
        fineEnds = ends.Length > 0 && ends.All(end => end <= LargestFine);
        fineCuts = fineEnds ? [.. ends.Select(end => (long)Math.Ceiling(end * One))] : [];
        Days = dimension.Rating switch
        {
            LinearScale scale => DaySteps.Between(scale.From, scale.To),
            LogScale scale => DaySteps.Between(scale.From, scale.To),
            _ => DaySteps.At(cuts),
        };
    }

    /// <summary>What it earns at most.</summary>
    public long Most { get; }

    /// <summary>Bands there are: one more than cuts; 0 where values are on a scale.</summary>
    public int BandCount => bands.Length;

    /// <summary>For values that count days: when they may earn something else.</summary>
    public DaySteps Days { get; }

    /// <summary>Whether the value is on a scale rather than in bands.</summary>
    public bool IsScale => cuts.IsEmpty;

    /// <summary>Where bands or the scale begin and end, from the smallest value to the largest.</summary>
    public (decimal First, decimal Last) Ends =>
        dimension.Rating switch
        {
            LinearScale scale => (scale.From, scale.To),
            LogScale scale => (scale.From, scale.To),
            _ => (cuts[0], cuts[^1]),
        };

    /// <summary>What a reading earns.</summary>
    public long Of(Reading reading) =>
        reading.State switch
        {
            ReadingState.Unknown => unknown,
            ReadingState.Worst => 0,
            _ => Of(reading.Value),
        };

    /// <summary>What a gauge's value earns at an instant.</summary>
    public long Of(Gauge gauge, long now) => gauge.Fine(now) is { } fine ? OfFine(fine) : Of(gauge.At(now));

    /// <summary>What a value earns.</summary>
    public long Of(decimal value) =>
        dimension.Rating switch
        {
            // Division comes last, so that what is exact stays exact and halves are rounded as halves.
            LinearScale scale => Math.Min(Most, Units(dimension.Weight * Reach(value, scale.From, scale.To) / (scale.To - scale.From))),
            LogScale scale => Math.Min(Most, Units(dimension.Weight * LogReach(value, scale))),
            _ => bands[Band(value)],
        };

    /// <summary>The most that a value earning less than so much can earn.</summary>
    public long Below(long limit) => IsScale ? limit - 1 : bands.Where(points => points < limit).Max();

    /// <summary>Cuts reached, counted in the direction that is better; null where values are on a scale.</summary>
    public int? BandOf(Reading reading) =>
        IsScale
            ? null
            : reading.State switch
            {
                // An unknown value of an axis lies in the worst band, or where it is neutral in the middle one.
                ReadingState.Unknown => dimension.WhenUnknown == WhenUnknown.Neutral ? (bands.Length - 1) / 2 : 0,
                ReadingState.Worst => 0,
                _ => Band(reading.Value),
            };

    /// <summary>In ten-thousandths of a point, halves away from zero.</summary>
    public static long Units(decimal points) => (long)(Math.Round(points, Decimals, MidpointRounding.AwayFromZero) * One);

    /// <summary>As points.</summary>
    public static decimal Points(long units) => units / (decimal)One;

    // The same as of the decimal, in whole numbers: most values of most customers are, and there are many.
    private long OfFine(long fine)
    {
        if (!fineEnds)
            return Of(Reading.OfFine(fine).Value);
        if (dimension.Rating is LinearScale)
        {
            var inside = Math.Clamp(fine, fineCuts[0], fineCuts[1]);
            var (reach, whole) = (dimension.LowerIsBetter ? fineCuts[1] - inside : inside - fineCuts[0], fineCuts[1] - fineCuts[0]);
            return Math.Min(Most, ((2 * weight * reach) + whole) / (2 * whole));
        }

        var reached = 0;
        while (reached < fineCuts.Length && fine >= fineCuts[reached])
            reached++;
        return bands[dimension.LowerIsBetter ? fineCuts.Length - reached : reached];
    }

    private int Band(decimal value)
    {
        var reached = 0;
        while (reached < cuts.Length && value >= cuts[reached])
            reached++;
        return dimension.LowerIsBetter ? cuts.Length - reached : reached;
    }

    private decimal Reach(decimal value, decimal from, decimal to)
    {
        var inside = Math.Clamp(value, from, to);
        return dimension.LowerIsBetter ? to - inside : inside - from;
    }

    private decimal LogReach(decimal value, LogScale scale)
    {
        var share = (decimal)(
            Math.Log((double)(Math.Clamp(value, scale.From, scale.To) / scale.From)) / Math.Log((double)(scale.To / scale.From))
        );
        return dimension.LowerIsBetter ? 1 - share : share;
    }
}
