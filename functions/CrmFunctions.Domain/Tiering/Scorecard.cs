using System.Collections.Immutable;
using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Tiering;

/// <summary>What a customer's values earn under a standard at an instant.</summary>
/// <remarks>Source: Tiering/Scorecard.md.</remarks>
internal static class Scorecard
{
    /// <summary>Decimals that points are rounded to, before they are added: sums are then exact.</summary>
    public const int Decimals = 4;

    public static (decimal Points, int? Band) Points(Dimension dimension, Reading reading, Calibration calibration) => reading.State switch
    {
        ReadingState.Unknown => (dimension.WhenUnknown == WhenUnknown.Neutral ? Round(dimension.Weight / 2) : 0m, null),
        ReadingState.Worst => (0m, dimension.Rating is LinearScale ? null : 0),
        _ => Rated(dimension, reading.Value, calibration),
    };

    public static (decimal Points, int? Band) Rated(Dimension dimension, decimal value, Calibration calibration)
    {
        if (dimension.Rating is LinearScale scale)
        {
            // Division comes last, so that what is exact stays exact and halves are rounded as halves.
            var inside = Math.Clamp(value, scale.From, scale.To);
            var reach = dimension.LowerIsBetter ? scale.To - inside : inside - scale.From;
            return (Round(dimension.Weight * reach / (scale.To - scale.From)), null);
        }

        var cuts = Cuts(dimension, dimension.Rating, calibration);
        var reached = Reached(cuts, value);
        var band = dimension.LowerIsBetter ? cuts.Length - reached : reached;
        return (Round(dimension.Weight * band / cuts.Length), band);
    }

    public static ImmutableArray<decimal> Cuts(Dimension dimension, PointsRule rule, Calibration calibration) => rule switch
    {
        Bands bands => bands.Cuts,
        PercentileBands => calibration.Cuts(dimension),
        _ => throw new InvalidOperationException($"{rule.GetType().Name} has no cuts."),
    };

    public static decimal Round(decimal points) => Math.Round(points, Decimals, MidpointRounding.AwayFromZero);

    private static int Reached(ImmutableArray<decimal> cuts, decimal value)
    {
        var reached = 0;
        while (reached < cuts.Length && value >= cuts[reached]) reached++;
        return reached;
    }
}
