using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Http;
using CrmFunctions.Http.Describing;
using Microsoft.OpenApi;
using Document = Microsoft.OpenApi.OpenApiDocument;

namespace CrmFunctions.UnitTests.OpenApi;

/// <summary>The operations of the document, each from a function's route, key and attributes.</summary>
internal sealed class ApiOperations(Document document, ApiFiles files, ApiSchemas schemas)
{
    private const string Json = "application/json";

    private readonly SortedDictionary<string, IOpenApiParameter> parameters = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, IOpenApiResponse> responses = new(StringComparer.Ordinal);

    /// <summary>Parameters of addresses that several operations have.</summary>
    public IDictionary<string, IOpenApiParameter> Parameters => parameters;

    /// <summary>Refusals that operations refer to.</summary>
    public IDictionary<string, IOpenApiResponse> Responses => responses;

    public OpenApiOperation Of(ApiFunction function)
    {
        var examples = files.Find("examples", function.OperationId)?.AsObject() ?? [];
        var operation = new OpenApiOperation
        {
            OperationId = function.OperationId,
            Tags = new HashSet<OpenApiTagReference> { new($"{function.Operation.Tag}", document) },
            Summary = function.Operation.Summary,
            Description = Text(function.Operation.Description),
            Parameters = [.. InAddress(function), .. function.Attributes.OfType<ParameterAttribute>().Select(Parameter)],
            RequestBody = Body([.. function.Attributes.OfType<TakesAttribute>()], examples),
            Security =
            [
                .. from scheme in document.Components!.SecuritySchemes!.Keys
                from role in function.OpenTo
                select new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, document)] = [role] },
            ],
            Responses = [],
        };
        var answers = function
            .Attributes.OfType<AnswersAttribute>()
            .GroupBy(answer => answer.Status)
            .Select(group => (Status: group.Key, Response: (IOpenApiResponse)Answer([.. group], examples)))
            .ToList();
        var refusals = Refusals(function)
            .Select(refusal => (Status: Refuse(refusal), Response: (IOpenApiResponse)new OpenApiResponseReference($"{refusal}", document)));

        // What succeeds comes first, in the order of the code.
        foreach (var (status, response) in answers.Concat(refusals).OrderBy(one => one.Status < 300 ? 0 : one.Status))
            operation.Responses.Add($"{status}", response);
        return examples.Count == 0
            ? operation
            : throw new InvalidDataException(
                $"{function.OperationId} has no {string.Join(" and no ", examples.Select(left => left.Key))}."
            );
    }

    private IEnumerable<IOpenApiParameter> InAddress(ApiFunction function)
    {
        var at = "";
        foreach (var part in function.Trigger.Route!.Split('/'))
        {
            at = at.Length == 0 ? part : $"{at}/{part}";
            if (!part.StartsWith('{'))
                continue;
            var written = files.Get("parameters", at);
            var name = (string)written["component"]!;
            parameters[name] = new OpenApiParameter
            {
                Name = part.Trim('{', '}'),
                In = ParameterLocation.Path,
                Required = true,
                Description = (string)written["description"]!,
                Schema = written["schema"] is { } schema ? schemas.Parse(schema.DeepClone()) : schemas.Of(typeof(string)),
                Example = written["example"]?.DeepClone(),
            };
            yield return new OpenApiParameterReference(name, document);
        }
    }

    private IOpenApiParameter Parameter(ParameterAttribute parameter)
    {
        var schema = new JsonObject
        {
            ["type"] =
                parameter.Type == typeof(int) ? "integer"
                : parameter.Type == typeof(double) ? "number"
                : parameter.Type == typeof(bool) ? "boolean"
                : "string",
        };
        if (parameter.Type == typeof(DateTimeOffset))
            schema["format"] = "date-time";
        foreach (
            var (keyword, value) in new (string, object?)[]
            {
                ("enum", parameter.Values),
                ("minimum", parameter.Least),
                ("exclusiveMinimum", parameter.Above),
                ("maximum", parameter.Most),
                ("pattern", parameter.Pattern),
                ("default", parameter.Default),
            }
        )
        {
            if (value is not null)
                schema[keyword] = JsonSerializer.SerializeToNode(value);
        }

        return new OpenApiParameter
        {
            Name = parameter.Name,
            In = parameter is HeaderAttribute ? ParameterLocation.Header : ParameterLocation.Query,
            Required = parameter.Required,
            Description = parameter.Description,
            Schema = schemas.Parse(schema),
            Example = parameter.Example,
        };
    }

    private OpenApiRequestBody? Body(IReadOnlyList<TakesAttribute> takes, JsonObject examples)
    {
        if (takes.Count == 0)
            return null;
        var bodies = takes.SelectMany(body =>
            body.ContentTypes.DefaultIfEmpty(Json)
                .Select(type => (type, body.Schema is { } name ? schemas.Named(name) : schemas.Of(body.Type!)))
        );
        return new OpenApiRequestBody
        {
            Required = true,
            Description = takes.Select(body => body.Description).FirstOrDefault(said => said is not null),
            Content = Content(bodies, "body", examples),
        };
    }

    private OpenApiResponse Answer(IReadOnlyList<AnswersAttribute> answers, JsonObject examples)
    {
        var bodies = answers
            .Where(answer => answer.Type is not null || answer.Schema is not null)
            .Select(answer => (answer.ContentType ?? Json, answer.Schema is { } name ? schemas.Named(name) : schemas.Of(answer.Type!)));
        return new OpenApiResponse
        {
            Description = answers[0].Description,
            Headers = answers[0].Location is { } location ? Header("Location", location, JsonSchemaType.String) : null,
            Content = Content(bodies, $"{answers[0].Status}", examples),
            Extensions = answers.Any(answer => answer.MayBeEmpty)
                ? new Dictionary<string, IOpenApiExtension> { ["x-may-be-empty"] = new JsonNodeExtension(true) }
                : null,
        };
    }

    // Several schemas of one content type: either. Examples stand under the place, or under the place and the content type.
    private static Dictionary<string, IOpenApiMediaType>? Content(
        IEnumerable<(string Type, IOpenApiSchema Schema)> bodies,
        string place,
        JsonObject examples
    )
    {
        var content = new Dictionary<string, IOpenApiMediaType>(StringComparer.Ordinal);
        foreach (var group in bodies.GroupBy(body => body.Type, body => body.Schema))
        {
            var media = new OpenApiMediaType { Schema = group.Count() == 1 ? group.Single() : new OpenApiSchema { OneOf = [.. group] } };
            var example = examples[place] ?? examples[$"{place} {group.Key}"];
            if (example is JsonObject { Count: > 0 } named && named.All(one => one.Value is JsonObject value && value.ContainsKey("value")))
            {
                media.Examples = named.ToDictionary(
                    one => one.Key,
                    IOpenApiExample (one) =>
                        new OpenApiExample { Summary = (string?)one.Value!["summary"], Value = one.Value["value"]!.DeepClone() }
                );
            }
            else
            {
                media.Example = example?.DeepClone();
            }

            examples.Remove($"{place} {group.Key}");
            content[group.Key] = media;
        }

        if (content.Count > 0)
            examples.Remove(place);
        return content.Count > 0 ? content : null;
    }

    private static IEnumerable<Refusal> Refusals(ApiFunction function)
    {
        var said = function.Attributes.OfType<RefusesAttribute>().SelectMany(refuses => refuses.Refusals);
        if (function.OpenTo.Count > 0)
            said = said.Concat([Refusal.Unauthorized, Refusal.Forbidden, Refusal.Unavailable]).Distinct();
        return function.Attributes.OfType<TakesAttribute>().Any() ? said.Append(Refusal.TooLarge).Append(Refusal.MediaType) : said;
    }

    // The status of a refusal, which the document has from then on.
    private int Refuse(Refusal refusal)
    {
        var written = files.Get("refusals", $"{refusal}");
        var problems = (written["problems"]?.AsArray() ?? []).Select(problem => (Kind: KindOf(problem!), Written: problem!)).ToList();
        responses[$"{refusal}"] = new OpenApiResponse
        {
            Description = (string)written["description"]!,
            Headers = (bool?)written["retryAfter"] == true ? Header("Retry-After", "Seconds.", JsonSchemaType.Integer) : null,
            Content = problems.Count == 0 ? null : new Dictionary<string, IOpenApiMediaType> { ["application/problem+json"] = Problems() },
        };
        return problems.Select(problem => problem.Kind.Status).Append(401).First();

        OpenApiMediaType Problems() =>
            new()
            {
                Schema = schemas.Of(typeof(ProblemBody)),
                Examples = problems.ToDictionary(
                    problem => problem.Kind.Code,
                    IOpenApiExample (problem) => new OpenApiExample { Value = Example(problem.Kind, problem.Written) }
                ),
            };
    }

    private static ProblemKind KindOf(JsonNode problem) => ApiSchemas.Problems[(string)problem["type"]!];

    private static JsonObject Example(ProblemKind kind, JsonNode written)
    {
        var body = new JsonObject
        {
            ["type"] = $"urn:crm:{kind.Code}",
            ["title"] = kind.Title,
            ["status"] = kind.Status,
            ["detail"] = (string)written["detail"]!,
        };
        foreach (var member in (string[])["errors", "confirm", "touches"])
        {
            if (written[member] is { } value)
                body[member] = value.DeepClone();
        }

        return body;
    }

    private static Dictionary<string, IOpenApiHeader> Header(string name, string description, JsonSchemaType type) =>
        new()
        {
            [name] = new OpenApiHeader
            {
                Description = description,
                Schema = new OpenApiSchema { Type = type },
            },
        };

    private static string? Text(string said) => said.Length == 0 ? null : said;
}
