using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Service;
using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Tiering;

/// <summary>The one decision: pure, without clock, chance or waiting.</summary>
public static class Decisions
{
    /// <summary>Decides tier, stage, obligations, next review and the receipt.</summary>
    /// <param name="facts">True at <paramref name="now"/>: folded as of it, or as of earlier with nothing dated between.</param>
    /// <param name="standard">The version that decides.</param>
    /// <param name="calibration">The one the standard uses; <see cref="Calibration.None"/> where its bands are absolute.</param>
    /// <param name="now">UTC.</param>
    /// <exception cref="ArgumentException">The facts are not true at <paramref name="now"/>.</exception>
    public static Decision Decide(Facts facts, Standard standard, Calibration calibration, DateTimeOffset now)
    {
        if (now < facts.AsOf || now >= facts.ChangesAt)
        {
            throw new ArgumentException($"The facts are true from {facts.AsOf:O} to {facts.ChangesAt:O}, not at {now:O}.", nameof(now));
        }

        var course = new Course(facts, standard, calibration);
        var answer = course.At(now);
        return new Decision
        {
            At = now,
            Standard = standard.Name,
            Tier = standard.Tiers[answer.Tier],
            Stage = answer.Stage,
            Score = answer.Score,
            Tags = [],
            Obligations = Obligations.At(facts, standard.Tiers[answer.Tier], answer.Stage, standard, now),
            NextReview = course.FirstChange(now, static (now, then) => !now.SameAs(then)),
            Receipt = Receipts.Write(course, answer, now),
        };
    }
}

/// <summary>What is decided, without its reasons.</summary>
/// <param name="Tier">Index into the standard's tiers: 0 is the highest.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Score">The sum of the points.</param>
/// <param name="Revisit">Start of the revisit owed; null: none is.</param>
internal readonly record struct Answer(int Tier, Stage Stage, decimal Score, DateTimeOffset? Revisit)
{
    public bool SameAs(Answer other) => Tier == other.Tier && Stage == other.Stage && Revisit == other.Revisit;
}

/// <summary>How the answer about one customer runs on in time while nothing happens.</summary>
internal sealed class Course(Facts facts, Standard standard, Calibration calibration)
{
    private List<DateTimeOffset>? steps;

    public Facts Facts => facts;

    public Standard Standard => standard;

    public Calibration Calibration => calibration;

    public Answer At(DateTimeOffset now)
    {
        var score = Scorecard.Score(facts, standard, calibration, now);
        var tier = TierOf(score);
        var stage = standard.Lifecycle.At(facts, tier == 0, now);
        return new Answer(tier, stage, score, Obligations.RevisitSince(facts, standard.Tiers[tier], stage, now));
    }

    public int TierOf(decimal score)
    {
        var tier = 0;
        while (score < standard.Tiers[tier].From) tier++;
        return tier;
    }

    /// <summary>The first whole second after <paramref name="now"/> at which the answer is no longer what it was. Null: never.</summary>
    /// <remarks>
    /// Between two turns (see <see cref="Turns"/>) nothing but decay moves, and decay moves one way only: where the answer at the end of
    /// such a stretch is the one at its start, it was the same all along; where it is not, bisection finds the second.
    /// </remarks>
    public DateTimeOffset? FirstChange(DateTimeOffset now, Func<Answer, Answer, bool> changed)
    {
        var start = At(now);
        var steady = now;
        foreach (var turn in Turns())
        {
            if (turn <= now) continue;
            if (facts.ChangesAt <= turn) break;
            var before = turn - Second;
            if (HasDecay && before > steady && changed(start, At(before))) return Bisect(start, steady, before, changed);
            if (changed(start, At(turn))) return turn;
            steady = turn;
        }

        var end = facts.ChangesAt is { } known ? WholeSecond(known) : steady + TimeSpan.FromDays(36500);
        if (HasDecay && end - Second > steady && changed(start, At(end - Second))) return Bisect(start, steady, end - Second, changed);
        return facts.ChangesAt is null ? null : end;
    }

    private static TimeSpan Second => TimeSpan.FromSeconds(1);

    private bool HasDecay => facts.Touches.Length > 0 && standard.Dimensions.Any(dimension => dimension.Measure == Measure.Engagement);

    /// <summary>The instants at which anything may step, ascending, in whole seconds.</summary>
    private List<DateTimeOffset> Turns()
    {
        if (steps is not null) return steps;
        var turns = new List<DateTimeOffset>();
        foreach (var dimension in standard.Dimensions) Measures.AddTurns(facts, dimension, calibration, turns);
        turns.AddRange(standard.Lifecycle.Turns(facts));
        Obligations.AddTurns(facts, standard, turns);
        for (var i = 0; i < turns.Count; i++) turns[i] = WholeSecond(turns[i]);
        turns.Sort();
        return steps = turns;
    }

    private DateTimeOffset Bisect(Answer start, DateTimeOffset same, DateTimeOffset different, Func<Answer, Answer, bool> changed)
    {
        same = WholeSecond(same);
        while (different - same > Second)
        {
            var middle = same + TimeSpan.FromSeconds((different - same).Ticks / TimeSpan.TicksPerSecond / 2);
            if (changed(start, At(middle))) different = middle;
            else same = middle;
        }

        return different;
    }

    private static DateTimeOffset WholeSecond(DateTimeOffset instant)
    {
        var rest = instant.UtcTicks % TimeSpan.TicksPerSecond;
        return rest == 0 ? instant : instant.AddTicks(TimeSpan.TicksPerSecond - rest);
    }
}
