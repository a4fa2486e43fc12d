using System.ComponentModel.DataAnnotations;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Customers.People;

/// <summary>
/// Lists what a person has to judge: e-mail addresses and phone numbers that stand for several people, and claims about several customers.
/// </summary>
public sealed class FindShared(SharedHandles shared, HandleIndex handles, ProposedLinks proposed, IOptions<SharingOptions> options)
{
    private const int PageItems = 50;
    private const int MostCustomers = 20;

    [Operation(
        ApiTag.Customers,
        "E-mail addresses and phone numbers of several people, and links that were only claimed（共用的联系方式）",
        "They join no customers until a steward rules that they are one person's. An item of kind claim is a proposed link: identifiers of several customers were claimed together, in a form's answer for instance. Merge the customers if they are one person; unmerge them if they are not, and the item is gone."
    )]
    [NextPage]
    [Answers(200, "A page of them.", typeof(SharedAnswer))]
    [Refuses(Refusal.BadQuery)]
    [Function(nameof(FindShared))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.SharedHandles)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var (rows, next) = await shared.Page(request.Query["next"], PageItems, cancellationToken);
        if (rows is null)
            return new Problem(ProblemKind.InvalidQuery, "next is the one of the page before.").ToResult();
        var items = new List<SharedItem>(rows.Count);
        foreach (var row in rows)
        {
            if (await ItemOf(row, cancellationToken) is { } item)
                items.Add(item);
        }

        return TypedResults.Json(new SharedAnswer(items, next), PeopleJson.Default.SharedAnswer);
    }

    private async Task<SharedItem?> ItemOf(SharedRow row, CancellationToken cancellationToken)
    {
        var listed = Handle.FromKey(row.RowKey)!.Value;
        if (listed.IsClaim)
        {
            if (await proposed.Customers(listed, cancellationToken) is { Count: > 1 } customers)
                return new SharedItem(listed.Key, listed.Kind, row.Since, customers.Count, [.. customers.Select(id => id.Key)], false);

            // Merged, or told apart.
            await shared.Strike(listed, cancellationToken);
            return null;
        }

        var place = await handles.Look(listed, cancellationToken);
        var limits = options.Value.Limits;
        if (!Domain.Customers.People.IsShared(listed, place.Links, place.Rulings, limits) && !Claims.IsCrowded(place.Links, limits))
        {
            // Ruled to be one person's, or those who had it were erased.
            await shared.Strike(listed, cancellationToken);
            return null;
        }

        var anchors = place.Links.Select(link => link.Anchor.Key).Order(StringComparer.Ordinal).ToList();
        return new SharedItem(
            listed.Key,
            listed.Kind,
            row.Since,
            anchors.Count,
            [.. anchors.Take(MostCustomers)],
            place.Rulings.Any(ruling => ruling.Kind == RulingKind.Shared)
        );
    }
}

/// <summary>A page of shared handles and proposed links.</summary>
public sealed record SharedAnswer(IReadOnlyList<SharedItem> Items, string? Next);

/// <summary>A handle that stands for several people, or for a link between customers that was only claimed.</summary>
/// <param name="Handle">Its key: a hash.</param>
/// <param name="Kind">
/// email or phone; another kind where it was claimed with too many others; claim: a proposed link, identifiers of several customers that
/// were claimed together.
/// </param>
/// <param name="Since">When it was found.</param>
/// <param name="Carriers">How many handles it was named beside; counting ends at a thousand. Of a claim: how many customers.</param>
/// <param name="Customers">Ids that lead to the first of their customers. Of a claim: the first is whom its events belong to.</param>
/// <param name="Ruled">A person ruled that it is shared.</param>
public sealed record SharedItem(
    string Handle,
    [property: AllowedValues("id", "unionid", "openid", "email", "phone", "claim")] string Kind,
    DateTimeOffset Since,
    int Carriers,
    IReadOnlyList<string> Customers,
    bool Ruled
);
