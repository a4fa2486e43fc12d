using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CrmFunctions.Cli.Commands;

/// <summary>The app over HTTP: JSON in, JSON out, a refusal as a sentence with its fields.</summary>
internal sealed class JsonApi : IDisposable
{
    private static readonly JsonSerializerOptions indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly HttpClient http;

    /// <param name="arguments">Address and key, where they are given.</param>
    /// <param name="terminal">Its variables name them else.</param>
    /// <param name="role">The least role that the command needs.</param>
    /// <exception cref="UsageException">No key, or an address that is none.</exception>
    public JsonApi(Arguments arguments, Terminal terminal, string role)
    {
        var address = Connection.AddressOf(arguments, terminal);
        var key = Connection.KeyOf(role, address, arguments, terminal) ?? throw Connection.Missing(role);
        http = new HttpClient
        {
            BaseAddress = new Uri(address, "/api/"),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
        };
    }

    public static string Write(JsonNode json) => json.ToJsonString(indented);

    public Task<JsonNode> Get(string path, CancellationToken cancellationToken) => Send(HttpMethod.Get, path, null, cancellationToken);

    public Task<JsonNode> Post(string path, JsonNode body, CancellationToken cancellationToken) =>
        Send(HttpMethod.Post, path, body, cancellationToken);

    /// <summary>Posts what cannot be taken back: the app first names what it would touch, and does it when that is confirmed.</summary>
    /// <param name="path">The path.</param>
    /// <param name="body">The body; null: none.</param>
    /// <param name="shows">Shows what will be touched: id, name and detail of each.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="CommandFailedException">As of <see cref="Send"/>.</exception>
    public async Task<JsonNode> PostConfirmed(string path, JsonNode? body, Action<JsonArray> shows, CancellationToken cancellationToken)
    {
        try
        {
            return await Send(HttpMethod.Post, path, body, cancellationToken);
        }
        catch (RefusedException unconfirmed) when (unconfirmed.Problem is { } problem && (string?)problem["confirm"] is { } revision)
        {
            shows(problem["touches"]!.AsArray());
            var sign = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            return await Send(HttpMethod.Post, $"{path}{sign}confirm={revision}", body?.DeepClone(), cancellationToken);
        }
    }

    /// <exception cref="CommandFailedException">It is not there, or refuses; the message says why.</exception>
    public async Task<JsonNode> Send(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.IsSuccessStatusCode
                ? JsonNode.Parse(text)!
                : throw Refusal($"{method} {http.BaseAddress}{path.Split('?')[0]} answered {(int)response.StatusCode}", text, response);
        }
        catch (HttpRequestException unreachable)
        {
            throw new CommandFailedException($"{http.BaseAddress} cannot be reached: {unreachable.Message}");
        }
        catch (JsonException unread)
        {
            throw new CommandFailedException($"{method} {http.BaseAddress}{path.Split('?')[0]} answered no JSON: {unread.Message}");
        }
    }

    public void Dispose() => http.Dispose();

    private static RefusedException Refusal(string what, string text, HttpResponseMessage response)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
            return new RefusedException($"{what}: {response.ReasonPhrase}", null);
        var problem = JsonNode.Parse(text)!;
        var errors = (problem["errors"]?.AsArray() ?? []).Select(error => $"\n  {(string?)error!["field"]} {(string?)error["message"]}");
        return new RefusedException($"{what}: {(string?)problem["detail"]}{string.Concat(errors)}", problem);
    }
}
