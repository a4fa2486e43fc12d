using CrmFunctions.Customers;
using CrmFunctions.Messaging;
using CrmFunctions.Notifications.Channels;

namespace CrmFunctions.Notifications;

/// <summary>Sends on what a recalculation has to tell.</summary>
public sealed class Announcements(Bus bus, IEnumerable<IChannel> channels)
{
    /// <summary>Changes of tier and stage are told to subscribers: there is a webhook.</summary>
    public bool Wanted { get; } = channels.Any(channel => channel.Name == "webhook");

    /// <summary>Sends everything in the customer's outbox. Sent twice, the ledger tells it once.</summary>
    public Task Send(StoredCustomer customer, CancellationToken cancellationToken) =>
        bus.Send(Flow.Queues.Notifications, [.. customer.Outbox.Select(change => Notification.Of(customer, change))], cancellationToken);
}
