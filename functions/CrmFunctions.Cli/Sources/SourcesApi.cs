using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Cli.Commands;

namespace CrmFunctions.Cli.Sources;

/// <summary>The app's sources over HTTP. It takes the master key, for it takes secrets; it prints what the app shows, which has none.</summary>
internal sealed class SourcesApi : IDisposable
{
    public static readonly IReadOnlyList<Option> Options =
    [
        new("--url", "URL", "where the app runs (CRM_URL, or http://127.0.0.1:7071)"),
        new("--key", "KEY", "its master key (CRM_KEY)"),
    ];

    private static readonly JsonSerializerOptions indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly HttpClient http;

    /// <exception cref="UsageException">No key, or an address that is none.</exception>
    public SourcesApi(Arguments arguments, Terminal terminal)
    {
        var url = arguments.Text("--url") ?? terminal.Variable("CRM_URL") ?? "http://127.0.0.1:7071";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new UsageException($"--url {url}: an address such as http://127.0.0.1:7071 is wanted.");
        var key = arguments.Text("--key") ?? terminal.Variable("CRM_KEY");
        if (string.IsNullOrEmpty(key)) throw new UsageException("--key is missing: give the master key, or set CRM_KEY.");
        http = new HttpClient { BaseAddress = new Uri(address, "/api/"), DefaultRequestHeaders = { { "x-functions-key", key } } };
    }

    public static string Write(JsonNode json) => json.ToJsonString(indented);

    public Task<JsonNode> List(CancellationToken cancellationToken) => Send(HttpMethod.Get, "sources", null, cancellationToken);

    public Task<JsonNode> Get(string id, CancellationToken cancellationToken) => Send(HttpMethod.Get, PathOf(id), null, cancellationToken);

    public Task<JsonNode> Put(string id, JsonNode source, CancellationToken cancellationToken) => Send(HttpMethod.Put, PathOf(id), source, cancellationToken);

    public Task<JsonNode> Delete(string id, CancellationToken cancellationToken) => Send(HttpMethod.Delete, PathOf(id), null, cancellationToken);

    public void Dispose() => http.Dispose();

    private static string PathOf(string id) => $"sources/{Uri.EscapeDataString(id)}";

    private async Task<JsonNode> Send(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new CommandFailedException($"{method} {http.BaseAddress}{path} answered {(int)response.StatusCode}: {Problem(text, response)}");
        }
        catch (HttpRequestException unreachable)
        {
            throw new CommandFailedException($"{http.BaseAddress} cannot be reached: {unreachable.Message}");
        }
    }

    private static string Problem(string text, HttpResponseMessage response)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json") return response.ReasonPhrase ?? "";
        var problem = JsonNode.Parse(text)!;
        var errors = (problem["errors"]?.AsArray() ?? []).Select(error => $"\n  {(string?)error!["field"]} {(string?)error["message"]}");
        return $"{(string?)problem["detail"]}{string.Concat(errors)}";
    }
}
