using System.Runtime.CompilerServices;
using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Tiering.Scoring;

/// <summary>A standard with the calibration it uses, made ready to measure many customers.</summary>
internal sealed class CalibratedStandard
{
    private static readonly ConditionalWeakTable<Standard, ConditionalWeakTable<Calibration, CalibratedStandard>> made = [];
    private readonly long[] from;

    private CalibratedStandard(Standard standard, Calibration calibration)
    {
        (Standard, Calibration) = (standard, calibration);
        Tables = [.. standard.Dimensions.Select(dimension => new PointsTable(dimension, calibration))];
        from = [.. standard.Tiers.Select(tier => PointsTable.Units(tier.From))];
        Margin = PointsTable.Units(standard.Stability.DemoteMargin);
        Fades = [.. standard.Dimensions.Select(dimension => dimension.Measure.Fades())];
        Fading = Tables.Where((_, i) => Fades[i]).Sum(table => table.Most);
        ByScore = standard is { Kind: StandardKind.Ladder, Matrix: null };
    }

    public Standard Standard { get; }

    public Calibration Calibration { get; }

    /// <summary>One for each dimension, in the standard's order.</summary>
    public PointsTable[] Tables { get; }

    /// <summary>For each dimension, whether its value runs down by itself.</summary>
    public bool[] Fades { get; }

    /// <summary>The most that dimensions which fade may earn, in units of <see cref="PointsTable"/>.</summary>
    public long Fading { get; }

    /// <summary>The margin of a fall, in units of <see cref="PointsTable"/>.</summary>
    public long Margin { get; }

    /// <summary>The score says the tier.</summary>
    public bool ByScore { get; }

    /// <summary>The score from which on a tier is reached, in units of <see cref="PointsTable"/>.</summary>
    public long From(int tier) => from[tier];

    /// <summary>The tier that a score reaches.</summary>
    public int TierOf(long score)
    {
        var tier = 0;
        while (score < from[tier])
            tier++;
        return tier;
    }

    /// <summary>The one of a standard and a calibration, made once.</summary>
    /// <exception cref="InvalidOperationException">The calibration has not what the standard's bands ask for.</exception>
    public static CalibratedStandard Of(Standard standard, Calibration calibration) =>
        made.TryGetValue(standard, out var ofStandard) && ofStandard.TryGetValue(calibration, out var ready)
            ? ready
            : Make(standard, calibration);

    private static CalibratedStandard Make(Standard standard, Calibration calibration) =>
        made.GetOrCreateValue(standard).GetValue(calibration, _ => new CalibratedStandard(standard, calibration));
}
