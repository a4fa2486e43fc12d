using System.Reflection;
using System.Text.Json.Nodes;
using CrmFunctions.Http.Describing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CrmFunctions.Operations;

/// <summary>Serves the API's description. Tests hold it to the routes.</summary>
public sealed class GetOpenApi
{
#pragma warning disable CA1822 // A function is an instance method.
    [Operation(ApiTag.Operations, "This document（接口文档）")]
    [Answers(200, "OpenAPI 3.1.", typeof(JsonObject))]
    [Function(nameof(GetOpenApi))]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Flow.Routes.OpenApi)] HttpRequest request)
#pragma warning restore CA1822
    {
        var document =
            Assembly.GetExecutingAssembly().GetManifestResourceStream("CrmFunctions.Operations.openapi.json")
            ?? throw new InvalidOperationException("openapi.json is not in the program.");
        return TypedResults.Stream(document, "application/json");
    }
}
