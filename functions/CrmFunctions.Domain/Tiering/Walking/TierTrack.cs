using CrmFunctions.Domain.Standards;
using CrmFunctions.Domain.Tiering.Measuring;

namespace CrmFunctions.Domain.Tiering.Walking;

/// <summary>The tier that a customer stands in, while time goes forward: rises at once, falls when nothing holds it.</summary>
/// <remarks>Source: Tiering/Stability.md.</remarks>
internal sealed class TierTrack(Standard standard)
{
    private const long None = long.MinValue;
    private readonly Stability stability = standard.Stability;

    // The last moves, as many as the limit needs to know: the oldest first.
    private readonly long[] moves = standard.Stability.MaxMovesPerQuarter is { } most ? NewMoves(most - 1) : [];
    private long wanted = None;
    private int wantedTier;

    /// <summary>The tier; -1: the customer was not looked at yet.</summary>
    public int Tier { get; private set; } = -1;

    /// <summary>When the tier was entered.</summary>
    public long Entered { get; private set; }

    /// <summary>When a fall that waits is taken, if nothing changes; <see cref="Gauge.Never"/>: none waits.</summary>
    public long Due { get; private set; } = Gauge.Never;

    /// <summary>Since when the fall that waits has been wanted. Means something beside <see cref="Due"/> only.</summary>
    public long Since => wanted;

    /// <summary>Takes in what the facts say at an instant, not before the last.</summary>
    /// <param name="now">The instant.</param>
    /// <param name="says">The tier that score, matrix or default say.</param>
    /// <param name="holds">A tier that is not reached is held by the margin.</param>
    /// <param name="ruling">What the rules say.</param>
    public void Look(long now, int says, bool holds, RuleConstraint ruling)
    {
        var target = ruling.Applied(says);
        if (Tier < 0)
        {
            (Tier, Entered) = (target, now);
            return;
        }

        // What management rules is done at once, upwards and downwards.
        if (ruling.Is >= 0 || ruling.AtMost > Tier)
            MoveTo(now, ruling.Is >= 0 ? ruling.Is : ruling.AtMost);
        if (target == Tier || (target > Tier && holds))
        {
            (wanted, Due) = (None, Gauge.Never);
            return;
        }

        if (standard.Kind == StandardKind.Ladder && target < Tier)
        {
            MoveTo(now, target);
            return;
        }

        if (wanted == None || (standard.Kind == StandardKind.Classes && wantedTier != target))
            wanted = now;
        wantedTier = target;
        Due = Math.Max(wanted + stability.Grace.Ticks, Math.Max(Entered + stability.MinimumStay.Ticks, Allowed()));
        if (now >= Due)
            MoveTo(now, target);
    }

    private void MoveTo(long now, int tier)
    {
        (wanted, Due) = (None, Gauge.Never);
        if (tier == Tier)
            return;
        (Tier, Entered) = (tier, now);
        if (moves.Length == 0)
            return;
        Array.Copy(moves, 1, moves, 0, moves.Length - 1);
        moves[^1] = now;
    }

    // A fall and the rise that may follow make two more: with n allowed, the last n - 1 must not all lie within the quarter.
    private long Allowed() => moves.Length == 0 || moves[0] == None ? None : moves[0] + Stability.Quarter.Ticks;

    private static long[] NewMoves(int count)
    {
        var moves = new long[count];
        Array.Fill(moves, None);
        return moves;
    }
}
