using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Customers.People;

/// <summary>Says that two customers are one person. No event moves; the ruling is in the log, and undone by another.</summary>
public sealed class MergeCustomers(RulingWriter rulings, RulingStatus status)
{
    [Operation(
        ApiTag.Customers,
        "Say that two customers are one person（合并客户）",
        "No event moves. The ruling is in the log; the last one about a pair holds."
    )]
    [Takes("CustomerPair")]
    [Answers(202, "It is in the log; within seconds the customers are who it says.", typeof(RulingAnswer))]
    [Refuses(Refusal.BadRequest, Refusal.Changing)]
    [Function(nameof(MergeCustomers))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.MergeCustomers)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var (fields, problem) = await RequestFields.Read(request, cancellationToken);
        if (fields is null)
            return problem!.ToResult();
        var (by, reason) = RulingWriter.WhoAndWhy(fields);
        var pair = await rulings.ReadPair(fields, cancellationToken);
        if (fields.Problem is { } refused)
            return refused.ToResult();

        foreach (var (asked, customer) in pair)
        {
            if (await status.IsPending(customer, asked, cancellationToken))
                return RulingStatus.Refuse(request);
        }

        // Ids given out before a join name customers that are one already: what is joined is who they are now.
        var (one, other) = (pair[0].Customer.Id, pair[1].Customer.Id);
        if (one == other)
            (one, other) = (pair[0].Asked, pair[1].Asked);
        var ruling = await rulings.File(RulingKind.Same, one, other, by, reason, cancellationToken);
        return TypedResults.Json(RulingAnswer.Of(ruling), PeopleJson.Default.RulingAnswer, statusCode: StatusCodes.Status202Accepted);
    }
}

/// <summary>A ruling that was taken; within seconds the customers are who it says.</summary>
/// <param name="Ruling">Its id in the log.</param>
/// <param name="Kind">same, different, personal or shared.</param>
/// <param name="Handles">Keys of the handles it is about.</param>
/// <param name="At">When. UTC.</param>
public sealed record RulingAnswer(
    string Ruling,
    [property: AllowedValues("same", "different", "personal", "shared")] string Kind,
    IReadOnlyList<string> Handles,
    DateTimeOffset At
)
{
    /// <summary>The answer to a ruling.</summary>
    public static RulingAnswer Of(Ruling ruling) =>
        new(
            ruling.Id,
            System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(ruling.Kind.ToString()),
            ruling.IsAboutOne ? [ruling.One.Key] : [ruling.One.Key, ruling.Other.Key],
            ruling.At
        );
}

/// <summary>JSON of the answers about who is who.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(RulingAnswer))]
[JsonSerializable(typeof(SharedAnswer))]
internal sealed partial class PeopleJson : JsonSerializerContext;
