using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Service;
using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Tiering;

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
/// <remarks>Source: Tiering/NextReview.md.</remarks>
internal sealed class Course
{
    private static readonly TimeSpan second = TimeSpan.FromSeconds(1);
    private readonly Turns turns;
    private readonly List<Answer> answers = [];
    private readonly bool decays;

    /// <param name="facts">True at <paramref name="now"/>.</param>
    /// <param name="standard">The version that decides.</param>
    /// <param name="calibration">The one it uses.</param>
    /// <param name="now">UTC.</param>
    public Course(Facts facts, Standard standard, Calibration calibration, DateTimeOffset now)
    {
        (Facts, Standard, Calibration, Now) = (facts, standard, calibration, now);
        Meters = new Meter[standard.Dimensions.Length];
        turns = new Turns(now, facts.ChangesAt);
        for (var i = 0; i < Meters.Length; i++)
        {
            Meters[i] = new Meter(facts, standard.Dimensions[i], standard);
            Meters[i].AddTurns(calibration, turns);
            decays |= Meters[i].Decays;
        }

        Start = At(now);
        foreach (var turn in standard.Lifecycle.Turns(facts)) turns.Add(turn);
        if (Obligations.NextRevisit(facts, standard.Tiers[Start.Tier], now) is { } revisit) turns.Add(revisit);
        turns.Sort();
    }

    public Facts Facts { get; }

    public Standard Standard { get; }

    public Calibration Calibration { get; }

    public DateTimeOffset Now { get; }

    /// <summary>One for each dimension, in the standard's order.</summary>
    public Meter[] Meters { get; }

    /// <summary>The answer now.</summary>
    public Answer Start { get; }

    public Answer At(DateTimeOffset instant)
    {
        var score = 0m;
        foreach (var meter in Meters) score += Scorecard.Points(meter.Dimension, meter.At(instant), Calibration).Points;
        var tier = TierOf(score);
        var stage = Standard.Lifecycle.At(Facts, tier == 0, instant);
        return new Answer(tier, stage, score, Obligations.RevisitSince(Facts, Standard.Tiers[tier], stage, instant));
    }

    public int TierOf(decimal score)
    {
        var tier = 0;
        while (score < Standard.Tiers[tier].From) tier++;
        return tier;
    }

    /// <summary>
    /// The first whole second after now at which the answer is no longer what it was, or at which an event dated ahead takes place.
    /// Null: never.
    /// </summary>
    public DateTimeOffset? FirstChange(Func<Answer, Answer, bool> changed)
    {
        var steady = Now;
        for (var i = 0; i < turns.Instants.Count; i++)
        {
            var turn = turns.Instants[i];
            if (Faded(steady, turn - second, changed) is { } faded) return faded;

            // The questions are several, the answers the same.
            if (i == answers.Count) answers.Add(At(turn));
            if (changed(Start, answers[i])) return turn;
            steady = turn;
        }

        return Faded(steady, turns.End - second, changed) ?? (Facts.ChangesAt is null ? null : turns.End);
    }

    /// <summary>The first second of a stretch without turns at which the answer has changed, where it changes in it.</summary>
    private DateTimeOffset? Faded(DateTimeOffset steady, DateTimeOffset end, Func<Answer, Answer, bool> changed)
    {
        if (!decays || end <= steady || !changed(Start, At(end))) return null;

        // The second at or before the steady instant bounds the search from below; it is never asked.
        var same = steady.AddTicks(-(steady.UtcTicks % TimeSpan.TicksPerSecond));
        var different = end;
        while (different - same > second)
        {
            var middle = same + TimeSpan.FromSeconds((different - same).Ticks / TimeSpan.TicksPerSecond / 2);
            if (changed(Start, At(middle))) different = middle;
            else same = middle;
        }

        return different;
    }
}

/// <summary>The instants ahead at which anything may step, in whole seconds, up to the end of what can be foreseen.</summary>
internal sealed class Turns(DateTimeOffset from, DateTimeOffset? factsChangeAt)
{
    /// <summary>What lies further ahead, or reaches further back, is never: a hundred years.</summary>
    public const int LongestDays = 36500;

    private readonly List<DateTimeOffset> instants = [];

    /// <summary>Ascending and each once, when sorted.</summary>
    public List<DateTimeOffset> Instants => instants;

    /// <summary>Turns lie after it.</summary>
    public DateTimeOffset From => from;

    /// <summary>The second from which on nothing is foreseen: the facts change, or a hundred years have passed.</summary>
    public DateTimeOffset End { get; } = WholeSecond(
        factsChangeAt ?? (DateTimeOffset.MaxValue - from > TimeSpan.FromDays(LongestDays + 1) ? from.AddDays(LongestDays) : DateTimeOffset.MaxValue.AddDays(-1)));

    /// <summary>Adds the first whole second at or after the instant, if it lies ahead.</summary>
    public void Add(DateTimeOffset instant)
    {
        if (instant > from && instant < End && WholeSecond(instant) is var turn && turn < End) instants.Add(turn);
    }

    public void Sort()
    {
        instants.Sort();
        var kept = 0;
        for (var i = 0; i < instants.Count; i++)
        {
            if (i == 0 || instants[i] != instants[kept - 1]) instants[kept++] = instants[i];
        }

        instants.RemoveRange(kept, instants.Count - kept);
    }

    private static DateTimeOffset WholeSecond(DateTimeOffset instant)
    {
        var rest = instant.UtcTicks % TimeSpan.TicksPerSecond;
        return rest == 0 ? instant : instant.AddTicks(TimeSpan.TicksPerSecond - rest);
    }
}
