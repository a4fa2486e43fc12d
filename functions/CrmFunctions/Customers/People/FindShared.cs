using System.ComponentModel.DataAnnotations;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Customers.People;

/// <summary>Lists the e-mail addresses and phone numbers that stand for several people, for a person to judge.</summary>
public sealed class FindShared(SharedHandles shared, HandleIndex handles, IOptions<SharingOptions> options)
{
    private const int PageItems = 50;
    private const int MostCustomers = 20;

    [Operation(
        ApiTag.Customers,
        "E-mail addresses and phone numbers of several people（共用的联系方式）",
        "They join no customers until a steward rules that they are one person's."
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
        var place = await handles.Look(Handle.FromKey(row.RowKey)!.Value, cancellationToken);
        if (!Domain.Customers.People.IsShared(place.Handle, place.Links, place.Rulings, options.Value.Limits))
        {
            // Ruled to be one person's, or those who had it were erased.
            await shared.Strike(place.Handle, cancellationToken);
            return null;
        }

        var anchors = place.Links.Select(link => link.Anchor.Key).Order(StringComparer.Ordinal).ToList();
        return new SharedItem(
            place.Handle.Key,
            place.Handle.Kind,
            row.Since,
            anchors.Count,
            [.. anchors.Take(MostCustomers)],
            place.Rulings.Any(ruling => ruling.Kind == RulingKind.Shared)
        );
    }
}

/// <summary>A page of shared handles.</summary>
public sealed record SharedAnswer(IReadOnlyList<SharedItem> Items, string? Next);

/// <summary>A handle that stands for several people.</summary>
/// <param name="Handle">Its key: a hash.</param>
/// <param name="Kind">email or phone.</param>
/// <param name="Since">When it was found to be shared.</param>
/// <param name="Carriers">How many handles it was named beside; counting ends at a thousand.</param>
/// <param name="Customers">Ids that lead to the first of their customers.</param>
/// <param name="Ruled">A person ruled that it is shared.</param>
public sealed record SharedItem(
    string Handle,
    [property: AllowedValues("email", "phone")] string Kind,
    DateTimeOffset Since,
    int Carriers,
    IReadOnlyList<string> Customers,
    bool Ruled
);
