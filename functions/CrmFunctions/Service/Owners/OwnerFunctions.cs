using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using CrmFunctions.Domain.Service.Owners;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Security;
using CrmFunctions.Security.Keys;
using CrmFunctions.Standards;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Service.Owners;

/// <summary>
/// Creates or changes an owner: name, skills, capacity. All customers are recalculated: some of the pool may get an owner.
/// </summary>
public sealed class PutOwner(OwnerStore store, Team team, ChangeStandards change)
{
    private static readonly EmailAddressAttribute address = new();

    [Operation(ApiTag.Service, "Put an owner on record: name, skills, capacity（登记负责人）")]
    [Takes("OwnerBody")]
    [Answers(200, "As saved.", typeof(OwnerAnswer))]
    [Refuses(Refusal.BadRequest)]
    [Function(nameof(PutOwner))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Flow.Routes.Owner)] HttpRequest request,
        string owner,
        CancellationToken cancellationToken
    )
    {
        var (fields, unreadable) = await RequestFields.Read(request, cancellationToken);
        if (fields is null)
            return unreadable!.ToResult();
        if (!IsId(owner))
            fields.Refuse(
                "owner",
                $"must be 1 to 40 lower-case letters, digits and dashes, beginning with a letter, and not {Owner.Pool}; it is {owner}"
            );
        var name = fields.Text("name", 100);
        var email = fields.OptionalText("email", 254);
        if (email is { Length: > 0 } && !address.IsValid(email))
            fields.Refuse("email", "must be an e-mail address");
        var (skills, capacity, lead) = (
            fields.OptionalTexts("skills", 50, 40),
            fields.Whole("capacity", 0, 100_000),
            fields.OptionalText("lead", 40)
        );
        var leave = Leave(fields.OptionalObject("leave"));
        foreach (var (field, other) in new[] { ("lead", lead), ("leave.standIn", leave?.StandIn) })
        {
            if (other is { Length: > 0 } && (other == owner || await store.Find(other, cancellationToken) is null))
                fields.Refuse(field, $"must be another owner on record; {other} is none");
        }

        if (fields.Problem is { } problem)
            return problem.ToResult();
        var before = await store.Find(owner, cancellationToken);
        await store.Put(new Owner(owner, name, email, [.. skills], capacity, lead, leave), cancellationToken);
        team.Forget();
        var mayTakeMore = before is null || capacity > before.Capacity || before.ToOwner().Skills.Count < skills.Count;
        if (mayTakeMore)
            await change.Again(cancellationToken);
        var saved = OwnerAnswer.Of((await store.Find(owner, cancellationToken))!);
        AuditTrail.Note(before is null ? null : OwnerAnswer.Of(before), saved, OwnerJson.Default.OwnerAnswer);
        return TypedResults.Json(saved, OwnerJson.Default.OwnerAnswer);
    }

    private static Leave? Leave(RequestFields? fields)
    {
        if (fields is null)
            return null;
        var (from, until, standIn) = (fields.OptionalInstant("from"), fields.OptionalInstant("until"), fields.Text("standIn", 40));
        if (from is null)
            fields.Refuse("from", "is missing; it must be an instant such as 2026-11-01T00:00:00Z");
        if (until is null || until <= from)
            fields.Refuse("until", "must be an instant after from");
        return from is { } first && until is { } last ? new Leave(first, last, standIn) : null;
    }

    private static bool IsId(string id) =>
        id.Length is > 0 and <= 40
        && id != Owner.Pool
        && char.IsAsciiLetterLower(id[0])
        && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}

/// <summary>Lists who cares for customers, and for how many.</summary>
public sealed class GetOwners(OwnerStore store)
{
    [Operation(ApiTag.Service, "Who cares for customers, and for how many（负责人列表）")]
    [Answers(200, "By id.", typeof(OwnersAnswer))]
    [Function(nameof(GetOwners))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Owners)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var rows = (await store.ReadAll(cancellationToken)).Where(row => Caller.MaySee(row.PartitionKey));
        return TypedResults.Json(
            new OwnersAnswer([.. rows.OrderBy(row => row.PartitionKey, StringComparer.Ordinal).Select(OwnerAnswer.Of)]),
            OwnerJson.Default.OwnersAnswer
        );
    }
}

/// <summary>An owner of customers.</summary>
public sealed record OwnerAnswer(
    string Id,
    string Name,
    string? Email,
    IReadOnlyList<string> Skills,
    int Capacity,
    int Customers,
    string? Lead,
    LeaveAnswer? Leave
)
{
    /// <summary>The answer about an owner.</summary>
    public static OwnerAnswer Of(OwnerRow row)
    {
        var owner = row.ToOwner();
        return new(
            owner.Id,
            owner.Name,
            owner.Email,
            [.. owner.Skills.Order(StringComparer.Ordinal)],
            owner.Capacity,
            row.Customers,
            owner.Lead,
            owner.Leave is { } leave ? new LeaveAnswer(leave.From, leave.Until, leave.StandIn) : null
        );
    }
}

/// <summary>A time away.</summary>
public sealed record LeaveAnswer(DateTimeOffset From, DateTimeOffset Until, string StandIn);

/// <summary>Everybody.</summary>
public sealed record OwnersAnswer(IReadOnlyList<OwnerAnswer> Owners);

/// <summary>What a hand-over has done.</summary>
/// <param name="From">Who had them.</param>
/// <param name="To">Who has them now.</param>
/// <param name="Customers">How many.</param>
public sealed record HandOverAnswer(string From, string To, int Customers);

/// <summary>Who owns a customer now.</summary>
public sealed record OwnedAnswer(string CustomerId, string? Owner, string? Before);

/// <summary>JSON of the answers about owners.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(OwnerAnswer))]
[JsonSerializable(typeof(OwnersAnswer))]
[JsonSerializable(typeof(HandOverAnswer))]
[JsonSerializable(typeof(OwnedAnswer))]
internal sealed partial class OwnerJson : JsonSerializerContext;
