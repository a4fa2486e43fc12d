using System.Globalization;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Operations.Rebuilding;

/// <summary>Has everybody, or a share, computed again from the log and compared with the state; of one customer at once.</summary>
public sealed class RequestVerification(RunScheduler work, RunStore runs, SingleCustomerRebuild one)
{
    [Operation(
        ApiTag.Operations,
        "Compare the state with the log（核对状态与日志）",
        "Computes all customers, or a share, again from the log and compares; writes nothing. A customer that differs is compared again after a while, so that a recalculation under way is not reported."
    )]
    [Query("customer", "This customer only, and at once: the answer is 200 and of this one.")]
    [Query(
        "share",
        "Of all handles, the share that is looked at; the same ones each time.",
        typeof(double),
        Above = 0,
        Most = 1,
        Default = 1
    )]
    [Answers(202, "Asked for; GET shows how it goes.", typeof(RebuildRunAnswer))]
    [Answers(200, "Done, of one customer.", typeof(SingleCustomerAnswer))]
    [Refuses(Refusal.BadQuery, Refusal.NotFound)]
    [Function(nameof(RequestVerification))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.Verifications)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        if (request.Query["customer"] is [{ Length: > 0 } customer, ..])
            return await one.Answer(customer, rebuild: false, cancellationToken);
        var text = request.Query["share"].ToString();
        var share = 1.0;
        if (
            text.Length > 0
            && !(double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out share) && share is > 0 and <= 1)
        )
            return new Problem(ProblemKind.InvalidQuery, "share is a number above 0 and up to 1, such as 0.05.").ToResult();

        var run = await work.BeginOrGoOn(RunStore.Verification, share, cancellationToken);
        return TypedResults.Json(
            await RebuildRunAnswer.Of(run, runs, cancellationToken),
            RebuildingJson.Default.RebuildRunAnswer,
            statusCode: StatusCodes.Status202Accepted
        );
    }
}
