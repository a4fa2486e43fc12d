using CrmFunctions.Domain.Customers;

namespace CrmFunctions.Domain.Lifecycle;

/// <summary>When a customer is in which stage.</summary>
/// <param name="NewFor">For this long after the first order a customer is new.</param>
/// <param name="IntentFor">For this long after a sign of intent a customer without an order is one with intent.</param>
/// <param name="DormantAfter">Silence since the last order after which a customer sleeps.</param>
/// <param name="ChurnWarningAfter">Silence after which a customer is about to be lost; more than <paramref name="DormantAfter"/>.</param>
/// <param name="ChurnedAfter">Silence after which a customer is lost; more than <paramref name="ChurnWarningAfter"/>.</param>
/// <remarks>Source: Lifecycle/Lifecycle.md.</remarks>
public sealed record LifecycleRules(
    TimeSpan NewFor, TimeSpan IntentFor, TimeSpan DormantAfter, TimeSpan ChurnWarningAfter, TimeSpan ChurnedAfter)
{
    /// <summary>The stage at an instant.</summary>
    /// <param name="facts">True at <paramref name="now"/>.</param>
    /// <param name="highestTier">The customer is in the highest tier.</param>
    /// <param name="now">UTC.</param>
    public Stage At(Facts facts, bool highestTier, DateTimeOffset now)
    {
        if (facts.Orders is not [var first, ..])
        {
            return facts.LastIntent is { } intent && now < intent + IntentFor ? Stage.Intent : Stage.Prospect;
        }

        var silence = now - facts.Orders[^1].At;
        if (silence >= ChurnedAfter) return Stage.Churned;
        if (silence >= ChurnWarningAfter) return Stage.ChurnWarning;
        if (silence >= DormantAfter) return Stage.Dormant;
        if (now < first.At + NewFor) return Stage.New;
        return highestTier ? Stage.HighValue : Stage.Active;
    }

    /// <summary>The instants at which silence alone may change the stage, past ones included.</summary>
    public IEnumerable<DateTimeOffset> Turns(Facts facts)
    {
        if (facts.Orders is [var first, ..])
        {
            var last = facts.Orders[^1].At;
            return [first.At + NewFor, last + DormantAfter, last + ChurnWarningAfter, last + ChurnedAfter];
        }

        return facts.LastIntent is { } intent ? [intent + IntentFor] : [];
    }
}
