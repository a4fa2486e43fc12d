using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Operations.Rebuilding;

/// <summary>
/// Has everything that follows from the log written anew, or goes on with it where it stands still; of one customer at once.
/// </summary>
public sealed class RequestRebuild(RunScheduler work, RunStore runs, SingleCustomerRebuild one)
{
    [Function(nameof(RequestRebuild))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Flow.Routes.Rebuilds)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        if (request.Query["customer"] is [{ Length: > 0 } customer, ..])
            return await one.Answer(customer, rebuild: true, cancellationToken);
        var run = await work.BeginOrGoOn(RunStore.Rebuild, share: 1, cancellationToken);
        return TypedResults.Json(
            await RebuildRunAnswer.Of(run, runs, cancellationToken),
            RebuildingJson.Default.RebuildRunAnswer,
            statusCode: StatusCodes.Status202Accepted
        );
    }
}
