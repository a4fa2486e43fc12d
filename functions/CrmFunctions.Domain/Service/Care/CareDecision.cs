using System.Collections.Immutable;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Service.Plans;
using CrmFunctions.Domain.Tiering;

namespace CrmFunctions.Domain.Service.Care;

/// <summary>All that says what we owe a customer.</summary>
/// <param name="History">The events, each once, in the order of folding.</param>
/// <param name="Facts">Their fold at <paramref name="Now"/>.</param>
/// <param name="Decisions">What the standards in force say; the first gives the stage.</param>
/// <param name="Standings">The tiers as they were announced.</param>
/// <param name="Open">Duties that are on the list.</param>
/// <param name="Surveyed">The last survey that was asked for; null: none.</param>
/// <param name="Now">UTC.</param>
public sealed record Situation(
    IReadOnlyList<CustomerEvent> History,
    Facts Facts,
    ImmutableArray<Decision> Decisions,
    ImmutableArray<AnnouncedTier> Standings,
    ImmutableArray<OpenDuty> Open,
    SurveyRequest? Surveyed,
    DateTimeOffset Now
);

/// <summary>What is owed, and when that changes.</summary>
/// <param name="Obligations">To be told once each, in the order of their names.</param>
/// <param name="Duties">What the team has to do, the first due first.</param>
/// <param name="Messages">What is said to the customer, by the obligation's name.</param>
/// <param name="Next">The first instant after now at which any of it would differ with no new event. Null: never.</param>
public sealed record CareDecision(
    ImmutableArray<Obligation> Obligations,
    ImmutableArray<Duty> Duties,
    ImmutableDictionary<string, CareMessageRequest> Messages,
    DateTimeOffset? Next
);

/// <summary>Something the team has to do.</summary>
/// <param name="Of">What.</param>
/// <param name="Opened">When it came on the list. UTC.</param>
/// <param name="Due">To be done by then. UTC.</param>
/// <param name="Reminds">Whether the owner is reminded when it is overdue.</param>
/// <param name="Escalates">The lead is told then. Null: never. UTC.</param>
public sealed record Duty(Obligation Of, DateTimeOffset Opened, DateTimeOffset Due, bool Reminds, DateTimeOffset? Escalates);

/// <summary>What a plan has said to a customer.</summary>
/// <param name="Message">As the plan says.</param>
/// <param name="Given">Variables that follow from the occasion.</param>
/// <param name="Until">From then on it is not said any more. UTC. Null: it holds.</param>
public sealed record CareMessageRequest(CareMessage Message, ImmutableSortedDictionary<string, string> Given, DateTimeOffset? Until);
