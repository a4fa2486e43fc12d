using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace CrmFunctions.TestKit;

/// <summary>
/// Compares every answer of the suite with the OpenAPI document: the route has to have the status, the status the content type, and the
/// content type the schema of the body. A JSON body that was taken (2xx) has to be as the document says, too. Follows no redirects, so
/// that a test sees them.
/// </summary>
public sealed class DescribedAnswers() : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
{
    private const string Prefix = "/api/";
    private const int Shown = 2000;

    // Longer ones are batches and lists: the same members many times, and seconds of evaluating.
    private const int LongestCompared = 32 * 1024;

    private static readonly List<(string[] Parts, JsonObject Methods)> routes =
    [
        .. OpenApiDocument.Json["paths"]!
            .AsObject()
            .Select(path => (Parts: path.Key.Trim('/').Split('/'), Methods: path.Value!.AsObject()))
            .OrderBy(route => route.Parts.Count(IsParameter)),
    ];

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">
    /// The document does not describe this answer, or what was answered; the message has the route, the status and what is not as described.
    /// </exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        if (request.RequestUri!.AbsolutePath is { } path && path.StartsWith(Prefix, StringComparison.Ordinal))
        {
            var operation = Operation(request.Method, path[Prefix.Length..]);
            await Compare($"{request.Method} {path}", operation, answer, cancellationToken);
            if (answer.IsSuccessStatusCode && operation?["requestBody"]?["content"] is { } taken)
                await Compare($"{request.Method} {path}", taken, request, answer, cancellationToken);
        }

        return answer;
    }

    private static JsonNode? Operation(HttpMethod method, string path)
    {
        var parts = path.Split('/');
        return routes
            .Where(route =>
                route.Parts.Length == parts.Length
                && route.Parts.Zip(parts).All(pair => IsParameter(pair.First) || pair.First == Uri.UnescapeDataString(pair.Second))
            )
            .Select(route => route.Methods[method.Method.ToLowerInvariant()])
            .FirstOrDefault(operation => operation is not null);
    }

    private static bool IsParameter(string part) => part.StartsWith('{');

    private static async Task Compare(string request, JsonNode? operation, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var status = (int)answer.StatusCode;

        // The host answers what is not a route, and the server what is no address.
        if (status == 414 || (operation is null && status == 404))
            return;

        var type = answer.Content.Headers.ContentType?.MediaType;
        var wrong = operation?["responses"]![$"{status}"] is { } response
            ? await Complaints(OpenApiDocument.Resolve(response), type, answer.Content, cancellationToken)
            : ["the route does not have this status"];
        if (wrong.Count == 0)
            return;

        var body = await answer.Content.ReadAsStringAsync(cancellationToken);
        answer.Dispose();
        throw new InvalidDataException(
            $"{request} ({(string?)operation?["operationId"] ?? "no operation"}) answered {status} {type}, "
                + "and openapi.json says otherwise: "
                + $"{string.Join("; ", wrong.Take(10))}\n{body[..Math.Min(body.Length, Shown)]}"
        );
    }

    // A body of these two can be read again. In binary mode the body is the event's data alone, and of a batch single events may have been refused.
    private static async Task Compare(
        string place,
        JsonNode taken,
        HttpRequestMessage request,
        HttpResponseMessage answer,
        CancellationToken cancellationToken
    )
    {
        if (
            request.Content is not (ByteArrayContent or JsonContent)
            || request.Content.Headers.ContentType?.MediaType is not { } type
            || !type.EndsWith("json", StringComparison.Ordinal)
            || taken[type]?["schema"] is not { } schema
            || request.Headers.Contains("ce-id")
            || await HasRefused(answer, cancellationToken)
        )
        {
            return;
        }

        var body = await request.Content.ReadAsStringAsync(cancellationToken);
        var wrong = Complaints(body, schema);
        if (wrong.Count == 0)
            return;
        answer.Dispose();
        throw new InvalidDataException(
            $"{place} took a body that is not as openapi.json says: {string.Join("; ", wrong.Take(10))}\n{body[..Math.Min(body.Length, Shown)]}"
        );
    }

    private static async Task<bool> HasRefused(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        answer.Content.Headers.ContentType?.MediaType == "application/json"
        && JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken)) is JsonObject said
        && said["refused"] is JsonValue count
        && (int)count > 0;

    private static async Task<IReadOnlyList<string>> Complaints(
        JsonNode response,
        string? type,
        HttpContent content,
        CancellationToken cancellationToken
    )
    {
        var described = response["content"]?.AsObject() ?? [];
        if (type is null && (described.Count == 0 || (bool?)response["x-may-be-empty"] == true))
            return (await content.ReadAsByteArrayAsync(cancellationToken)).Length == 0 ? [] : ["a body has a content type"];
        if (type is null || described[type] is not { } media)
            return [$"the content types of this status are: {string.Join(", ", described.Select(kind => kind.Key))}"];

        // Other content may be long, and tests read it as it comes.
        return type.EndsWith("json", StringComparison.Ordinal)
            ? Complaints(await content.ReadAsStringAsync(cancellationToken), media["schema"]!)
            : [];
    }

    private static IReadOnlyList<string> Complaints(string json, JsonNode schema) =>
        json.Length > LongestCompared ? [] : OpenApiDocument.Complaints(JsonNode.Parse(json), schema);
}
