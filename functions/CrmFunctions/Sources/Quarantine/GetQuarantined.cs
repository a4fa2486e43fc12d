using CrmFunctions.Events.Quarantine;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Sources.Quarantine;

/// <summary>Shows something kept aside, with its raw body.</summary>
public sealed class GetQuarantined(QuarantineStore quarantine)
{
    [Operation(ApiTag.Webhooks, "Something kept aside, with its raw body（隔离项详情）", "Personal data may be in it.")]
    [Answers(200, "The item.", typeof(QuarantineItem))]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(GetQuarantined))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Quarantined)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    ) =>
        await quarantine.Get(id, cancellationToken) is { } row
            ? TypedResults.Json(QuarantineItem.Of(row, row.Body(), withBody: true), QuarantineJson.Default.QuarantineItem)
            : new Problem(
                ProblemKind.NotFound,
                "Nothing is kept under this id; it may have been released, or its time was over."
            ).ToResult();
}
