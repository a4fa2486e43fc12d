using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using CrmFunctions.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using CrmFunctions.Security;
using CrmFunctions.Service.Owners;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Service.Duties;

/// <summary>The morning list: an owner's duties, the most valuable customer first, each line with its reason.</summary>
public sealed class GetDuties(DutyReader reader, Clocks clocks)
{
    private const int Most = 500;

    [Operation(ApiTag.Service, "The morning list: an owner's duties, the most valuable customer first（今日待办）")]
    [Query("owner", "An owner, or pool for what nobody owns.", Required = true, Example = "ann")]
    [Query("limit", "Lines of a page.", typeof(int), Least = 1, Most = 500, Default = 100)]
    [Query("next", "What the page before has answered.")]
    [Language]
    [Answers(200, "A page of it.", typeof(DutiesAnswer))]
    [Refuses(Refusal.BadQuery, Refusal.NotFound)]
    [Function(nameof(GetDuties))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Duties)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        if (request.Query["owner"].ToString() is not { Length: > 0 } owner)
            return new Problem(ProblemKind.InvalidQuery, "Say whose: ?owner=, or ?owner=pool for what nobody owns.").ToResult();
        var (limit, next) = (Whole(request.Query["limit"].ToString(), 100), Whole(request.Query["next"].ToString(), 0));
        if (limit is not (>= 1 and <= Most) || next is not >= 0)
            return new Problem(
                ProblemKind.InvalidQuery,
                $"limit is a whole number from 1 to {Most}; next is what the page before has answered."
            ).ToResult();
        if (!Caller.MaySee(owner))
            return CustomerOwner.NotYours();
        if (await reader.Read(owner, CustomerReader.LanguageOf(request), cancellationToken) is not { } duties)
            return CustomerOwner.NoOwner(owner);
        var page = duties.Skip(next.Value).Take(limit.Value).ToList();
        var more = next.Value + page.Count < duties.Count ? (next.Value + page.Count).ToString(CultureInfo.InvariantCulture) : null;
        return TypedResults.Json(
            new DutiesAnswer(owner, clocks.Now, duties.Count, TimeSpan.FromTicks(duties.Sum(duty => duty.Takes?.Ticks ?? 0)), page, more),
            DutyJson.Default.DutiesAnswer
        );
    }

    private static int? Whole(string text, int otherwise) =>
        text.Length == 0 ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : null;
}

/// <summary>Records that a duty was done, by whom and what: in the log like all else, so that the contact counts everywhere.</summary>
public sealed class CompleteDuty(ManualEventWriter own, CustomerReader reader, CustomerStore customers)
{
    [Operation(ApiTag.Service, "Record that a duty was done, by whom and what（完成待办）")]
    [Takes("DoneBody")]
    [Answers(200, "It was done already.", typeof(DutyClosed))]
    [Answers(202, "It is in the log; within seconds it is off the list.", typeof(ManualEventAnswer))]
    [Refuses(Refusal.BadRequest, Refusal.NotFound, Refusal.Conflict)]
    [Function(nameof(CompleteDuty))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.DutyDone)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    )
    {
        if (
            id.Split('-', 2) is not [var customer, var hash]
            || Handle.FromKey(customer) is not { } handle
            || hash.Length != 16
            || await reader.Find(customer, cancellationToken) is null
            || await customers.Beside<DutyRow>(handle, DutyRow.Prefix + hash, cancellationToken) is not { } duty
        )
        {
            return new Problem(ProblemKind.NotFound, "No duty has this id; /api/duties?owner= lists them.").ToResult();
        }

        if (duty.Status == DutyRow.Done)
            return TypedResults.Json(new DutyClosed(id, duty.Status, duty.Reason, duty.ClosedAt, duty.By), DutyJson.Default.DutyClosed);
        if (duty.Status == DutyRow.Cancelled)
        {
            return new Problem(
                ProblemKind.Conflict,
                $"The duty is not on the list any more ({duty.Reason}); record the contact as an event followup.done if there was one."
            ).ToResult();
        }

        return await own.File(request, customer, EventTypes.FollowUpDone, data => Complete(data, duty.Name), cancellationToken);
    }

    private static FieldProblem? Complete(JsonObject data, string name)
    {
        foreach (var wanted in new[] { "by", "evidence" })
        {
            if (data[wanted] is not JsonValue value || !value.TryGetValue<string>(out var text) || string.IsNullOrWhiteSpace(text))
                return new FieldProblem(wanted, "is missing; say who did it, and what was done");
        }

        data["duty"] = name;
        return null;
    }
}

/// <summary>An owner's duties.</summary>
/// <param name="Owner">Whose list it is.</param>
/// <param name="AsOf">UTC.</param>
/// <param name="Total">Lines of the whole list.</param>
/// <param name="Takes">What all visits of the list take together, as far as plans say (visitTime), in hours and minutes.</param>
/// <param name="Duties">A page of it.</param>
/// <param name="Next">Where it goes on; null: nowhere.</param>
public sealed record DutiesAnswer(
    string Owner,
    DateTimeOffset AsOf,
    int Total,
    [property: Example("PT64H30M")] [property: JsonConverter(typeof(IsoDuration))] TimeSpan Takes,
    IReadOnlyList<DutyItem> Duties,
    string? Next
);

/// <summary>What became of a duty.</summary>
public sealed record DutyClosed(string Id, string Status, string? Reason, DateTimeOffset? ClosedAt, string? By);

/// <summary>JSON of the answers about duties.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(DutiesAnswer))]
[JsonSerializable(typeof(DutyClosed))]
internal sealed partial class DutyJson : JsonSerializerContext;
