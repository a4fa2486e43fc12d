using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering.Measuring;
using CrmFunctions.Domain.Tiering.Scoring;

namespace CrmFunctions.Domain.Tiering.Walking;

/// <summary>
/// One customer's way through time under one standard, from the first event on: it stops wherever something steps, so that every tier
/// follows from the facts alone, whenever anybody looked.
/// </summary>
/// <remarks>Source: Tiering/NextReview.md, section 1. What fades is looked at on whole seconds.</remarks>
internal sealed class Walk
{
    private readonly CalibratedStandard calibrated;
    private readonly RuleTrack? rules;
    private readonly TierTrack standing;
    private readonly long[] points;

    // The points of what steps.
    private long steady;
    private bool mayFade;

    // The next instant at which anything but the standing steps.
    private long upcoming;

    public Walk(Subject customer, CalibratedStandard calibrated, long now)
    {
        this.calibrated = calibrated;
        var (standard, facts) = (customer.Standard, customer.Facts);
        Gauges = new Gauge[standard.Dimensions.Length];
        points = new long[Gauges.Length];
        for (var i = 0; i < Gauges.Length; i++)
        {
            Gauges[i] = Gauge.Of(standard.Dimensions[i].What, calibrated.Tables[i].Days, customer);
            if (standard.Dimensions[i].Blend is { } blend)
                Gauges[i] = new BlendGauge(
                    Gauges[i],
                    Gauge.Of(blend.With, DaySteps.Between(blend.Scale.From, blend.Scale.To), customer),
                    blend
                );
        }

        Tags = new TagTrack(facts.Tags);
        Pins = new PinTrack(facts.Pins, standard);
        rules = standard.Rules.IsEmpty ? null : new RuleTrack(customer, Tags);
        standing = new TierTrack(standard);

        // Without anything that holds tiers the way up to now makes no difference.
        var first = standard.Stability == Stability.None || facts.FirstSeen is not { } seen ? now : Math.Min(seen.UtcTicks, now);
        StopAt(first);
        while (NextStop(now + 1) is var stop && stop <= now)
            StopAt(stop);
    }

    public Gauge[] Gauges { get; }

    public TagTrack Tags { get; }

    public PinTrack Pins { get; }

    public TierTrack Standing => standing;

    public RuleTrack? Rules => rules;

    /// <summary>What the rules said at the last stop.</summary>
    public RuleConstraint Ruling { get; private set; } = RuleConstraint.Silent;

    /// <summary>The last stop.</summary>
    public long At { get; private set; }

    /// <summary>
    /// The instant at which what fades counts, at one from the last stop on and before the next: the stop, or the whole second.
    /// </summary>
    public long Seen(long now) => Math.Max(At, now - (now % TimeSpan.TicksPerSecond));

    /// <summary>The tier: that of a person where there is one, else the engine's own.</summary>
    public int Tier => Pins.Tier >= 0 ? Pins.Tier : standing.Tier;

    /// <summary>The score at an instant from the last stop on and before the next.</summary>
    public long Score(long now)
    {
        var score = steady;
        if (calibrated.Fading == 0)
            return score;
        for (var i = 0; i < Gauges.Length; i++)
        {
            if (calibrated.Fades[i])
                score += calibrated.Tables[i].Of(Gauges[i], now);
        }

        return score;
    }

    /// <summary>The tier that score, matrix or default say, rules and stability left aside.</summary>
    public int Says(long now)
    {
        if (calibrated.ByScore)
            return calibrated.TierOf(Score(now));
        if (calibrated.Standard.Matrix is not { } matrix)
            return calibrated.Standard.Tiers.Length - 1;
        return matrix.Cells[Band(matrix.Rows, now)][Band(matrix.Columns, now)];
    }

    /// <summary>The next instant before a limit at which to stop; <see cref="Gauge.Never"/>: there is none.</summary>
    public long NextStop(long limit)
    {
        var next = Math.Min(upcoming, standing.Due);
        if (mayFade)
            next = Math.Min(next, FirstFaded(Math.Min(next, limit)));
        return next < limit ? next : Gauge.Never;
    }

    /// <summary>Goes on to an instant that <see cref="NextStop"/> named.</summary>
    public void StopAt(long now)
    {
        At = now;
        mayFade = false;
        upcoming = Gauge.Never;
        for (var i = 0; i < Gauges.Length; i++)
        {
            var gauge = Gauges[i];
            if (gauge.Next <= now)
            {
                gauge.Move(now);
                if (!calibrated.Fades[i])
                {
                    var earned = calibrated.Tables[i].Of(gauge, now);
                    steady += earned - points[i];
                    points[i] = earned;
                }
            }

            if (!calibrated.Fades[i])
                upcoming = Math.Min(upcoming, gauge.Next);
        }

        if (Tags.Next <= now)
            Tags.Move(now);
        if (Pins.Next <= now)
            Pins.Move(now);
        upcoming = Math.Min(upcoming, Math.Min(Tags.Next, Pins.Next));
        if (rules is not null)
        {
            if (rules.Next <= now)
                rules.Move(now);
            mayFade = rules.Fades;
            Ruling = rules.At(now);
            upcoming = Math.Min(upcoming, rules.Next);
        }

        // Where all that fading may earn makes no difference, what it has faded to need not be known.
        long? score = calibrated.ByScore && MakesADifference() ? Score(now) : null;
        standing.Look(now, Says(score ?? steady, now, out var holds), holds, Ruling);
        if (calibrated.Fading == 0 || (calibrated.ByScore && !MakesADifference()))
            return;
        for (var i = 0; i < Gauges.Length; i++)
        {
            if (!calibrated.Fades[i])
                continue;
            upcoming = Math.Min(upcoming, Gauges[i].Next);
            mayFade |= Gauges[i].Fades && (!calibrated.ByScore || Differ(steady, score ??= Score(now)));
        }
    }

    /// <summary>
    /// Takes in what was passed by on the way to an instant before the next stop because it could make no difference to the tier.
    /// </summary>
    public void TakeIn(long now)
    {
        if (calibrated.Fading == 0)
            return;
        var second = now - (now % TimeSpan.TicksPerSecond);
        for (var i = 0; i < Gauges.Length; i++)
        {
            if (calibrated.Fades[i] && Gauges[i].Next <= second)
                Gauges[i].Move(second);
        }

        while (PassedBy() is var next && next <= now)
            StopAt(next);
    }

    private long PassedBy()
    {
        var next = Gauge.Never;
        for (var i = 0; i < Gauges.Length; i++)
        {
            if (calibrated.Fades[i])
                next = Math.Min(next, Gauges[i].Next);
        }

        return next;
    }

    private int Says(long score, long now, out bool holds)
    {
        holds = calibrated.ByScore && standing.Tier >= 0 && score >= calibrated.From(standing.Tier) - calibrated.Margin;
        return calibrated.ByScore ? calibrated.TierOf(score) : Says(now);
    }

    private bool MakesADifference() => calibrated.Fading > 0 && Differ(steady, steady + calibrated.Fading);

    // Whether one score says another tier than a higher one, or does not hold the tier that the higher holds.
    private bool Differ(long low, long high) =>
        calibrated.TierOf(low) != calibrated.TierOf(high)
        || (standing.Tier >= 0 && calibrated.From(standing.Tier) - calibrated.Margin is var end && low < end && high >= end);

    /// <summary>The first whole second after the last stop and before an end at which fading has made a difference.</summary>
    private long FirstFaded(long end)
    {
        var from = At - (At % TimeSpan.TicksPerSecond);
        var to = Math.Min(end, ForecastHorizon.Of(At)) - 1;
        to -= to % TimeSpan.TicksPerSecond;
        if (to <= from)
            return Gauge.Never;
        var now = Class(At);
        if (Class(to) == now)
            return Gauge.Never;

        // The second at or before the stop bounds the search from below; it is never asked. What fades goes one way only.
        while (to - from > TimeSpan.TicksPerSecond)
        {
            var middle = from + ((to - from) / TimeSpan.TicksPerSecond / 2 * TimeSpan.TicksPerSecond);
            if (Class(middle) == now)
                from = middle;
            else
                to = middle;
        }

        return to;
    }

    // What matters of an instant; each part goes one way only while things fade.
    private (int First, int Second, bool Holds, long Rules) Class(long now)
    {
        var positions = rules is { Fades: true } ? rules.Positions(now) : 0;
        if (calibrated.ByScore)
        {
            var score = Score(now);
            return (calibrated.TierOf(score), 0, score >= calibrated.From(standing.Tier) - calibrated.Margin, positions);
        }

        return calibrated.Standard.Matrix is { } matrix
            ? (Band(matrix.Rows, now), Band(matrix.Columns, now), false, positions)
            : (0, 0, false, positions);
    }

    private int Band(int dimension, long now) => calibrated.Tables[dimension].BandOf(Gauges[dimension].At(now)) ?? 0;
}
