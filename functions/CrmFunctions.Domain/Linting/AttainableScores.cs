using System.Collections;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering;
using CrmFunctions.Domain.Tiering.Measuring;
using CrmFunctions.Domain.Tiering.Scoring;

namespace CrmFunctions.Domain.Linting;

/// <summary>
/// The scores that a customer can have at all: every sum of what values of the dimensions earn, one bit for each ten-thousandth of a point.
/// </summary>
internal sealed class AttainableScores
{
    private const int Top = 100 * (int)PointsTable.One;
    private BitArray scores = new(Top + 1);

    /// <param name="standard">A standard whose weights add to 100.</param>
    /// <param name="calibration">Says where percentile bands begin; where it does not, each band is taken for possible.</param>
    /// <param name="unknown">Dimensions whose value stays unknown.</param>
    public AttainableScores(Standard standard, Calibration calibration, Func<Dimension, bool> unknown)
    {
        scores[0] = true;
        foreach (var dimension in standard.Dimensions)
            Add(dimension, standard, calibration, unknown(dimension));
    }

    /// <summary>The largest, in points.</summary>
    public decimal Largest
    {
        get
        {
            var top = Top;
            while (!scores[top])
                top--;
            return PointsTable.Points(top);
        }
    }

    /// <summary>Whether one lies in a range.</summary>
    /// <param name="from">Points, inclusive.</param>
    /// <param name="below">Points, exclusive; null: no end.</param>
    public bool AnyIn(decimal from, decimal? below)
    {
        var end = below is { } limit ? PointsTable.Units(limit) : Top + 1;
        for (var score = (int)PointsTable.Units(from); score < end; score++)
        {
            if (scores[score])
                return true;
        }

        return false;
    }

    private void Add(Dimension dimension, Standard standard, Calibration calibration, bool unknown)
    {
        var (table, steps) = Of(dimension, standard, calibration);
        if (unknown)
        {
            scores = Moved((int)table.Of(Reading.Unknown));
            return;
        }

        var sum = new BitArray(Top + 1);
        if (table.IsScale)
            sum.Or(Spread((int)steps.Min(), (int)steps.Max()));
        if (CanBeUnknown(dimension))
            steps.Add(table.Of(Reading.Unknown));
        if (dimension.Measure == Measure.DaysSinceLastOrder)
            steps.Add(table.Of(Reading.Worst));
        foreach (var step in steps.Distinct())
            sum.Or(Moved((int)step));
        scores = sum;
    }

    private BitArray Moved(int points) => new BitArray(scores).LeftShift(points);

    // Each score with everything from the least to the most added.
    private BitArray Spread(int least, int most)
    {
        var sum = new BitArray(Top + 1);
        var last = int.MinValue;
        for (var score = 0; score <= Top; score++)
        {
            if (score - least >= 0 && scores[score - least])
                last = score - least;
            if (last != int.MinValue && score - last <= most)
                sum[score] = true;
        }

        return sum;
    }

    // What values earn: the ends of each band, and of a scale; and the table they are read from.
    private static (PointsTable Table, List<long> Steps) Of(Dimension dimension, Standard standard, Calibration calibration)
    {
        if (dimension.Rating is PercentileBands { Percentiles: var percentiles } && !calibration.Percentiles.ContainsKey(dimension.Name))
        {
            var stand = new PointsTable(dimension with { Rating = new Bands(percentiles) }, calibration);
            return (
                stand,
                [
                    .. Enumerable
                        .Range(0, percentiles.Length + 1)
                        .Select(band => Math.Min(stand.Most, PointsTable.Units(dimension.Weight * band / percentiles.Length))),
                ]
            );
        }

        var table = new PointsTable(dimension, calibration);
        var unit = dimension.Measure.Unit(Currencies.Factor(standard.Currency));
        decimal[] cuts = dimension.Rating switch
        {
            Bands bands => [.. bands.Cuts],
            PercentileBands => [.. calibration.Cuts(dimension)],
            _ => [table.Ends.First, table.Ends.Last],
        };
        var (least, most) = (dimension.Measure == Measure.Attribute ? -1m : 0m, dimension.Measure.Largest() ?? decimal.MaxValue);
        var values = cuts.SelectMany(cut => new[] { Math.Ceiling(cut / unit) * unit, (Math.Ceiling(cut / unit) - 1) * unit })
            .Append(least)
            .Append(Math.Min(most, cuts[^1]));
        return (table, [.. values.Where(value => value >= least && value <= most).Select(table.Of)]);
    }

    private static bool CanBeUnknown(Dimension dimension) =>
        dimension.Measure
            is not (
                Measure.DaysSinceLastOrder
                or Measure.Orders
                or Measure.Tenure
                or Measure.Engagement
                or Measure.Referrals
                or Measure.Complaints
            );
}
