using System.Collections.Immutable;
using Azure.Data.Tables;
using CrmFunctions.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Service.Calendars;
using CrmFunctions.Domain.Service.Care;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Notifications;
using CrmFunctions.Service.Duties;
using CrmFunctions.Service.Owners;
using CrmFunctions.Standards;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Service;

/// <summary>Decides what the service of a customer is to be: what is owed, who owns it, which duties open and close.</summary>
/// <remarks>Source: Service/SERVICE.md.</remarks>
public sealed class ServicePlanner(TieringEngine engine, Team team, IOptions<BusinessHoursOptions> hours)
{
    private static readonly IReadOnlySet<string> nobody = new HashSet<string>();

    private readonly BusinessCalendar usual = hours.Value.ToCalendar();

    /// <summary>What is owed to a customer now.</summary>
    /// <param name="customer">As stored.</param>
    /// <param name="history">Its events, each once.</param>
    /// <param name="all">What is decided of it now.</param>
    public CareDecision Care(StoredCustomer customer, IReadOnlyList<CustomerEvent> history, DecisionSet all) =>
        CareRules.At(SituationOf(customer.Service, history, all), engine.InForce.Plans, usual);

    /// <summary>What the service comes to with a decision.</summary>
    /// <param name="customer">As stored before it.</param>
    /// <param name="history">Its events, each once.</param>
    /// <param name="all">What is decided.</param>
    /// <param name="changes">What of it is news.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<PlannedService> Serve(
        StoredCustomer customer,
        IReadOnlyList<CustomerEvent> history,
        DecisionSet all,
        IReadOnlyList<TierChange> changes,
        CancellationToken cancellationToken
    )
    {
        var before = customer.Service;
        var standing = before with { Standings = Standings(before, all, changes) };
        var situation = SituationOf(standing, history, all);
        var care = CareRules.At(situation, engine.InForce.Plans, usual);
        var owned = await Own(standing, customer, situation, cancellationToken);
        var survey = care.Obligations.FirstOrDefault(owed => owed.Kind == ObligationKind.Survey);
        var open = care.Duties.Select(OpenDuty.Of).ToImmutableArray();
        var gone = before
            .Open.Where(known => open.All(duty => duty.Name != known.Name))
            .Select(known => (Duty: known, Closed: DutyClosing.Of(known.Name, known.Since, situation)))
            .ToList();
        var next = owned with
        {
            Open = open,
            Surveyed =
                survey is null || survey.Period == before.Surveyed?.Period
                    ? before.Surveyed
                    : new SurveyRequest(survey.Period, all.Primary.At),
            Withdrawn =
            [
                .. before.Withdrawn.Union(
                    gone.Where(each => each is { Duty.Kind: ObligationKind.ChurnWarning, Closed.Reason: DutyClosing.LateEvent })
                        .Select(each => each.Duty.Name.Split(':')[1])
                ),
            ],
            Worth = care.Duties.IsEmpty ? before.Worth : CustomerWorth.Of(all.Facts, all.Primary, all.Primary.At),
        };
        return new PlannedService(next, care, [.. Rows(customer, next, gone, situation)]);
    }

    private static Situation SituationOf(ServiceState service, IReadOnlyList<CustomerEvent> history, DecisionSet all) =>
        new(history, all.Facts, all.Decisions, service.Standings, service.Open, service.Surveyed, all.Primary.At);

    private static IEnumerable<ITableEntity> Rows(
        StoredCustomer customer,
        ServiceState next,
        List<(OpenDuty Duty, DutyClosure Closed)> gone,
        Situation situation
    )
    {
        var (before, tier) = (customer.Service, situation.Decisions[0].Tier.Name);
        foreach (var open in next.Open.Where(open => !before.Open.Contains(open)))
            yield return DutyRow.Of(customer.Id, open, tier, next.Owner);
        foreach (var (duty, closed) in gone)
            yield return DutyRow.Of(customer.Id, duty, customer.Decided?.Tier ?? tier, before.Owner).With(closed);
        if (before.Owner != next.Owner)
            yield return OwnerChange.Of(customer.Id, situation.Now, before.Owner, next.Owner, by: null, "plan");
    }

    // Of a scheme that was decided before plans were heard of, the first standing is since the customer was first seen.
    private static ImmutableArray<AnnouncedTier> Standings(ServiceState before, DecisionSet all, IReadOnlyList<TierChange> changes)
    {
        var standings = ImmutableArray.CreateBuilder<AnnouncedTier>();
        foreach (var decision in all.Decisions)
        {
            var (scheme, tier) = (decision.By.Scheme, decision.Tier.Name);
            var known = before.Standings.FirstOrDefault(standing => standing.Scheme == scheme);
            var from = known?.Tier ?? changes.FirstOrDefault(change => (change.Scheme ?? all.Primary.By.Scheme) == scheme)?.FromTier;
            standings.Add(
                known?.Tier == tier ? known
                : from is null || from == tier ? new AnnouncedTier(scheme, tier, all.Facts.FirstSeen ?? decision.At)
                : new AnnouncedTier(scheme, tier, decision.At, from, IsRise(decision.By, from, tier))
            );
        }

        return standings.ToImmutable();
    }

    private static bool? IsRise(Standard standard, string from, string to)
    {
        var names = standard.Tiers.Select(tier => tier.Name).ToList();
        return standard.Kind != StandardKind.Ladder || names.IndexOf(from) is not (>= 0 and var was) ? null : names.IndexOf(to) < was;
    }

    // Sticky: who owns a customer and may, goes on. The place is taken after the state is saved, for the one whom it names.
    private async Task<ServiceState> Own(
        ServiceState service,
        StoredCustomer customer,
        Situation situation,
        CancellationToken cancellationToken
    )
    {
        var rule = situation.Facts.Erased
            ? null
            : AnnouncedTier
                .Served(situation.Standings, engine.InForce.Plans)
                .Select(served => served.Tier.Owner)
                .FirstOrDefault(owner => owner is not null);
        var keeps =
            service.Owner is { } id
            && !situation.Facts.Erased
            && (service.IsByHand || (rule is not null && await team.Find(id, cancellationToken) is { } owner && owner.Fits(rule)));
        if (keeps || (service.Owner is null && rule is null))
            return service;
        var chosen = rule is null ? null : await team.Choose(rule, customer.Id.Key, nobody, cancellationToken);
        return service.OwnedBy(chosen?.Id);
    }
}

/// <summary>What the service of a customer comes to.</summary>
/// <param name="State">To be kept with the decision.</param>
/// <param name="Care">What is owed.</param>
/// <param name="Rows">Duties opened and closed, to be written with the state.</param>
public sealed record PlannedService(ServiceState State, CareDecision Care, ImmutableArray<ITableEntity> Rows);
