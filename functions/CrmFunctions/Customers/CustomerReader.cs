using CrmFunctions.Customers.People;
using CrmFunctions.Domain;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Http;
using CrmFunctions.Security;
using Microsoft.AspNetCore.Http;

namespace CrmFunctions.Customers;

/// <summary>Reads customers for those who ask.</summary>
public sealed class CustomerReader(CustomerStore customers, CustomerGatherer gatherer)
{
    /// <summary>
    /// The customer of an id; null where there is none, where nothing is decided yet, and where the caller may not see it.
    /// </summary>
    public async Task<StoredCustomer?> Find(string id, CancellationToken cancellationToken) =>
        Handle.FromKey(id) is { } handle
        && await customers.Find(handle, cancellationToken) is { Decided: not null } found
        && Caller.MaySee(found.Service.Owner)
            ? found
            : null;

    /// <summary>
    /// The customers with an identifier: an e-mail address, a phone number, or <c>source:id</c>. Several where it is shared.
    /// </summary>
    public async Task<IReadOnlyList<StoredCustomer>> FindByIdentifier(string identifier, CancellationToken cancellationToken)
    {
        foreach (var handle in Handles(identifier))
        {
            var found = await customers.FindAll(handle, cancellationToken);
            var carriers = found.Where(customer => customer.Decided is not null && Caller.MaySee(customer.Service.Owner)).ToList();

            // Who only claimed it is found where nobody has it.
            foreach (
                var has in (Func<StoredCustomer, bool>[])
                    [
                        customer => customer.Handles.ContainsKey(handle.Key) || customer.Shared.Contains(handle),
                        customer => customer.Claimed.Contains(handle),
                    ]
            )
            {
                if (carriers.Where(has).ToList() is { Count: > 0 } who)
                    return who;
            }
        }

        return [];
    }

    /// <summary>The customer's events, each once, in order.</summary>
    public Task<IReadOnlyList<CustomerEvent>> Events(StoredCustomer customer, CancellationToken cancellationToken) =>
        gatherer.Known(customer, cancellationToken);

    /// <summary>The language a request asks for: <c>?lang=</c>, else its Accept-Language.</summary>
    public static string LanguageOf(HttpRequest request) =>
        Language.Of(request.Query["lang"] is [{ Length: > 0 } asked, ..] ? asked : request.Headers.AcceptLanguage.ToString());

    /// <summary>That there is no such customer, or not yet.</summary>
    public static IResult NotFound() =>
        new Problem(
            ProblemKind.NotFound,
            "No customer has this id; send the customerId of an answer to an event, a few seconds after it, or look one up with POST /api/customers/find."
        ).ToResult();

    /// <summary>What an identifier may stand for: a handle's key, an e-mail address, a phone number, or <c>source:id</c>.</summary>
    public static IEnumerable<Handle> Handles(string identifier)
    {
        if (Handle.FromKey(identifier) is { } key)
            yield return key;
        if (Handle.OfEmail(identifier) is { } email)
            yield return email;
        if (Handle.OfPhone(identifier) is { } phone)
            yield return phone;
        if (Handle.OfOwnId(identifier) is { } own)
            yield return own;
    }
}
