using CrmFunctions.Domain.Customers;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Customers.People;

/// <summary>
/// Says that two ids of one customer are two people: takes a merge back, or parts whom a shared identifier joined by mistake.
/// </summary>
public sealed class UnmergeCustomers(RulingWriter rulings)
{
    [Operation(
        ApiTag.Customers,
        "Say that two ids of one customer are two people（拆分客户）",
        "Takes a merge back, or parts whom an identifier joined by mistake. Send the ids that are to be two: any id ever given for them."
    )]
    [Takes("CustomerPair")]
    [Answers(202, "It is in the log; within seconds the customers are who it says.", typeof(RulingAnswer))]
    [Refuses(Refusal.BadRequest)]
    [Function(nameof(UnmergeCustomers))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.UnmergeCustomers)] HttpRequest request,
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
        var ruling = await rulings.File(RulingKind.Different, pair[0].Asked, pair[1].Asked, by, reason, cancellationToken);
        return TypedResults.Json(RulingAnswer.Of(ruling), PeopleJson.Default.RulingAnswer, statusCode: StatusCodes.Status202Accepted);
    }
}
