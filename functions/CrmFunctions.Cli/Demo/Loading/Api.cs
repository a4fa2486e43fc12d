using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Mime;
using System.Text;
using System.Text.Json;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Domain.Access;

namespace CrmFunctions.Cli.Demo.Loading;

/// <summary>The app's public HTTP API, as the demo uses it.</summary>
internal sealed class Api : IDisposable
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private readonly HttpClient http;
    private readonly Func<string, string> keyOf;

    /// <param name="address">Where the app runs.</param>
    /// <param name="keyOf">The key of a role: each request is sent with the least that opens it.</param>
    /// <param name="clock">Of the waits.</param>
    public Api(Uri address, Func<string, string> keyOf, TimeProvider clock)
    {
        (Address, this.keyOf) = (address, keyOf);
        // A long file takes as long as it takes: the wait for progress is bounded, not the request.
        http = new HttpClient(new Retry(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30) }, clock))
        {
            BaseAddress = new Uri(address, "/api/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public Uri Address { get; }

    /// <summary>Posts up to 500 events as one CloudEvents batch.</summary>
    /// <param name="events">Each as JSON.</param>
    /// <param name="role">ingest; admin where what people decide is among them.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<Accepted> Post(IEnumerable<string> events, string role, CancellationToken cancellationToken)
    {
        var body = $"[{string.Join(',', events)}]";
        using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/cloudevents-batch+json"));
        return await Send<Accepted>(role, HttpMethod.Post, "events", content, cancellationToken);
    }

    /// <summary>
    /// Streams a CSV file to the import. After a broken connection the file is sent from its beginning: the same file again changes
    /// nothing.
    /// </summary>
    public async Task<Import> Import(string path, string query, CancellationToken cancellationToken)
    {
        using var content = new FileContent(path);
        return await Send<Import>(RoleNames.Steward, HttpMethod.Post, $"imports?{query}", content, cancellationToken);
    }

    /// <summary>Says how a CSV file would be read, from its beginning.</summary>
    public async Task<Preview> Preview(byte[] beginning, string query, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(beginning) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } };
        return await Send<Preview>(RoleNames.Steward, HttpMethod.Post, $"imports/preview?{query}", content, cancellationToken);
    }

    /// <summary>Saves what became of every row of an import, as CSV.</summary>
    public async Task SaveRows(string id, string path, CancellationToken cancellationToken)
    {
        using var request = Request(RoleNames.Steward, HttpMethod.Get, $"imports/{Uri.EscapeDataString(id)}/rows?format=csv", null);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var rows = await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(cancellationToken);
        await using var file = File.Create(path);
        await rows.CopyToAsync(file, cancellationToken);
    }

    public Task<Import> Import(string id, CancellationToken cancellationToken) =>
        Send<Import>(RoleNames.Steward, HttpMethod.Get, $"imports/{Uri.EscapeDataString(id)}", null, cancellationToken);

    public Task<BaseReport> Base(CancellationToken cancellationToken) =>
        Send<BaseReport>(RoleNames.Viewer, HttpMethod.Get, "reports/base", null, cancellationToken);

    public Task<Health> Health(CancellationToken cancellationToken) =>
        Send<Health>(RoleNames.Viewer, HttpMethod.Get, "health/details", null, cancellationToken);

    public async Task<string> Receipt(string customer, string language, CancellationToken cancellationToken) =>
        (
            await Send<ExplanationText>(
                RoleNames.Viewer,
                HttpMethod.Get,
                $"customers/{Uri.EscapeDataString(customer)}/receipt?lang={language}",
                null,
                cancellationToken
            )
        ).Text;

    /// <summary>Asks for a calibration of the primary scheme.</summary>
    public Task<CalibrationStarted> Calibrate(CancellationToken cancellationToken) =>
        Send<CalibrationStarted>(RoleNames.Manager, HttpMethod.Post, "calibrations", null, cancellationToken);

    /// <summary>How the last calibration of each scheme went.</summary>
    public Task<Calibrations> CalibrationRuns(CancellationToken cancellationToken) =>
        Send<Calibrations>(RoleNames.Viewer, HttpMethod.Get, "calibrations", null, cancellationToken);

    /// <summary>The customers with most to lose.</summary>
    public Task<AtRisk> AtRisk(string language, int take, CancellationToken cancellationToken) =>
        Send<AtRisk>(RoleNames.Viewer, HttpMethod.Get, $"reports/at-risk?take={take}&lang={language}", null, cancellationToken);

    public Task<ChurnWarnings> Warnings(string language, int take, CancellationToken cancellationToken) =>
        Send<ChurnWarnings>(
            RoleNames.Viewer,
            HttpMethod.Get,
            $"reports/churn-warnings?take={take}&lang={language}",
            null,
            cancellationToken
        );

    /// <summary>Says who cares for customers, or what each tier gets.</summary>
    public async Task Put(string route, string json, CancellationToken cancellationToken)
    {
        using var content = new StringContent(json, Encoding.UTF8, MediaTypeNames.Application.Json);
        await Send<JsonElement>(RoleNames.Manager, HttpMethod.Put, route, content, cancellationToken);
    }

    /// <summary>An owner's duties.</summary>
    public Task<Duties> Duties(string owner, string language, int limit, CancellationToken cancellationToken) =>
        Send<Duties>(RoleNames.Viewer, HttpMethod.Get, $"duties?owner={owner}&lang={language}&limit={limit}", null, cancellationToken);

    /// <summary>What was said to a customer and about one, and what was not and why.</summary>
    public Task<Messages> Messages(string customer, string language, CancellationToken cancellationToken) =>
        Send<Messages>(
            RoleNames.Viewer,
            HttpMethod.Get,
            $"customers/{Uri.EscapeDataString(customer)}/messages?lang={language}",
            null,
            cancellationToken
        );

    /// <summary>How far having everybody decided again has come.</summary>
    public Task<Standards> Standards(CancellationToken cancellationToken) =>
        Send<Standards>(RoleNames.Viewer, HttpMethod.Get, "standards", null, cancellationToken);

    public void Dispose() => http.Dispose();

    private HttpRequestMessage Request(string role, HttpMethod method, string route, HttpContent? content) =>
        new(method, route) { Content = content, Headers = { Authorization = new AuthenticationHeaderValue("Bearer", keyOf(role)) } };

    private async Task<T> Send<T>(string role, HttpMethod method, string route, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = Request(role, method, route, content);
        using var response = await http.SendAsync(request, cancellationToken);
        var name = $"{method} {Address.GetLeftPart(UriPartial.Authority)}/api/{route.Split('?')[0]}";
        if (!response.IsSuccessStatusCode)
            throw new CommandFailedException($"{name} answered {(int)response.StatusCode}: {await Problem(response, cancellationToken)}");
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(Web, cancellationToken) ?? throw new JsonException("null");
        }
        catch (JsonException unread)
        {
            throw new CommandFailedException($"{name} answered {(int)response.StatusCode} with JSON of another shape: {unread.Message}");
        }
    }

    // RFC 9457: the detail says what would be right. An answer of another kind is shown by its beginning.
    private static async Task<string> Problem(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        if (text.Length == 0)
            return response.ReasonPhrase ?? "";
        if (
            response.Content.Headers.ContentType?.MediaType
            is not (MediaTypeNames.Application.ProblemJson or MediaTypeNames.Application.Json)
        )
            return text[..Math.Min(text.Length, 200)];
        var problem = JsonSerializer.Deserialize<ProblemAnswer>(text, Web);
        return problem?.Detail ?? problem?.Title ?? text;
    }

    // Opened anew for every try, where a StreamContent could be sent once only.
    private sealed class FileContent : HttpContent
    {
        private readonly string path;

        public FileContent(string path)
        {
            this.path = path;
            Headers.ContentType = new MediaTypeHeaderValue("text/csv") { CharSet = "utf-8" };
        }

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            await using var file = Data.Files.Open(path);
            await file.CopyToAsync(stream);
        }

        protected override bool TryComputeLength(out long length)
        {
            // Unknown, so it is sent chunked: a body with a length is read whole into the memory of the Functions host before the app sees
            // it.
            length = 0;
            return false;
        }
    }
}
