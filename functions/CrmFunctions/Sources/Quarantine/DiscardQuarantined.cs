using CrmFunctions.Events.Quarantine;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Sources.Quarantine;

/// <summary>Deletes a quarantined delivery that a person has judged to mean nothing.</summary>
public sealed class DiscardQuarantined(QuarantineStore quarantine)
{
    [Operation(ApiTag.Webhooks, "Discard something kept aside（丢弃隔离项）", "It means nothing.")]
    [Answers(200, "What it was.", typeof(QuarantineItem))]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(DiscardQuarantined))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Flow.Routes.Quarantined)] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    )
    {
        if (await quarantine.Get(id, cancellationToken) is not { } row)
            return new Problem(ProblemKind.NotFound, "Nothing is kept under this id.").ToResult();
        await quarantine.Delete(row, cancellationToken);
        return TypedResults.Json(QuarantineItem.Of(row), QuarantineJson.Default.QuarantineItem);
    }
}
