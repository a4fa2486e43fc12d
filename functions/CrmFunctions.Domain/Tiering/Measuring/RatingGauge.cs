using System.Collections.Immutable;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Tiering.Measuring;

/// <summary>The last potential rating that has not expired.</summary>
internal sealed class RatingGauge(ImmutableArray<Rating> ratings) : Gauge
{
    private int entered;
    private int current = -1;

    public override void Move(long now)
    {
        while (entered < ratings.Length && ratings[entered].At.UtcTicks <= now)
            entered++;
        current = entered - 1;
        while (current >= 0 && ratings[current].Expires?.UtcTicks <= now)
            current--;
        Next = Math.Min(
            entered < ratings.Length ? ratings[entered].At.UtcTicks : Never,
            current >= 0 ? ratings[current].Expires?.UtcTicks ?? Never : Never
        );
    }

    public override Reading At(long now) => current < 0 ? Reading.Unknown : ratings[current].Score;

    public override ImmutableArray<string> Events() => current < 0 ? [] : [ratings[current].Event];
}

/// <summary>A rating by people, blended with something objective. Where one is missing the other stands alone.</summary>
internal sealed class BlendGauge(Gauge rating, Gauge objective, Blend blend) : Gauge
{
    private const decimal Whole = 100;

    public override void Move(long now)
    {
        if (rating.Next <= now)
            rating.Move(now);
        if (objective.Next <= now)
            objective.Move(now);
        Next = Math.Min(rating.Next, objective.Next);
    }

    public override Reading At(long now) =>
        (rating.At(now), Objective(now)) switch
        {
            ({ State: ReadingState.Known } rated, { } measured) => Mixed(rated.Value, measured),
            ({ State: ReadingState.Known } rated, null) => rated,
            (_, { } measured) => Rounded(measured),
            _ => Reading.Unknown,
        };

    public override ImmutableArray<string> Events() => [.. rating.Events(), .. objective.Events()];

    public override (decimal Least, decimal Most)? Range(long now) =>
        (rating.At(now), Objective(now)) switch
        {
            ({ State: ReadingState.Known }, { }) => null,
            ({ State: ReadingState.Known } rated, null) => (Mixed(rated.Value, 0), Mixed(rated.Value, Whole)),
            (_, { } measured) => (Mixed(0, measured), Mixed(Whole, measured)),
            _ => (0, Whole),
        };

    private decimal Mixed(decimal rated, decimal measured) => Rounded((blend.Share * measured) + ((1 - blend.Share) * rated));

    private static decimal Rounded(decimal value) => Math.Round(value, 2, MidpointRounding.AwayFromZero);

    private decimal? Objective(long now) =>
        objective.At(now) switch
        {
            { State: ReadingState.Known } reading => Whole
                * (Math.Clamp(reading.Value, blend.Scale.From, blend.Scale.To) - blend.Scale.From)
                / (blend.Scale.To - blend.Scale.From),
            { State: ReadingState.Worst } => 0m,
            _ => null,
        };
}
