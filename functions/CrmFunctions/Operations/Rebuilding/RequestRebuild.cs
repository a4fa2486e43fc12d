using CrmFunctions.Http.Describing;
using CrmFunctions.Privacy;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Operations.Rebuilding;

/// <summary>
/// Has everything that follows from the log written anew, or goes on with it where it stands still; of one customer at once.
/// </summary>
public sealed class RequestRebuild(RunScheduler work, RunStore runs, SingleCustomerRebuild one, KeptTotals totals)
{
    [Operation(
        ApiTag.Operations,
        "Compute again from the log what follows from it（从日志重建）",
        "Drops what of the state follows from the log and computes it again, while events keep coming in. What was announced, issued or sent is kept, so that nothing is told twice. A run that has not ended is gone on with."
    )]
    [Query("customer", "This customer only, and at once: the answer is 200 and of this one.")]
    [Answers(202, "Asked for; GET shows how it goes.", typeof(RebuildRunAnswer))]
    [Answers(200, "Done, of one customer.", typeof(SingleCustomerAnswer))]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(RequestRebuild))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.Rebuilds)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        if (request.Query["customer"] is [{ Length: > 0 } customer, ..])
            return await one.Answer(customer, rebuild: true, cancellationToken);
        await totals.AskForAll(cancellationToken);
        var run = await work.BeginOrGoOn(RunStore.Rebuild, share: 1, cancellationToken);
        return TypedResults.Json(
            await RebuildRunAnswer.Of(run, runs, cancellationToken),
            RebuildingJson.Default.RebuildRunAnswer,
            statusCode: StatusCodes.Status202Accepted
        );
    }
}
