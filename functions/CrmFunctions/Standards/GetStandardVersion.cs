using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Standards;

/// <summary>Answers a version of a standard as it was written, in force or not.</summary>
public sealed class GetStandardVersion(StandardStore store, TieringEngine engine)
{
    [Function(nameof(GetStandardVersion))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.StandardVersion)] HttpRequest request,
        string scheme,
        string version,
        CancellationToken cancellationToken
    ) => GetStandard.Answer(store, engine, scheme, version, cancellationToken);
}
