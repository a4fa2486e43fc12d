using System.Collections.Immutable;
using CrmFunctions.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Service.Care;
using CrmFunctions.Notifications;

namespace CrmFunctions.Service;

/// <summary>
/// Does what a decision has to do beside the state: asks for messages, takes places, keeps lists. Every step may be done twice.
/// </summary>
/// <remarks>Source: Service/SERVICE.md.</remarks>
public sealed class Fulfilment(DueIndex due, OutboxPublisher announcements, CareMessages messages, OwnerPlaces places)
{
    /// <summary>Changes of tier and stage are told to subscribers.</summary>
    public bool Announces => announcements.Wanted;

    /// <inheritdoc cref="OutboxPublisher.Note"/>
    public Task Note(StoredCustomer? before, IReadOnlyList<CustomerEvent> history, CancellationToken cancellationToken) =>
        announcements.Note(before, history, cancellationToken);

    /// <inheritdoc cref="DueIndex.EnsureReview"/>
    public Task<DateTimeOffset?> EnsureReview(
        Handle customer,
        DateTimeOffset? waits,
        DateTimeOffset? nextReview,
        CancellationToken cancellationToken
    ) => due.EnsureReview(customer, waits, nextReview, cancellationToken);

    /// <summary>Of what was told, what still is owed; and what has to be taken back, until it is.</summary>
    public static ImmutableArray<string> Known(ImmutableArray<string> told, CareDecision care) =>
        [.. told.Where(name => IsOwed(name, care) || IsForCustomer(name))];

    /// <summary>Whether something is left to be told or done.</summary>
    public static bool HasToTell(StoredCustomer customer, CareDecision care) =>
        customer.Outbox.Length > 0
        || !customer.Service.IsSettled
        || customer.Owed.Length != care.Obligations.Length
        || !customer.Owed.All(name => IsOwed(name, care));

    /// <summary>
    /// Asks for what is to be told: to subscribers, to people of ours, to the customer; and takes back what is no longer true.
    /// </summary>
    public async Task Tell(StoredCustomer customer, CareDecision care, CancellationToken cancellationToken)
    {
        await announcements.Send(customer, cancellationToken);
        var news = care.Obligations.Where(obligation => !customer.Owed.Contains(obligation.Name)).ToList();
        await due.Owe(customer.Id, news.Where(obligation => !obligation.Kind.IsForCustomer()), cancellationToken);
        await messages.Send(customer, news.Where(obligation => obligation.Kind.IsForCustomer()), care, cancellationToken);
        await messages.TakeBack(customer, customer.Owed.Where(name => !IsOwed(name, care) && IsForCustomer(name)), cancellationToken);
    }

    /// <summary>Takes and gives back places, and puts the customer on the list of its owner.</summary>
    /// <returns>The service with what was done; not settled where the owner has turned out to be full.</returns>
    public Task<ServiceState> Settle(StoredCustomer customer, CancellationToken cancellationToken) =>
        places.Settle(customer, cancellationToken);

    /// <summary>What has to be done before a customer becomes part of another.</summary>
    public async Task Leave(StoredCustomer customer, CancellationToken cancellationToken)
    {
        await announcements.Send(customer, cancellationToken);
        await messages.TakeBack(customer, customer.Owed.Where(IsForCustomer), cancellationToken);
        await places.Leave(customer, cancellationToken);
    }

    private static bool IsOwed(string name, CareDecision care) => care.Obligations.Any(obligation => obligation.Name == name);

    private static bool IsForCustomer(string name) => ObligationKinds.FromCode(name.Split(':')[0])?.IsForCustomer() == true;
}
