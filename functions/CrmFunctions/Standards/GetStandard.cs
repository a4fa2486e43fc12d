using System.Text.Json;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Standards;

/// <summary>Answers a standard as it was written: the one in force in a scheme.</summary>
public sealed class GetStandard(StandardStore store, TieringEngine engine)
{
    [Operation(ApiTag.Standards, "The standard in force in a scheme, as it was written（某体系的现行标准）")]
    [Answers(200, "It.", typeof(StandardAnswer))]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(GetStandard))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.Standard)] HttpRequest request,
        string scheme,
        CancellationToken cancellationToken
    ) => Answer(store, engine, scheme, engine.InForce.Find(scheme)?.Standard.Version ?? "", cancellationToken);

    internal static async Task<IResult> Answer(
        StandardStore store,
        TieringEngine engine,
        string scheme,
        string version,
        CancellationToken cancellationToken
    )
    {
        if (await store.Find(scheme, version, cancellationToken) is not { } row)
        {
            return new Problem(ProblemKind.NotFound, "There is no such standard; /api/standards lists the schemes in force.").ToResult();
        }

        using var standard = JsonDocument.Parse(row.Json);
        var inForce = engine.InForce.Find(scheme) is { } known && known.Standard.Version == version;
        return TypedResults.Json(
            new StandardAnswer(scheme, version, inForce, row.FirstUsed, standard.RootElement.Clone()),
            StandardsJson.Default.StandardAnswer
        );
    }
}
