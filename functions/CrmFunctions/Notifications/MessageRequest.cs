using System.Text.Json.Serialization;
using Azure.Messaging.ServiceBus;
using CrmFunctions.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Messaging;

namespace CrmFunctions.Notifications;

/// <summary>
/// Asks that something be said about a customer: the body of a message on the queue <c>notifications</c>. Customer, rule and period name it
/// for ever: however often it is asked for, it is said once.
/// </summary>
/// <param name="Customer">Key of one of the customer's handles.</param>
/// <param name="Rule">What is told: <see cref="TierChanged"/>, the code of an obligation, or the name of a touch.</param>
/// <param name="Period">The episode.</param>
/// <param name="Change">The change to be told, where the rule is <see cref="TierChanged"/>.</param>
/// <param name="Touch">What to say and to whom, where it is not one of the suite's own rules.</param>
/// <param name="Withdraw">It is taken back instead.</param>
/// <param name="Channel">On which channel it is tried again, where it is one of the suite's own rules; null: on all.</param>
public sealed record MessageRequest(
    string Customer,
    string Rule,
    string Period,
    TierChange? Change = null,
    Touch? Touch = null,
    bool Withdraw = false,
    string? Channel = null
)
{
    /// <summary>The rule that tells subscribers of a change of tier or stage.</summary>
    public const string TierChanged = "tier-changed";

    /// <summary>The rule that takes a churn warning back that a late event has shown to be wrong.</summary>
    public const string ChurnWarningWithdrawn = "churn-warning-withdrawn";

    private const int LongestName = 80;

    /// <summary>Asks for a touch.</summary>
    /// <param name="customer">One of the customer's handles.</param>
    /// <param name="rule">Why, such as <c>win-back</c>. Letters, digits and dashes.</param>
    /// <param name="period">The episode. Visible ASCII without <c>|</c>, <c>/</c>, <c>\</c>, <c>#</c>, <c>?</c>.</param>
    /// <param name="touch">What.</param>
    /// <param name="visibleAt">It is looked at from then on; null: at once.</param>
    /// <exception cref="ArgumentException">Rule or period could not be a key, or the purpose is none.</exception>
    public static ServiceBusMessage Of(Handle customer, string rule, string period, Touch touch, DateTimeOffset? visibleAt = null)
    {
        _ = Purposes.FromCode(touch.Purpose) ?? throw new ArgumentException($"'{touch.Purpose}' is no purpose.", nameof(touch));
        return (Named(customer, rule, period) with { Touch = touch }).Ask("touch:", "", visibleAt);
    }

    /// <summary>Takes a touch back: what was not sent yet is not sent any more. What was sent stays.</summary>
    public static ServiceBusMessage Withdrawal(Handle customer, string rule, string period) =>
        (Named(customer, rule, period) with { Withdraw = true }).Ask("touch:", ":withdraw");

    /// <summary>Tells of a warning taken back.</summary>
    public static ServiceBusMessage WarningWithdrawn(StoredCustomer customer, string period) =>
        new MessageRequest(customer.Id.Key, ChurnWarningWithdrawn, period).Ask();

    /// <summary>Tells of a change.</summary>
    public static ServiceBusMessage Of(StoredCustomer customer, TierChange change) =>
        new MessageRequest(
            customer.Id.Key,
            TierChanged,
            $"{change.At.UtcDateTime:yyyyMMdd'T'HHmmss.fffffff'Z'}{(change.Scheme is null ? "" : $"-{change.Scheme}")}",
            change
        ).Ask();

    /// <summary>
    /// Meets an obligation. A row put again is a message again: what was withdrawn may be true once more.
    /// </summary>
    public static ServiceBusMessage Of(ObligationKind kind, DueRow row) =>
        new MessageRequest(row.Customer, kind.Code(), row.Period).Ask(occasion: $":{row.Timestamp?.UtcTicks}");

    /// <summary>The same again, at another time.</summary>
    internal ServiceBusMessage Again(string occasion, DateTimeOffset? visibleAt) => Ask("touch:", $":{occasion}", visibleAt);

    // Sent twice under one name, the queue drops the second.
    private ServiceBusMessage Ask(string prefix = "", string occasion = "", DateTimeOffset? visibleAt = null) =>
        Bus.Message($"{prefix}{Customer}:{Rule}:{Period}{occasion}", this, visibleAt);

    private static MessageRequest Named(Handle customer, string rule, string period) =>
        new(customer.Key, Name(rule, nameof(rule)), Name(period, nameof(period)));

    private static string Name(string name, string parameter) =>
        name.Length is > 0 and <= LongestName && !name.Any(c => c is <= ' ' or > '~' or '|' or '/' or '\\' or '#' or '?')
            ? name
            : throw new ArgumentException(
                $"'{name}' can be no part of a key: 1 to {LongestName} visible ASCII characters without | / \\ # ?.",
                parameter
            );
}

/// <summary>
/// What to say and to whom. A request for a touch carries it; for the suite's own rules it is composed when the request is looked at (<see cref="ITeamNoteComposer"/>).
/// </summary>
/// <param name="Purpose"><c>transactional</c> or <c>marketing</c>; that of the template.</param>
/// <param name="Template">The template's name.</param>
/// <param name="Variables">What the template names, all of it. <c>unsubscribe</c> is given by the suite.</param>
/// <param name="Channels">
/// Names of channels in the order of preference. The first that may carry it does; where one may not or is refused for good, the next is
/// tried. A note to the team has none: it goes on every channel that there is.
/// </param>
/// <param name="Audience">Who reads it.</param>
/// <param name="Language"><c>zh-CN</c> or <c>en</c>; null: the setting's.</param>
/// <param name="Expires">From then on it is not sent. Null: after the time that the settings keep it for.</param>
/// <param name="While">Codes of stages; in another one it is withdrawn. Null: in any.</param>
/// <param name="AskedAt">
/// When it was asked for; of a note to the team, when what it tells of happened. UTC, by the business clock.
/// </param>
public sealed record Touch(
    string Purpose,
    string Template,
    IReadOnlyDictionary<string, string> Variables,
    IReadOnlyList<string> Channels,
    Audience Audience,
    DateTimeOffset AskedAt,
    string? Language = null,
    DateTimeOffset? Expires = null,
    IReadOnlyList<string>? While = null
);

/// <summary>Who reads a message.</summary>
/// <param name="Kind"><see cref="Customer"/> or <see cref="Team"/>.</param>
/// <param name="Email">A team member's address; null: the setting's.</param>
/// <param name="Phone">A team member's number, in E.164.</param>
public sealed record Audience(string Kind, string? Email = null, string? Phone = null)
{
    /// <summary>The customer, at the address that sources last said.</summary>
    public const string Customer = "customer";

    /// <summary>People of ours: robots, and the address given.</summary>
    public const string Team = "team";

    /// <summary>The customer.</summary>
    public static Audience OfCustomer { get; } = new(Customer);

    /// <summary>People of ours.</summary>
    public static Audience OfTeam(string? email = null, string? phone = null) => new(Team, email, phone);

    /// <summary>Whether it is the customer.</summary>
    [JsonIgnore]
    public bool IsCustomer => Kind == Customer;
}
