using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Standards;

/// <summary>Answers a version of a standard as it was written, in force or not.</summary>
public sealed class GetStandardVersion(StandardStore store, TieringEngine engine)
{
    [Operation(ApiTag.Standards, "A version of a standard, as it was written（标准的某一版本）")]
    [Answers(200, "It.", typeof(StandardAnswer))]
    [Refuses(Refusal.NotFound)]
    [Function(nameof(GetStandardVersion))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.StandardVersion)] HttpRequest request,
        string scheme,
        string version,
        CancellationToken cancellationToken
    ) => GetStandard.Answer(store, engine, scheme, version, cancellationToken);
}
