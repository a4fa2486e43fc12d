using System.Collections.Immutable;
using CrmFunctions.Domain.Service.Calendars;

namespace CrmFunctions.Domain.Service.Plans;

/// <summary>
/// 差异化服务: what each tier of a scheme gets, as data: who cares for the customer, how often, what is offered, promised and said.
/// </summary>
/// <remarks>Source: Service/Plans/Plans.md.</remarks>
public sealed record Plan
{
    /// <summary>The scheme whose tiers it serves.</summary>
    public required string Scheme { get; init; }

    /// <summary>The first 12 hexadecimal digits of the SHA-256 of the plan as written.</summary>
    public required string Version { get; init; }

    /// <summary>
    /// Perks are owed for a first entry since then, so that a base that is loaded gets none for its past. Null: for no first entry.
    /// </summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>When the people of the plan are at work.</summary>
    public required BusinessCalendar Calendar { get; init; }

    /// <summary>One for each tier that gets more than nothing.</summary>
    public required ImmutableArray<TierPlan> Tiers { get; init; }

    /// <summary>Scheme and version.</summary>
    public string Name => $"{Scheme}@{Version}";

    /// <summary>Names of the templates that it speaks with, each once.</summary>
    public IEnumerable<string> Templates =>
        Tiers
            .SelectMany(tier => tier.Messages)
            .Select(message => message.Template)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);

    /// <summary>What a tier gets; null: nothing of its own.</summary>
    public TierPlan? For(string tier) => Tiers.FirstOrDefault(plan => plan.Tier == tier);
}

/// <summary>What one tier gets.</summary>
public sealed record TierPlan
{
    /// <summary>The tier's name.</summary>
    public required string Tier { get; init; }

    /// <summary>Who must care for the customer. Null: nobody in particular; duties go to the pool.</summary>
    public OwnerRule? Owner { get; init; }

    /// <summary>How often the owner visits, calls or writes. Null: as the standard's tier says.</summary>
    public Cadence? Visits { get; init; }

    /// <summary>
    /// Business time within which a complaint, a reply, a sign of life or a warning is answered. Null: <see cref="DefaultResponse"/>, and
    /// nobody is reminded.
    /// </summary>
    public TimeSpan? RespondWithin { get; init; }

    /// <summary>Business time after which the lead is told of what is overdue. Null: never.</summary>
    public TimeSpan? EscalateAfter { get; init; }

    /// <summary>What one visit takes. Null: not said.</summary>
    public TimeSpan? VisitTime { get; init; }

    /// <summary>What the customer is told to have.</summary>
    public ImmutableArray<string> Benefits { get; init; } = [];

    /// <summary>Names of the services the tier may ask for.</summary>
    public ImmutableArray<string> Services { get; init; } = [];

    /// <summary>Issued once for each entry into the tier.</summary>
    public ImmutableArray<NamedMessage> Perks { get; init; } = [];

    /// <summary>Steps after the first event.</summary>
    public ImmutableArray<OnboardingStep> Onboarding { get; init; } = [];

    /// <summary>Days that are remembered.</summary>
    public ImmutableArray<FestivalMessage> Festivals { get; init; } = [];

    /// <summary>The offer to a customer about to be lost.</summary>
    public CareMessage? WinBack { get; init; }

    /// <summary>The word to one who sleeps.</summary>
    public CareMessage? WakeUp { get; init; }

    /// <summary>On the birthday.</summary>
    public CareMessage? Birthday { get; init; }

    /// <summary>To who has risen into the tier.</summary>
    public CareMessage? Upgraded { get; init; }

    /// <summary>To who has fallen into it.</summary>
    public CareMessage? Downgraded { get; init; }

    /// <summary>To who is about to fall out of it.</summary>
    public DropMessage? WillDrop { get; init; }

    /// <summary>Asks how it was.</summary>
    public SurveyMessage? Survey { get; init; }

    /// <summary>All that is said to its customers.</summary>
    public IEnumerable<CareMessage> Messages =>
        [
            .. Perks.Select(perk => perk.Message),
            .. Onboarding.Select(step => step.Message),
            .. Festivals.Select(festival => festival.Message),
            .. new[] { WinBack, WakeUp, Birthday, Upgraded, Downgraded, WillDrop?.Message, Survey?.Message }.OfType<CareMessage>(),
        ];

    /// <summary>Two days of eight hours.</summary>
    public static readonly TimeSpan DefaultResponse = TimeSpan.FromHours(16);
}

/// <summary>Who may own a customer.</summary>
/// <param name="Skills">All of these are wanted.</param>
public sealed record OwnerRule(ImmutableArray<string> Skills);

/// <summary>What is said to a customer, in the words of a template.</summary>
/// <param name="Template">The template's name.</param>
/// <param name="Channels">Names of channels in the order of preference.</param>
/// <param name="Variables">For the template, beside those that the suite gives: name, tier, fromTier, date, festival, benefits.</param>
public sealed record CareMessage(string Template, ImmutableArray<string> Channels, ImmutableSortedDictionary<string, string> Variables);

/// <summary>A message with a name.</summary>
public sealed record NamedMessage(string Name, CareMessage Message);

/// <summary>A step of onboarding.</summary>
/// <param name="Name">Its name.</param>
/// <param name="After">So long after the first event; it is not said any more a week later.</param>
/// <param name="Unless">An event type that makes it needless once it has happened. Null: none does.</param>
/// <param name="Message">What is said.</param>
public sealed record OnboardingStep(string Name, TimeSpan After, string? Unless, CareMessage Message);

/// <summary>A festival, and what is said on it.</summary>
public sealed record FestivalMessage(string Name, Festival On, CareMessage Message);

/// <summary>What is said ahead of a fall.</summary>
/// <param name="Ahead">So long before the date.</param>
/// <param name="Message">What is said.</param>
public sealed record DropMessage(TimeSpan Ahead, CareMessage Message);

/// <summary>A survey.</summary>
/// <param name="After">So long after an order.</param>
/// <param name="CoolDown">Not again within.</param>
/// <param name="Message">What is said.</param>
public sealed record SurveyMessage(TimeSpan After, TimeSpan CoolDown, CareMessage Message);
