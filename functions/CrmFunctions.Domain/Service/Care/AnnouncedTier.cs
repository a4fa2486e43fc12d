using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Service.Plans;

namespace CrmFunctions.Domain.Service.Care;

/// <summary>
/// A tier as it was announced, not as it would be worked out for the past today: what was said and issued on an entry follows from it.
/// </summary>
/// <param name="Scheme">The scheme.</param>
/// <param name="Tier">The tier.</param>
/// <param name="Since">When it was announced; of a first decision, when the customer was first seen. UTC.</param>
/// <param name="From">The tier before; null: this is the first.</param>
/// <param name="IsRise">From a lower tier; null where tiers have no rank, or there was none before.</param>
public sealed record AnnouncedTier(string Scheme, string Tier, DateTimeOffset Since, string? From = null, bool? IsRise = null)
{
    /// <summary>Names the entry for ever. There is one first entry, however often all is decided anew.</summary>
    public string Entry => From is null ? "first" : PeriodStamps.Of(Since);

    /// <summary>The plans that serve a customer, in their order, with the tier in each.</summary>
    public static IEnumerable<(Plan Plan, TierPlan Tier, AnnouncedTier Standing)> Served(
        IReadOnlyList<AnnouncedTier> standings,
        IReadOnlyList<Plan> plans
    )
    {
        foreach (var plan in plans)
        {
            if (standings.FirstOrDefault(standing => standing.Scheme == plan.Scheme) is { } standing && plan.For(standing.Tier) is { } tier)
                yield return (plan, tier, standing);
        }
    }
}

/// <summary>A survey as it was asked for.</summary>
/// <param name="Period">The order's.</param>
/// <param name="At">When. UTC.</param>
public sealed record SurveyRequest(string Period, DateTimeOffset At);

/// <summary>A duty that was opened and is not closed.</summary>
/// <param name="Name">The obligation's.</param>
/// <param name="Since">From when on it is owed. UTC.</param>
/// <param name="Opened">When it came on the list. UTC.</param>
/// <param name="Due">To be done by then. UTC.</param>
/// <param name="Escalates">The lead is told then. Null: never. UTC.</param>
public sealed record OpenDuty(string Name, DateTimeOffset Since, DateTimeOffset Opened, DateTimeOffset Due, DateTimeOffset? Escalates)
{
    /// <summary>What has to be done.</summary>
    public ObligationKind Kind => ObligationKinds.FromCode(Name.Split(':')[0]) ?? throw new FormatException($"'{Name}' names no duty.");

    /// <summary>A duty as it is kept.</summary>
    public static OpenDuty Of(Duty duty) => new(duty.Of.Name, duty.Of.Since, duty.Opened, duty.Due, duty.Escalates);
}
