using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Customers.People;

/// <summary>
/// Says whether an e-mail address or a phone number is one person's or several people's; the ruling goes before the limits.
/// </summary>
public sealed class RuleOnShared(RulingWriter rulings)
{
    [Operation(
        ApiTag.Customers,
        "Say whether an e-mail address or a phone number is one person's or several people's（裁定共用的联系方式）"
    )]
    [Takes("SharedRuling")]
    [Answers(202, "It is in the log; within seconds the customers are who it says.", typeof(RulingAnswer))]
    [Refuses(Refusal.BadRequest)]
    [Function(nameof(RuleOnShared))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.SharedHandles)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var (fields, problem) = await RequestFields.Read(request, cancellationToken);
        if (fields is null)
            return problem!.ToResult();
        var (by, reason) = RulingWriter.WhoAndWhy(fields);
        var identifier = fields.Text("handle", 320);
        var handle = CustomerReader.Handles(identifier).Where(found => found.Kind is "email" or "phone").Cast<Handle?>().FirstOrDefault();
        if (handle is null && identifier.Length > 0)
            fields.Refuse(
                "handle",
                "must be an e-mail address, a phone number such as +8613800138000, or the handle of an item of the list"
            );
        var decision = fields.Text("decision", 16);
        if (decision is not ("" or "personal" or "shared"))
            fields.Refuse("decision", "must be personal (one person's) or shared (several people's)");
        if (fields.Problem is { } refused)
            return refused.ToResult();
        var ruling = await rulings.File(
            decision == "personal" ? RulingKind.Personal : RulingKind.Shared,
            handle!.Value,
            handle.Value,
            by,
            reason,
            cancellationToken
        );
        return TypedResults.Json(RulingAnswer.Of(ruling), PeopleJson.Default.RulingAnswer, statusCode: StatusCodes.Status202Accepted);
    }
}
