using CrmFunctions.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Messaging;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Complaints;
using CrmFunctions.Notifications.Permission;

namespace CrmFunctions.Notifications;

/// <summary>Sends on what a recalculation has to tell.</summary>
public sealed class OutboxPublisher(Bus bus, ConsentStore consents, ComplaintIndex complaints, IEnumerable<IChannel> channels)
{
    /// <summary>Changes of tier and stage are told to subscribers: there is a webhook.</summary>
    public bool Wanted { get; } = channels.Any(channel => channel.Name == "webhook");

    /// <summary>Sends everything in the customer's outbox. Sent twice, the ledger tells it once.</summary>
    public Task Send(StoredCustomer customer, CancellationToken cancellationToken) =>
        bus.Send(Flow.Queues.Notifications, [.. customer.Outbox.Select(change => MessageRequest.Of(customer, change))], cancellationToken);

    /// <summary>
    /// Adds to the consent ledger what a history says of consent, and to the index of complaints what it says of them, where it was not
    /// known yet. Before the state is saved: who dies in between does it again.
    /// </summary>
    /// <param name="before">What was known; null: nothing.</param>
    /// <param name="history">What is known now.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task Note(StoredCustomer? before, IReadOnlyList<CustomerEvent> history, CancellationToken cancellationToken)
    {
        var said = history.Where(happened => happened.What is ConsentChanged or ComplaintOpened).ToList();
        if (said.Count == 0)
            return;
        var known =
            before
                ?.Snapshot.Events.Where(happened => happened.What is ConsentChanged or ComplaintOpened)
                .Select(happened => happened.Name)
                .ToHashSet()
            ?? [];
        var news = said.Where(happened => !known.Contains(happened.Name)).ToList();
        await consents.Feed(news, cancellationToken);
        await complaints.Feed(news, cancellationToken);
    }
}
