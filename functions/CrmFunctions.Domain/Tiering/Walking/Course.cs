using System.Collections.Immutable;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering.Measuring;
using CrmFunctions.Domain.Tiering.Scoring;

namespace CrmFunctions.Domain.Tiering.Walking;

/// <summary>How the answer about one customer stands now, and how it runs on while nothing happens.</summary>
/// <remarks>Source: Tiering/NextReview.md.</remarks>
internal sealed class Course
{
    private readonly long now;

    /// <param name="facts">True at <paramref name="now"/>.</param>
    /// <param name="standard">The version that decides.</param>
    /// <param name="calibration">The one it uses.</param>
    /// <param name="now">UTC.</param>
    public Course(Facts facts, Standard standard, Calibration calibration, DateTimeOffset now)
    {
        this.now = now.UtcTicks;
        Facts = facts;
        Calibrated = CalibratedStandard.Of(standard, calibration);
        Stages = standard.Lifecycle.Times(facts, calibration.OutlookOf(facts, standard));
        Walk = new Walk(new Subject(facts, standard, calibration), Calibrated, this.now);
        Start = Answered(this.now);
    }

    public Facts Facts { get; }

    public CalibratedStandard Calibrated { get; }

    public Standard Standard => Calibrated.Standard;

    public StageTimes Stages { get; }

    /// <summary>Stands at now until <see cref="FirstChange"/> is asked.</summary>
    public Walk Walk { get; }

    /// <summary>The answer now.</summary>
    public WalkResult Start { get; }

    /// <summary>The instant at which what fades counts now.</summary>
    public long Seen => Walk.Seen(now);

    /// <summary>
    /// The first whole second after now at which the answer is no longer what it was, or at which an event dated ahead takes place.
    /// Null: never. Goes on from where the last question ended.
    /// </summary>
    public (DateTimeOffset At, WalkResult Answer)? FirstChange(Func<WalkResult, WalkResult, bool> changed)
    {
        var end = Facts.ChangesAt is { } known ? ForecastHorizon.WholeSecond(known.UtcTicks) : ForecastHorizon.Of(now);
        var (stop, turn) = Ahead(Math.Max(now, Walk.At), end);
        while (Math.Min(stop, turn) is var next && next < end)
        {
            if (next == stop)
                Walk.StopAt(next);
            (stop, turn) = Ahead(next, end);

            // What happens within a second is seen when it has passed.
            var second = ForecastHorizon.WholeSecond(next);
            if (Math.Min(stop, turn) <= second || second >= end)
                continue;
            var answer = Answered(second);
            if (changed(Start, answer))
                return (Instant(second), answer);
        }

        return Facts.ChangesAt is null ? null : (Instant(end), Start);
    }

    // The next stop of the walk, and the next instant at which the answer turns without one.
    private (long Stop, long Turn) Ahead(long at, long end) =>
        (
            Walk.NextStop(end),
            Math.Min(Stages.Next(at), Obligations.NextRevisit(Facts, Standard.Tiers[Walk.Tier], Instant(at))?.UtcTicks ?? Gauge.Never)
        );

    private WalkResult Answered(long at)
    {
        Walk.TakeIn(at);
        var tier = Walk.Tier;
        var instant = Instant(at);
        var stage = Stages.At(instant, Standard.Kind == StandardKind.Ladder && tier == 0);
        return new WalkResult(
            tier,
            stage,
            Walk.Score(Walk.Seen(at)),
            Obligations.RevisitSince(Facts, Standard.Tiers[tier], stage, instant),
            TagsNow(),
            Walk.Ruling.Matched
        );
    }

    private ImmutableArray<string> TagsNow()
    {
        if (Walk.Ruling.Matched == 0 && !Walk.Tags.Any)
            return [];
        var given = Standard
            .Rules.Where((rule, i) => rule.Tag is not null && (Walk.Ruling.Matched & (1UL << i)) != 0)
            .Select(rule => rule.Tag!);
        return [.. Walk.Tags.On.Concat(given).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static DateTimeOffset Instant(long ticks) => new(ticks, TimeSpan.Zero);
}

/// <summary>What is decided, without its reasons.</summary>
/// <param name="Tier">Index into the standard's tiers.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Score">The sum of the points, in units of <see cref="PointsTable"/>.</param>
/// <param name="Revisit">Start of the revisit owed; null: none is.</param>
/// <param name="Tags">Put on by hand or given by rules, in ordinal order.</param>
/// <param name="Matched">A bit for each rule that concerns the customer.</param>
internal readonly record struct WalkResult(
    int Tier,
    Stage Stage,
    long Score,
    DateTimeOffset? Revisit,
    ImmutableArray<string> Tags,
    ulong Matched
)
{
    public bool SameAs(WalkResult other) =>
        Tier == other.Tier && Stage == other.Stage && Revisit == other.Revisit && (Tags == other.Tags || Tags.SequenceEqual(other.Tags));
}
