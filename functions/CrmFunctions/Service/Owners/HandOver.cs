using CrmFunctions.Customers;
using CrmFunctions.Customers.People;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Service.Owners;

/// <summary>交接: gives all customers of an owner to another, with their duties.</summary>
public sealed class HandOver(OwnerStore store, Ownership ownership, Team team)
{
    [Operation(ApiTag.Service, "Give all customers of an owner to another, with their duties（交接）")]
    [Takes("HandOverBody")]
    [Confirm]
    [Answers(200, "How many went.", typeof(HandOverAnswer))]
    [Refuses(Refusal.BadRequest, Refusal.NotFound, Refusal.Changing, Refusal.Unconfirmed)]
    [Function(nameof(HandOver))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.HandOver)] HttpRequest request,
        string owner,
        CancellationToken cancellationToken
    )
    {
        var (fields, unreadable) = await RequestFields.Read(request, cancellationToken);
        if (fields is null)
            return unreadable!.ToResult();
        var (to, (by, reason)) = (fields.Text("to", 40), RulingWriter.WhoAndWhy(fields));
        if (fields.Problem is { } problem)
            return problem.ToResult();
        if (await store.Find(owner, cancellationToken) is null)
            return CustomerOwner.NoOwner(owner);
        if (to == owner || await store.Find(to, cancellationToken) is not { } receiver)
            return CustomerOwner.NoOwner(to);
        var all = await store.CustomersOf(owner, cancellationToken);
        if (receiver.Capacity - receiver.Customers < all.Count)
        {
            return new Problem(
                ProblemKind.Conflict,
                $"{receiver.Name} has room for {Math.Max(0, receiver.Capacity - receiver.Customers)} more customers and would get {all.Count}; raise the capacity first, or hand over to several one by one."
            ).ToResult();
        }

        var shown = Confirmation.Of(
            all.Select(customer => customer.Key).Order(StringComparer.Ordinal).Append(to),
            [.. all.Select(customer => new Touched(customer.Key, null, null))]
        );
        if (all.Count > 0 && shown.Ask(request) is { } unconfirmed)
            return unconfirmed;

        var given = 0;
        foreach (var customer in all)
            if (await ownership.Give(customer, owner, to, by, reason, cancellationToken))
                given++;
        team.Forget();
        return TypedResults.Json(new HandOverAnswer(owner, to, given), OwnerJson.Default.HandOverAnswer);
    }
}

/// <summary>责任到人: says by hand who owns a customer. Who has an owner already goes to another only where that is said.</summary>
public sealed class CustomerOwner(CustomerReader reader, OwnerStore store, Ownership ownership, Team team)
{
    [Operation(
        ApiTag.Service,
        "Say by hand who owns a customer（指定负责人）",
        "Who has another owner already is not given away unless handOver says so."
    )]
    [Takes("OwnBody")]
    [Answers(200, "Within seconds it counts.", typeof(OwnedAnswer))]
    [Refuses(Refusal.BadRequest, Refusal.NotFound, Refusal.Conflict)]
    [Function(nameof(CustomerOwner))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Flow.Routes.CustomerOwner)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    )
    {
        var (fields, unreadable) = await RequestFields.Read(request, cancellationToken);
        if (fields is null)
            return unreadable!.ToResult();
        var (to, again, (by, reason)) = (fields.Text("owner", 40), fields.Flag("handOver"), RulingWriter.WhoAndWhy(fields));
        if (fields.Problem is { } problem)
            return problem.ToResult();
        if (await reader.Find(id, cancellationToken) is not { } customer)
            return CustomerReader.NotFound();
        if (await store.Find(to, cancellationToken) is not { } owner)
            return NoOwner(to);
        var before = customer.Service.Owner;
        if (before is not null && before != to && !again)
        {
            var name = (await team.Find(before, cancellationToken))?.Name ?? before;
            return new Problem(
                ProblemKind.Conflict,
                $"The customer already has an owner: {name} ({before}). Send \"handOver\": true to give it to {owner.Name} all the same."
            ).ToResult();
        }

        if (before != to && owner.Customers >= owner.Capacity)
            return new Problem(
                ProblemKind.Conflict,
                $"{owner.Name} has {owner.Customers} customers and room for no more; raise the capacity first."
            ).ToResult();
        if (!await ownership.Give(customer.Id, before, to, by, reason, cancellationToken))
            return new Problem(ProblemKind.Conflict, "The owner was changed meanwhile; look again.").ToResult();
        return TypedResults.Json(new OwnedAnswer(customer.Id.Key, to, before), OwnerJson.Default.OwnedAnswer);
    }

    /// <summary>The refusal of an owner who asks for another's list.</summary>
    internal static IResult NotYours() =>
        new Problem(ProblemKind.Forbidden, $"The role owner sees its own list: {Caller.Current?.Owner}.").ToResult();

    internal static IResult NoOwner(string owner) =>
        new Problem(ProblemKind.NotFound, $"{owner} is no owner on record, or the same; /api/owners lists them.").ToResult();
}

/// <summary>Takes a customer from its owner; the plan names one anew.</summary>
public sealed class DisownCustomer(CustomerReader reader, Ownership ownership)
{
    [Operation(ApiTag.Service, "Take a customer from its owner; the plan names one anew（取消负责人）")]
    [Query("reason", "Why.")]
    [Answers(200, "It was.", typeof(OwnedAnswer))]
    [Refuses(Refusal.BadQuery, Refusal.NotFound)]
    [Function(nameof(DisownCustomer))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Flow.Routes.CustomerOwner)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    )
    {
        if (await reader.Find(id, cancellationToken) is not { } customer)
            return CustomerReader.NotFound();
        var by = Caller.CurrentName;
        await ownership.Give(customer.Id, customer.Service.Owner, to: null, by, request.Query["reason"].ToString(), cancellationToken);
        return TypedResults.Json(new OwnedAnswer(customer.Id.Key, null, customer.Service.Owner), OwnerJson.Default.OwnedAnswer);
    }
}
