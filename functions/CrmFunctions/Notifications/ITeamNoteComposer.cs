using CrmFunctions.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Notifications.Channels;

namespace CrmFunctions.Notifications;

/// <summary>
/// Puts into words what the team is to be told. It is implemented in Service, where plans and owners are known; Notifications sends it, and
/// may not use Service.
/// </summary>
public interface ITeamNoteComposer
{
    /// <summary>What is to be said, and the same for programs; null where it is no longer true.</summary>
    /// <param name="customer">The customer.</param>
    /// <param name="history">Its events, each once.</param>
    /// <param name="request">What is to be told.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    Task<(Touch Note, MessagePayload About)?> Compose(
        StoredCustomer customer,
        IReadOnlyList<CustomerEvent> history,
        MessageRequest request,
        CancellationToken cancellationToken
    );
}
