using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.ValueModels.Prediction;

namespace CrmFunctions.Domain.Lifecycle;

/// <summary>When a customer is in which stage.</summary>
/// <param name="NewFor">For this long after the first order a customer is new.</param>
/// <param name="IntentFor">For this long after a sign of intent a customer without an order is one with intent.</param>
/// <param name="Dormant">Silence since the last order after which a customer sleeps.</param>
/// <param name="ChurnWarning">Silence after which a customer is about to be lost.</param>
/// <param name="ChurnedAfter">Silence after which a customer is lost; more than the others.</param>
/// <remarks>Source: Lifecycle/Lifecycle.md.</remarks>
public sealed record LifecycleRules(TimeSpan NewFor, TimeSpan IntentFor, Silence Dormant, Silence ChurnWarning, TimeSpan ChurnedAfter)
{
    /// <summary>The instants at which the stage of a customer changes by silence alone.</summary>
    /// <param name="facts">As of any instant: they hold until the next event.</param>
    /// <param name="outlook">Says what silence means, where the rules ask a model.</param>
    public StageTimes Times(Facts facts, Outlook outlook)
    {
        if (facts.Orders is not [var first, ..])
            return new StageTimes { IntentUntil = facts.LastIntent is { } intent ? intent + IntentFor : null };
        var last = facts.Orders[^1].At;
        return new StageTimes
        {
            NewUntil = first.At + NewFor,
            DormantFrom = last + Dormant.Of(outlook),
            ChurnWarningFrom = last + ChurnWarning.Of(outlook),
            ChurnedFrom = last + ChurnedAfter,
        };
    }
}

/// <summary>The instants at which a customer's stage changes by silence alone. UTC.</summary>
public readonly record struct StageTimes
{
    /// <summary>End of the intent of a customer without an order. Null: no intent was shown, or there is an order.</summary>
    public DateTimeOffset? IntentUntil { get; init; }

    /// <summary>The customer is no longer new. Null: there is no order, and the others mean nothing.</summary>
    public DateTimeOffset? NewUntil { get; init; }

    /// <summary>The customer sleeps.</summary>
    public DateTimeOffset DormantFrom { get; init; }

    /// <summary>The customer is about to be lost.</summary>
    public DateTimeOffset ChurnWarningFrom { get; init; }

    /// <summary>The customer is lost.</summary>
    public DateTimeOffset ChurnedFrom { get; init; }

    /// <summary>The stage at an instant.</summary>
    /// <param name="now">UTC.</param>
    /// <param name="highestTier">The customer is in the highest tier of a ladder.</param>
    public Stage At(DateTimeOffset now, bool highestTier)
    {
        if (NewUntil is not { } newUntil)
            return now < IntentUntil ? Stage.Intent : Stage.Prospect;
        if (now >= ChurnedFrom)
            return Stage.Churned;
        if (now >= ChurnWarningFrom)
            return Stage.ChurnWarning;
        if (now >= DormantFrom)
            return Stage.Dormant;
        if (now < newUntil)
            return Stage.New;
        return highestTier ? Stage.HighValue : Stage.Active;
    }

    /// <summary>The first of them after an instant, as UTC ticks; the largest number there is where none lies ahead.</summary>
    internal long Next(long now)
    {
        var next = long.MaxValue;
        if (IntentUntil is { } intent)
            Take(intent);
        if (NewUntil is not { } newUntil)
            return next;
        Take(newUntil);
        Take(DormantFrom);
        Take(ChurnWarningFrom);
        Take(ChurnedFrom);
        return next;

        void Take(DateTimeOffset instant)
        {
            if (instant.UtcTicks > now)
                next = Math.Min(next, instant.UtcTicks);
        }
    }
}
