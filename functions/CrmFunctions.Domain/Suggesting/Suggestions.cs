using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering;

namespace CrmFunctions.Domain.Suggesting;

/// <summary>Cut points proposed from how a base really spreads, with the sizes they would give.</summary>
/// <param name="Standard">Scheme and version of the standard looked at.</param>
/// <param name="Calibration">Version of the calibration that the figures come from.</param>
/// <param name="Customers">Customers of the base.</param>
/// <param name="Tiers">
/// Thresholds for the shares wanted, highest tier first; they hold for the scores of the standard as it is, so publish changes of bands
/// first and calibrate again. Empty in classes and matrices, and where the calibration knows no scores.
/// </param>
/// <param name="Dimensions">
/// Cuts that part the base into bands of equal size, for each dimension whose values the calibration knows.
/// </param>
/// <remarks>Source: Standards/Standards.md, section on suggestions.</remarks>
public sealed record Suggestions(
    string Standard,
    string Calibration,
    long Customers,
    ImmutableArray<TierSuggestion> Tiers,
    ImmutableArray<DimensionSuggestion> Dimensions
)
{
    private const int UsualCuts = 4;
    private const decimal Tolerance = 0.005m;

    /// <summary>Proposes.</summary>
    /// <param name="standard">The standard.</param>
    /// <param name="calibration">Made for it.</param>
    /// <param name="shares">The part of the base wanted in each tier, highest first: one for each tier, above zero, together 1.</param>
    /// <exception cref="ArgumentException">The shares are not such; the message says what would be right.</exception>
    public static Suggestions Of(Standard standard, Calibration calibration, ImmutableArray<decimal> shares)
    {
        ArgumentNullException.ThrowIfNull(standard);
        ArgumentNullException.ThrowIfNull(calibration);
        if (Problem(standard, shares) is { } problem)
            throw new ArgumentException(problem, nameof(shares));
        var byScore = standard is { Kind: StandardKind.Ladder, Matrix: null } && !calibration.Scores.IsEmpty;
        return new(
            standard.Name,
            calibration.Version,
            calibration.Customers,
            byScore ? Thresholds(standard, calibration, shares) : [],
            [
                .. standard
                    .Dimensions.Where(dimension => calibration.Percentiles.ContainsKey(dimension.Name))
                    .Select(dimension => Of(dimension, standard, calibration)),
            ]
        );
    }

    /// <summary>What is wrong with the shares wanted; null: nothing.</summary>
    public static string? Problem(Standard standard, ImmutableArray<decimal> shares)
    {
        ArgumentNullException.ThrowIfNull(standard);
        if (standard.Kind != StandardKind.Ladder || standard.Matrix is not null)
            return null;
        if (shares.Length != standard.Tiers.Length)
        {
            return $"Give one share for each of the {standard.Tiers.Length} tiers {string.Join(", ", standard.Tiers.Select(tier => tier.Name))}, the highest first; there are {shares.Length}.";
        }

        if (shares.Any(share => share <= 0))
            return "Every share is above zero.";
        return shares.Sum() == 1
            ? null
            : FormattableString.Invariant($"The shares add to {shares.Sum() * 100:0.####} %; they must add to 100 %.");
    }

    private static ImmutableArray<TierSuggestion> Thresholds(Standard standard, Calibration calibration, ImmutableArray<decimal> shares)
    {
        var scores = new Distribution(calibration.Scores);
        var tiers = ImmutableArray.CreateBuilder<TierSuggestion>();
        var (wanted, above, before) = (0m, 0m, 101m);
        for (var i = 0; i < shares.Length; i++)
        {
            wanted += shares[i];
            var last = i == shares.Length - 1;
            var from = last ? 0 : Threshold(scores, wanted, before, shares.Length - 1 - i);
            var reached = last ? 1 : Math.Round(scores.ShareFrom(from), 4);
            var share = Math.Max(0, reached - above);
            tiers.Add(
                new TierSuggestion(
                    standard.Tiers[i].Name,
                    standard.Tiers[i].From,
                    from,
                    shares[i],
                    share,
                    (long)Math.Round(share * calibration.Customers)
                )
            );
            (above, before) = (Math.Max(above, reached), from);
        }

        return tiers.DrainToImmutable();
    }

    // Of the two sides of a heap of equal scores the one nearer to what is wanted; then the roundest number that parts the base alike.
    private static decimal Threshold(Distribution scores, decimal wanted, decimal before, int below)
    {
        var exact = scores.ValueFrom(wanted);
        if (scores.Above(exact) is { } next && Math.Abs(scores.ShareFrom(next) - wanted) < Math.Abs(scores.ShareFrom(exact) - wanted))
            exact = next;
        var share = scores.ShareFrom(exact);
        foreach (var decimals in new[] { 0, 1, 2 })
        {
            var round = Math.Round(exact, decimals, MidpointRounding.AwayFromZero);
            if (Math.Abs(scores.ShareFrom(round) - share) <= Tolerance && Fits(round))
                return round;
        }

        // Thresholds descend also where many values are equal, and leave room for those below.
        var fine = Math.Round(exact, 4);
        return Fits(fine) ? fine : Math.Clamp(fine, 0.0001m * below, before - 0.0001m);

        bool Fits(decimal threshold) => threshold < before && threshold >= 0.0001m * below;
    }

    private static DimensionSuggestion Of(Dimension dimension, Standard standard, Calibration calibration)
    {
        var values = new Distribution(calibration.Percentiles[dimension.Name]);
        var count = dimension.Rating switch
        {
            Bands bands => bands.Cuts.Length,
            PercentileBands bands => bands.Percentiles.Length,
            _ => UsualCuts,
        };
        var whole = dimension.Measure.Unit(Currencies.Factor(standard.Currency)) == 1;
        ImmutableArray<decimal> cuts =
        [
            .. Enumerable
                .Range(1, count)
                .Select(i => Round(values.ValueFrom(1 - ((decimal)i / (count + 1))), whole))
                .Where(cut => cut > values.Least && cut <= values.Most && cut > 0)
                .Distinct(),
        ];
        ImmutableArray<decimal> ends = [1, .. cuts.Select(cut => Math.Round(values.ShareFrom(cut), 4)), 0];
        return new(dimension.Name, cuts, [.. ends.Zip(ends.Skip(1), (from, to) => from - to)]);
    }

    /// <summary>Two leading digits are enough for a cut that people are to remember; whole measures have whole cuts.</summary>
    private static decimal Round(decimal value, bool whole)
    {
        if (value <= 0)
            return 0;
        var step = 1m;
        while (value / step >= 100)
            step *= 10;
        while (!whole && value / step < 10 && step > 0.0001m)
            step /= 10;
        return Math.Round(value / step, MidpointRounding.AwayFromZero) * step;
    }
}

/// <summary>A threshold proposed.</summary>
/// <param name="Tier">The tier.</param>
/// <param name="Now">Its threshold in the standard.</param>
/// <param name="From">The threshold proposed.</param>
/// <param name="Wanted">The share of the base wanted in the tier, 0 to 1.</param>
/// <param name="Share">About the share that it gets: scores that many customers have in common cannot be parted.</param>
/// <param name="Customers">About so many customers.</param>
public sealed record TierSuggestion(
    string Tier,
    decimal Now,
    decimal From,
    [property: Range(0, 1)] decimal Wanted,
    [property: Range(0, 1)] decimal Share,
    long Customers
);

/// <summary>Cuts proposed.</summary>
/// <param name="Dimension">The dimension.</param>
/// <param name="At">Ascending, as <c>bands.at</c> takes them; empty where nearly all have one value.</param>
/// <param name="Shares">
/// About the share, of the customers whose value is known, in each band, the smallest values first; one more than cuts.
/// </param>
public sealed record DimensionSuggestion(
    string Dimension,
    ImmutableArray<decimal> At,
    [property: Range(0, 1)] ImmutableArray<decimal> Shares
);
