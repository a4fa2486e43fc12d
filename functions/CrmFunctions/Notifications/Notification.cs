using Azure.Messaging.ServiceBus;
using CrmFunctions.Customers;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Messaging;
using CrmFunctions.Notifications.Touches;

namespace CrmFunctions.Notifications;

/// <summary>Asks that something be told about a customer, once for each rule and period.</summary>
/// <param name="Customer">Key of one of the customer's handles.</param>
/// <param name="Rule">What is told: <see cref="TierChanged"/> or the code of an obligation.</param>
/// <param name="Period">The episode.</param>
/// <param name="Change">The change to be told, where the rule is <see cref="TierChanged"/>.</param>
/// <param name="Touch">What to say and to whom, where it is not one of the suite's own rules.</param>
/// <param name="Withdraw">It is taken back instead.</param>
/// <param name="Channel">On which channel it is tried again, where it is one of the suite's own rules; null: on all.</param>
public sealed record Notification(
    string Customer,
    string Rule,
    string Period,
    TierChange? Change = null,
    TouchRequest? Touch = null,
    bool Withdraw = false,
    string? Channel = null
)
{
    /// <summary>The rule that tells subscribers of a change of tier or stage.</summary>
    public const string TierChanged = "tier-changed";

    /// <summary>The rule that takes a churn warning back that a late event has shown to be wrong.</summary>
    public const string ChurnWarningWithdrawn = "churn-warning-withdrawn";

    /// <summary>The message that tells of a warning taken back.</summary>
    public static ServiceBusMessage WarningWithdrawn(StoredCustomer customer, string period) =>
        Message(new Notification(customer.Id.Key, ChurnWarningWithdrawn, period));

    /// <summary>The message that tells of a change.</summary>
    public static ServiceBusMessage Of(StoredCustomer customer, TierChange change) =>
        Message(
            new Notification(
                customer.Id.Key,
                TierChanged,
                $"{change.At.UtcDateTime:yyyyMMdd'T'HHmmss.fffffff'Z'}{(change.Scheme is null ? "" : $"-{change.Scheme}")}",
                change
            )
        );

    /// <summary>
    /// The message that meets an obligation. A row put again is a message again: what was withdrawn may be true once more.
    /// </summary>
    public static ServiceBusMessage Of(ObligationKind kind, DueRow row) =>
        Message(new Notification(row.Customer, kind.Code(), row.Period), $":{row.Timestamp?.UtcTicks}");

    private static ServiceBusMessage Message(Notification notification, string occasion = "") =>
        Bus.Message($"{notification.Customer}:{notification.Rule}:{notification.Period}{occasion}", notification);
}
