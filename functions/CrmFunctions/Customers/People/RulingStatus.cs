using CrmFunctions.Domain.Identity;
using CrmFunctions.Http;
using Microsoft.AspNetCore.Http;

namespace CrmFunctions.Customers.People;

/// <summary>
/// Whether every ruling about a customer is in force. A ruling is in the log when it is answered, and its customers are who it says some
/// seconds later; in between an erasure, an export or a merge would act on people whom nobody meant.
/// </summary>
public sealed class RulingStatus(CustomerStore customers, HandleIndex handles)
{
    private const string Seconds = "2";

    /// <summary>Reads who asks for something about one customer, and why, and finds the customer.</summary>
    /// <returns>The customer, or the refusal.</returns>
    public async Task<(StoredCustomer? Customer, string By, string Reason, IResult? Refused)> Read(
        HttpRequest request,
        string id,
        CancellationToken cancellationToken
    )
    {
        var (fields, problem) = await RequestFields.Read(request, cancellationToken);
        if (fields is null)
            return (null, "", "", problem!.ToResult());
        var (by, reason) = RulingWriter.WhoAndWhy(fields);
        if (fields.Problem is { } refused)
            return (null, by, reason, refused.ToResult());
        var (customer, isPending) = Handle.FromKey(id) is { } handle ? await Find(handle, cancellationToken) : (null, false);
        return isPending ? (null, by, reason, Refuse(request))
            : customer is null ? (null, by, reason, CustomerReader.NotFound())
            : (customer, by, reason, null);
    }

    /// <summary>The customer of a handle, and whether a ruling about it is still to take effect.</summary>
    /// <returns>No customer where there is none, or where it is being joined into another.</returns>
    public async Task<(StoredCustomer? Customer, bool IsPending)> Find(Handle asked, CancellationToken cancellationToken)
    {
        if (await customers.BeingJoinedSince(asked, cancellationToken) is not null)
            return (null, true);
        return await customers.Find(asked, cancellationToken) is { } customer
            ? (customer, await IsPending(customer, asked, cancellationToken))
            : (null, false);
    }

    /// <summary>Whether a ruling about a customer, found by a handle, is still to take effect.</summary>
    public async Task<bool> IsPending(StoredCustomer customer, Handle asked, CancellationToken cancellationToken) =>
        !customer.Handles.ContainsKey(asked.Key) || await IsPending(customer, cancellationToken);

    /// <summary>Whether a ruling stands at one of the customer's handles that its last decision did not know.</summary>
    public async Task<bool> IsPending(StoredCustomer customer, CancellationToken cancellationToken)
    {
        foreach (var handle in customer.Handles.Keys.Select(key => Handle.FromKey(key)!.Value).Concat(customer.Shared))
        {
            if ((await handles.Rulings(handle, cancellationToken)).Any(ruling => !customer.Rulings.Contains(ruling.Id)))
                return true;
        }

        return false;
    }

    /// <summary>The answer to who would act on such a customer.</summary>
    public static IResult Refuse(HttpRequest request)
    {
        request.HttpContext.Response.Headers.RetryAfter = Seconds;
        return new Problem(
            ProblemKind.RulingPending,
            "It was decided who this customer is, and that is not in force yet. Look at the customer again in some seconds, then send it again."
        ).ToResult();
    }
}
