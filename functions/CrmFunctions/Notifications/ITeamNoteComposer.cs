using CrmFunctions.Customers;
using CrmFunctions.Domain.Events;

namespace CrmFunctions.Notifications;

/// <summary>
/// Puts into words what the team is to be told. It is implemented in Service, where plans and owners are known; Notifications sends it, and
/// may not use Service.
/// </summary>
public interface ITeamNoteComposer
{
    /// <summary>What is to be said; null where it is no longer true.</summary>
    /// <param name="customer">The customer.</param>
    /// <param name="history">Its events, each once.</param>
    /// <param name="notification">What is to be told.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    Task<MessageDraft?> Compose(
        StoredCustomer customer,
        IReadOnlyList<CustomerEvent> history,
        Notification notification,
        CancellationToken cancellationToken
    );
}
