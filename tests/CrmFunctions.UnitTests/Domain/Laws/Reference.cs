using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering;

namespace CrmFunctions.UnitTests.Domain.Laws;

/// <summary>The scorecard once more, as plainly as its document says it.</summary>
internal static class Reference
{
    public static decimal Points(Dimension dimension, decimal value, Calibration calibration)
    {
        // Division comes last: a half that was divided first is none any more.
        if (dimension.Rating is LinearScale line)
        {
            var reach = Math.Clamp(value, line.From, line.To) - line.From;
            var whole = line.To - line.From;
            return Math.Min(
                dimension.Cap,
                Math.Round(dimension.Weight * (dimension.LowerIsBetter ? whole - reach : reach) / whole, 4, MidpointRounding.AwayFromZero)
            );
        }

        var share = dimension.Rating switch
        {
            LogScale scale when value <= scale.From => 0m,
            LogScale scale when value >= scale.To => 1m,
            LogScale scale => (decimal)(Math.Log((double)(value / scale.From)) / Math.Log((double)(scale.To / scale.From))),
            Bands bands => bands.Cuts.Count(cut => value >= cut) / (decimal)bands.Cuts.Length,
            _ => calibration.Cuts(dimension).Count(cut => value >= cut) / (decimal)calibration.Cuts(dimension).Length,
        };
        return Math.Min(
            dimension.Cap,
            Math.Round(dimension.Weight * (dimension.LowerIsBetter ? 1 - share : share), 4, MidpointRounding.AwayFromZero)
        );
    }

    public static Tier TierOf(Standard standard, decimal score) => standard.Tiers.First(tier => score >= tier.From);

    public static decimal Unit(Measure measure) =>
        measure switch
        {
            Measure.DaysSinceLastOrder or Measure.Tenure or Measure.Orders or Measure.Referrals or Measure.Complaints => 1m,
            Measure.Engagement or Measure.PAlive or Measure.Attribute => 0.0001m,
            _ => 0.01m,
        };
}
