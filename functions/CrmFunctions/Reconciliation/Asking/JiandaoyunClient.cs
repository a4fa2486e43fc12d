using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;
using CrmFunctions.Sources;

namespace CrmFunctions.Reconciliation.Asking;

/// <summary>Jiandaoyun (简道云): the rows of a form by the time of their last change. Importing rows there sends no webhook, so this is how they come.</summary>
/// <remarks>
/// Source: hc.jiandaoyun.com/open/14220 (POST v5/app/entry/data/list: limit 1 to 100, data_id of the last row is the cursor, answers in the
/// order of ids, 30 calls a second) and /open/11261 (bearer key; errors are 400 with a code, 8303 for too many calls).
/// </remarks>
public sealed class JiandaoyunClient : ISourceClient
{
    /// <summary>The name of the credential.</summary>
    public const string ApiKey = "apiKey";

    private const int PageSize = 100;
    private const int TooManyCalls = 8303;

    /// <inheritdoc/>
    public string Provider => ProviderNames.Jiandaoyun;

    /// <inheritdoc/>
    public IReadOnlyList<string> Credentials => [ApiKey];

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<SourceItem>> List(
        Source source, IReadOnlyDictionary<string, string> secrets, Span span, ApiCalls calls, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var api = new Uri(source.ApiUrl!);
        var named = HttpUtility.ParseQueryString(api.Query);
        if (named["app_id"] is not { Length: > 0 } app || named["entry_id"] is not { Length: > 0 } form)
        {
            throw new SourceRefusedException("apiUrl does not name the form; write it as https://api.jiandaoyun.com?app_id=…&entry_id=….");
        }

        var address = new Uri(api, "/api/v5/app/entry/data/list");
        for (string? last = null; ;)
        {
            var body = Body(app, form, last, span);
            var answer = await calls.Send(() => Request(address, body, secrets[ApiKey]), IsLimit, cancellationToken);
            if (answer.Body is not { ValueKind: JsonValueKind.Object } json || !json.TryGetProperty("data", out var rows) || rows.ValueKind != JsonValueKind.Array)
            {
                throw new SourceRefusedException("Its answer has no list of data.");
            }

            var items = rows.EnumerateArray().Select(Item).ToList();
            yield return items;
            if (items.Count < PageSize) yield break;
            if (items[^1].Id == last) throw new SourceRefusedException("It answers the same page again.");
            last = items[^1].Id;
        }
    }

    private static string Body(string app, string form, string? last, Span span)
    {
        var body = new JsonObject
        {
            ["app_id"] = app,
            ["entry_id"] = form,
            ["limit"] = PageSize,
            ["filter"] = new JsonObject
            {
                ["rel"] = "and",
                ["cond"] = new JsonArray(new JsonObject
                {
                    ["field"] = "updateTime",
                    ["method"] = "range",
                    ["value"] = new JsonArray(Time(span.From), Time(span.To)),
                }),
            },
        };
        if (last is not null) body["data_id"] = last;
        return body.ToJsonString();
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static HttpRequestMessage Request(Uri address, string body, string key) => new(HttpMethod.Post, address)
    {
        Content = new StringContent(body, new MediaTypeHeaderValue("application/json", "utf-8")),
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
    };

    private static bool IsLimit(ApiAnswer answer) =>
        answer is { Status: HttpStatusCode.BadRequest, Body: { ValueKind: JsonValueKind.Object } body }
        && body.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out var number) && number == TooManyCalls;

    private static SourceItem Item(JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object || !row.TryGetProperty("_id", out var id) || id.GetString() is not { Length: > 0 } name) throw new SourceRefusedException("One of its rows has no _id.");
        var body = new JsonObject { ["op"] = "data_update", ["data"] = JsonObject.Create(row) };
        return new SourceItem(name, SourceDelivery.Of(JsonSerializer.SerializeToElement(body)));
    }
}
