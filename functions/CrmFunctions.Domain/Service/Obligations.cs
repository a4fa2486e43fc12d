using System.Collections.Immutable;
using System.Globalization;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Standards;

namespace CrmFunctions.Domain.Service;

/// <summary>What we owe a customer at an instant.</summary>
/// <remarks>Source: Service/Obligations.md.</remarks>
public static class Obligations
{
    /// <summary>The obligations at an instant, those already met included: the ledger knows which are.</summary>
    public static ImmutableArray<Obligation> At(Facts facts, Tier tier, Stage stage, Standard standard, DateTimeOffset now)
    {
        if (facts.Erased) return [];
        var revisit = Revisit(facts, tier, stage, now);
        var warning = stage == Stage.ChurnWarning ? Warning(facts, standard) : null;
        return (warning, revisit) switch
        {
            (null, null) => [],
            (null, _) => [revisit],
            (_, null) => [warning],
            _ => [warning, revisit],
        };
    }

    /// <summary>Since when a revisit has been owed; null: none is.</summary>
    internal static DateTimeOffset? RevisitSince(Facts facts, Tier tier, Stage stage, DateTimeOffset now) => Revisit(facts, tier, stage, now)?.Since;

    /// <summary>The instants at which a revisit may fall due in any tier, while the customer is in a stage that is visited.</summary>
    internal static void AddTurns(Facts facts, Standard standard, List<DateTimeOffset> turns)
    {
        if (facts.Orders is not [.., var order] || LastCare(facts) is not { } from) return;
        var end = order.At + standard.Lifecycle.ChurnWarningAfter;
        foreach (var tier in standard.Tiers)
        {
            if (tier.Revisit is not { } cadence) continue;
            for (var due = from + cadence; due < end; due += cadence) turns.Add(due);
        }
    }

    private static Obligation Warning(Facts facts, Standard standard)
    {
        var last = facts.Orders[^1].At;
        return new Obligation(ObligationKind.ChurnWarning, Stamp(last), last + standard.Lifecycle.ChurnWarningAfter);
    }

    // One revisit for each whole cadence without contact: the second does not repeat the first.
    private static Obligation? Revisit(Facts facts, Tier tier, Stage stage, DateTimeOffset now)
    {
        if (tier.Revisit is not { } cadence || !IsVisited(stage) || LastCare(facts) is not { } from) return null;
        var periods = (now - from).Ticks / cadence.Ticks;
        return periods < 1 ? null : new Obligation(ObligationKind.Revisit, $"{Stamp(from)}+{periods}", from + (cadence * periods));
    }

    // An order is a contact too: nobody needs to be asked how they are on the day they bought.
    private static DateTimeOffset? LastCare(Facts facts)
    {
        var last = facts.LastContact;
        if (facts.Orders is [.., var order] && !(last >= order.At)) last = order.At;
        return last;
    }

    private static bool IsVisited(Stage stage) => stage is Stage.New or Stage.Active or Stage.HighValue or Stage.Dormant;

    private static string Stamp(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
}
