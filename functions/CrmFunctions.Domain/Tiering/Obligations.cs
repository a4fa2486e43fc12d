using System.Collections.Immutable;
using System.Xml;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Tiering;

/// <summary>What we owe a customer at an instant.</summary>
/// <remarks>Source: Tiering/Obligations.md.</remarks>
public static class Obligations
{
    /// <summary>The obligations at an instant, those already met included: the ledger knows which are.</summary>
    public static ImmutableArray<Obligation> At(Facts facts, Tier tier, Stage stage, StageTimes times, DateTimeOffset now)
    {
        var revisit = Revisit(facts, tier, stage, now);
        var warning = stage == Stage.ChurnWarning && !facts.Erased ? Warning(facts, times) : null;
        return (warning, revisit) switch
        {
            (null, null) => [],
            (null, _) => [revisit],
            (_, null) => [warning],
            _ => [warning, revisit],
        };
    }

    /// <summary>Since when a revisit has been owed; null: none is.</summary>
    internal static DateTimeOffset? RevisitSince(Facts facts, Tier tier, Stage stage, DateTimeOffset now)
    {
        if (facts.Erased || tier.Revisit is not { } cadence || !IsVisited(stage) || LastCare(facts) is not { } from)
            return null;
        var periods = (now - from).Ticks / cadence.Ticks;
        return periods < 1 ? null : from + (cadence * periods);
    }

    /// <summary>When the next revisit would fall due after an instant, if tier and stage stay; null: never.</summary>
    internal static DateTimeOffset? NextRevisit(Facts facts, Tier tier, DateTimeOffset now)
    {
        if (facts.Erased || tier.Revisit is not { } cadence || LastCare(facts) is not { } from)
            return null;
        return from + (cadence * (((now - from).Ticks / cadence.Ticks) + 1));
    }

    private static Obligation Warning(Facts facts, StageTimes times) =>
        new(ObligationKind.ChurnWarning, PeriodStamps.Of(facts.Orders[^1].At), times.ChurnWarningFrom);

    // One revisit for each whole cadence without contact. It is named after the silence and its length, not after a count: in a tier
    // with another cadence the same count is another revisit, and the same length the same one.
    private static Obligation? Revisit(Facts facts, Tier tier, Stage stage, DateTimeOffset now)
    {
        if (RevisitSince(facts, tier, stage, now) is not { } since || LastCare(facts) is not { } from)
            return null;
        return new Obligation(ObligationKind.Revisit, $"{PeriodStamps.Of(from)}+{XmlConvert.ToString(since - from)}", since);
    }

    // An order is a contact too: nobody needs to be asked how they are on the day they bought.
    internal static DateTimeOffset? LastCare(Facts facts)
    {
        var last = facts.LastContact;
        if (facts.Orders is [.., var order] && !(last >= order.At))
            last = order.At;
        return last;
    }

    internal static bool IsVisited(Stage stage) => stage is Stage.New or Stage.Active or Stage.HighValue or Stage.Dormant;
}
