using System.Text;
using CrmFunctions.Domain.Standards;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Standards;

/// <summary>Answers the JSON Schema of standards, for editors and forms.</summary>
public sealed class DescribeStandard
{
#pragma warning disable CA1822 // The host calls functions on instances.
    [Function(nameof(DescribeStandard))]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.StandardSchema)] HttpRequest request) =>
        TypedResults.Text(StandardSchema.Json, "application/schema+json", Encoding.UTF8);
#pragma warning restore CA1822
}
