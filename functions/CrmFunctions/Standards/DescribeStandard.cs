using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Standards;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Standards;

/// <summary>Answers the JSON Schema of standards, for editors and forms.</summary>
public sealed class DescribeStandard
{
#pragma warning disable CA1822 // The host calls functions on instances.
    [Operation(
        ApiTag.Standards,
        "The JSON Schema of standards（标准的 JSON Schema）",
        "JSON Schema 2020-12, with words about each member in English and Chinese, for editors and forms."
    )]
    [Answers(200, "It.", typeof(JsonObject), ContentType = "application/schema+json")]
    [Function(nameof(DescribeStandard))]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.StandardSchema)] HttpRequest request) =>
        TypedResults.Text(StandardSchema.Json, "application/schema+json", Encoding.UTF8);
#pragma warning restore CA1822
}
