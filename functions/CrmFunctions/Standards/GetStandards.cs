using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Standards;

/// <summary>Lists the schemes in force, and how far the last change has come.</summary>
public sealed class GetStandards(TieringEngine engine, StandardStore standards)
{
    [Operation(
        ApiTag.Standards,
        "The schemes in force, and how far the last change has come（现行标准）",
        "Every instance follows a change within a minute; then all customers are decided again."
    )]
    [Answers(200, "They.", typeof(StandardsAnswer))]
    [Function(nameof(GetStandards))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Standards)] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        await engine.Follow(cancellationToken);
        var inForce = engine.InForce;
        var rollout = await standards.ReadRollout(cancellationToken);
        return TypedResults.Json(
            new StandardsAnswer(
                inForce.Revision,
                inForce.ChangedAt,
                [
                    .. inForce.Schemes.Select(
                        (each, i) => new SchemeAnswer(each.Standard.Scheme, each.Standard.Version, each.Calibration.Version, i == 0)
                    ),
                ],
                rollout is null ? null : new RolloutAnswer(rollout.Revision, rollout.Asked, rollout.Finished)
            ),
            StandardsJson.Default.StandardsAnswer
        );
    }
}
