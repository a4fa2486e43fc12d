using System.ComponentModel;
using System.Reflection;
using System.Text.Json.Nodes;
using CrmFunctions.Http.Describing;
using Microsoft.OpenApi;
using Document = Microsoft.OpenApi.OpenApiDocument;

namespace CrmFunctions.UnitTests.OpenApi;

/// <summary>
/// Writes functions/CrmFunctions/Operations/openapi.json: from the routes and attributes of the functions, the records that they take and
/// answer, and the api.json beside them. DocsTests holds the file to it.
/// </summary>
internal static class ApiGenerator
{
    private static readonly string[] methods = ["get", "post", "put", "delete", "options"];

    /// <summary>The document, indented, with a line break at its end.</summary>
    /// <exception cref="InvalidDataException">An api.json has what nothing asks for, or the document breaks a rule of OpenAPI.</exception>
    public static async Task<string> Generate()
    {
        var files = new ApiFiles();
        var document = new Document { Paths = [], Components = new() };
        Head(document, files);
        var schemas = new ApiSchemas(document, files);
        var operations = new ApiOperations(document, files, schemas);

        // In the order of Flow.cs.
        var routes = typeof(CrmFunctions.Flow.Routes).GetFields().Select(field => (string)field.GetRawConstantValue()!);
        foreach (var route in routes)
        {
            document.Paths[$"/{route}"] = new OpenApiPathItem
            {
                Operations = ApiFunction
                    .All.Where(function => function.Trigger.Route == route)
                    .OrderBy(function => Array.IndexOf(methods, function.Method))
                    .ToDictionary(function => HttpMethod.Parse(function.Method), operations.Of),
            };
        }

        document.Components.Parameters = operations.Parameters;
        document.Components.Responses = operations.Responses;
        document.Components.Schemas = schemas.Components;
        document.Workspace!.RegisterComponents(document);
        var wrong = files
            .Unused.Select(unused => $"Nothing asks for {unused}.")
            .Concat(document.Validate(ValidationRuleSet.GetDefaultRuleSet()).Select(error => $"{error.Pointer}: {error.Message}"))
            .ToList();
        return wrong.Count == 0
            ? $"{await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1)}\n".ReplaceLineEndings("\n")
            : throw new InvalidDataException(string.Join('\n', wrong));
    }

    private static void Head(Document document, ApiFiles files)
    {
        var info = files.Get("head", "info");
        document.Info = new OpenApiInfo
        {
            Title = (string)info["title"]!,
            Version = (string)info["version"]!,
            Summary = (string)info["summary"]!,
            Description = (string)info["description"]!,
            License = new OpenApiLicense { Name = (string)info["license"]!["name"]!, Identifier = (string)info["license"]!["identifier"]! },
        };
        document.Servers = [.. files.Get("head", "servers").AsArray().Select(server => Server(server!))];
        document.Components!.SecuritySchemes = files
            .Get("head", "securitySchemes")
            .AsObject()
            .ToDictionary(
                scheme => scheme.Key,
                IOpenApiSecurityScheme (scheme) =>
                    (string)scheme.Value!["type"]! == "http"
                        ? new OpenApiSecurityScheme
                        {
                            Type = SecuritySchemeType.Http,
                            Scheme = (string)scheme.Value["scheme"]!,
                            Description = (string)scheme.Value["description"]!,
                        }
                        : new OpenApiSecurityScheme
                        {
                            Type = SecuritySchemeType.ApiKey,
                            In = ParameterLocation.Header,
                            Name = (string)scheme.Value["name"]!,
                            Description = (string)scheme.Value["description"]!,
                        }
            );
        document.Tags = new HashSet<OpenApiTag>(
            Enum.GetValues<ApiTag>()
                .Select(tag => new OpenApiTag
                {
                    Name = $"{tag}",
                    Description = typeof(ApiTag).GetField($"{tag}")!.GetCustomAttribute<DescriptionAttribute>()!.Description,
                })
        );
    }

    private static OpenApiServer Server(JsonNode written) =>
        new() { Url = (string)written["url"]!, Description = (string?)written["description"] };
}
