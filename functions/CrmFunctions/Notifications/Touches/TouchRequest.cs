using Azure.Messaging.ServiceBus;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Messaging;

namespace CrmFunctions.Notifications.Touches;

/// <summary>
/// One thing to be said about one customer, put on the queue with <see cref="Message"/>; what happens from there is decided here. With the
/// customer, rule and period it is one message for ever, however often it is asked for.
/// </summary>
/// <param name="Purpose"><c>transactional</c> or <c>marketing</c>; that of the template.</param>
/// <param name="Template">The template's name.</param>
/// <param name="Variables">What the template names, all of it. <c>unsubscribe</c> is given by the suite.</param>
/// <param name="Channels">
/// Names of channels in the order of preference. The first that may carry it does; where one may not or is refused for good, the next is
/// tried.
/// </param>
/// <param name="Audience">Who reads it.</param>
/// <param name="Language"><c>zh-CN</c> or <c>en</c>; null: the setting's.</param>
/// <param name="Expires">From then on it is not sent. Null: after the time that the settings keep it for.</param>
/// <param name="While">Codes of stages; in another one it is withdrawn. Null: in any.</param>
/// <param name="AskedAt">When it was asked for. UTC, by the business clock.</param>
public sealed record TouchRequest(
    string Purpose,
    string Template,
    IReadOnlyDictionary<string, string> Variables,
    IReadOnlyList<string> Channels,
    Audience Audience,
    DateTimeOffset AskedAt,
    string? Language = null,
    DateTimeOffset? Expires = null,
    IReadOnlyList<string>? While = null
)
{
    private const int LongestName = 80;

    /// <summary>The message that asks for it. Sent twice, it is told once.</summary>
    /// <param name="customer">One of the customer's handles.</param>
    /// <param name="rule">Why, such as <c>win-back</c>. Letters, digits and dashes.</param>
    /// <param name="period">The episode. Visible ASCII without <c>|</c>, <c>/</c>, <c>\</c>, <c>#</c>, <c>?</c>.</param>
    /// <param name="touch">What.</param>
    /// <param name="visibleAt">It is looked at from then on; null: at once.</param>
    /// <exception cref="ArgumentException">Rule or period could not be a key.</exception>
    public static ServiceBusMessage Message(
        Handle customer,
        string rule,
        string period,
        TouchRequest touch,
        DateTimeOffset? visibleAt = null
    )
    {
        _ = Purposes.FromCode(touch.Purpose) ?? throw new ArgumentException($"'{touch.Purpose}' is no purpose.", nameof(touch));
        return Ask(new Notification(customer.Key, Name(rule, nameof(rule)), Name(period, nameof(period)), Touch: touch), "", visibleAt);
    }

    /// <summary>The message that takes it back: what was not sent yet is not sent any more. What was sent stays.</summary>
    public static ServiceBusMessage Withdrawal(Handle customer, string rule, string period) =>
        Ask(
            new Notification(customer.Key, Name(rule, nameof(rule)), Name(period, nameof(period)), Withdraw: true),
            ":withdraw",
            visibleAt: null
        );

    /// <summary>The same again, at another time.</summary>
    internal static ServiceBusMessage Again(Notification notification, string occasion, DateTimeOffset? visibleAt) =>
        Ask(notification, $":{occasion}", visibleAt);

    private static ServiceBusMessage Ask(Notification notification, string occasion, DateTimeOffset? visibleAt) =>
        Bus.Message($"touch:{notification.Customer}:{notification.Rule}:{notification.Period}{occasion}", notification, visibleAt);

    private static string Name(string name, string parameter) =>
        name.Length is > 0 and <= LongestName && !name.Any(c => c is <= ' ' or > '~' or '|' or '/' or '\\' or '#' or '?')
            ? name
            : throw new ArgumentException(
                $"'{name}' can be no part of a key: 1 to {LongestName} visible ASCII characters without | / \\ # ?.",
                parameter
            );
}

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
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsCustomer => Kind == Customer;
}
