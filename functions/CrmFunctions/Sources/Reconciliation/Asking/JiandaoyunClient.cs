using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;
using CrmFunctions.Sources.Hooks.Providers;

namespace CrmFunctions.Sources.Reconciliation.Asking;

/// <summary>
/// Jiandaoyun (简道云): the rows of a form by the time of their last change. Importing rows there sends no webhook, so this is how they come.
/// </summary>
/// <remarks>
/// Source: hc.jiandaoyun.com/open/14220 (POST v5/app/entry/data/list: limit 1 to 100, data_id of the last row is the cursor, answers in the
/// order of ids, 30 calls a second) and /open/11261 (bearer key; errors are 400 with a code, 8303 for too many calls). That fields of date
/// and time can be filtered by range is documented; that updateTime, a member of the platform's own, is one of them is not, nor that a
/// cursor may be any id. So rows are asked for in two ways, and each is held to its time here: changed ones by the filter, new ones by the
/// time that their ids begin with.
/// </remarks>
public sealed class JiandaoyunClient : ISourceClient
{
    /// <summary>The name of the credential.</summary>
    public const string ApiKey = "apiKey";

    private const int PageSize = 100;
    private const int TooManyCalls = 8303;
    private const string Changed = "updateTime",
        Created = "createTime";

    /// <inheritdoc/>
    public string Provider => ProviderNames.Jiandaoyun;

    /// <inheritdoc/>
    public IReadOnlyList<string> Credentials => [ApiKey];

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<SourceItem>> List(
        Source source,
        IReadOnlyDictionary<string, string> secrets,
        TimeRange span,
        ApiCalls calls,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var form = Form.Of(source);
        await foreach (var rows in Pages(form, Within(span), after: null, secrets[ApiKey], calls, cancellationToken))
            yield return Items(rows, form, span);
        await foreach (var rows in Pages(form, filter: null, IdAt(span.From), secrets[ApiKey], calls, cancellationToken))
        {
            yield return Items(rows, form, span);
            if (string.CompareOrdinal(IdOf(rows[^1]), IdAt(span.To)) >= 0)
                yield break;
        }
    }

    private static async IAsyncEnumerable<IReadOnlyList<JsonElement>> Pages(
        Form form,
        JsonObject? filter,
        string? after,
        string key,
        ApiCalls calls,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (var last = after; ; )
        {
            var body = new JsonObject
            {
                ["app_id"] = form.App,
                ["entry_id"] = form.Entry,
                ["limit"] = PageSize,
            };
            if (last is not null)
                body["data_id"] = last;
            if (filter is not null)
                body["filter"] = filter.DeepClone();
            var text = body.ToJsonString();
            ApiAnswer answer;
            try
            {
                answer = await calls.Send(() => Request(form.Address, text, key), IsLimit, cancellationToken);
            }
            catch (SourceRefusedException) when (after is not null && last == after)
            {
                // It takes ids of its own rows only: there is the filter alone.
                yield break;
            }

            if (
                answer.Body is not { ValueKind: JsonValueKind.Object } json
                || !json.TryGetProperty("data", out var data)
                || data.ValueKind != JsonValueKind.Array
            )
            {
                throw new SourceRefusedException("Its answer has no list of data.");
            }

            var rows = data.EnumerateArray().ToList();
            if (rows.Count == 0)
                yield break;
            yield return rows;
            if (rows.Count < PageSize)
                yield break;
            if (IdOf(rows[^1]) == last)
                throw new SourceRefusedException("It answers the same page again.");
            last = IdOf(rows[^1]);
        }
    }

    private static JsonObject Within(TimeRange span) =>
        new()
        {
            ["rel"] = "and",
            ["cond"] = new JsonArray(
                new JsonObject
                {
                    ["field"] = Changed,
                    ["type"] = "datetime",
                    ["method"] = "range",
                    ["value"] = new JsonArray(Time(span.From), Time(span.To)),
                }
            ),
        };

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    // Ids are those of MongoDB: the first four bytes are the second in which a row was made.
    private static string IdAt(DateTimeOffset time) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, time.ToUnixTimeSeconds()):x8}{new string('0', 16)}");

    private static string IdOf(JsonElement row) =>
        row.ValueKind == JsonValueKind.Object && row.TryGetProperty("_id", out var id) && id.GetString() is { Length: > 0 } name
            ? name
            : throw new SourceRefusedException("One of its rows has no _id.");

    private static List<SourceItem> Items(IReadOnlyList<JsonElement> rows, Form form, TimeRange span) =>
        [.. rows.Where(row => At(row, Changed) is not { } at || (at >= span.From && at < span.To)).Select(row => Item(row, form))];

    private static DateTimeOffset? At(JsonElement row, string member) =>
        row.TryGetProperty(member, out var time) && time.ValueKind == JsonValueKind.String && time.TryGetDateTimeOffset(out var at)
            ? at
            : null;

    // A row that was never changed is told by the push of its making, any other by that of its last change.
    private static SourceItem Item(JsonElement row, Form form)
    {
        var data = JsonObject.Create(row)!;
        if (form.Name is { } name)
            data["formName"] ??= name;
        var op = At(row, Created) is { } made && made == At(row, Changed) ? "data_create" : "data_update";
        return new SourceItem(
            IdOf(row),
            SourceDelivery.Of(JsonSerializer.SerializeToElement(new JsonObject { ["op"] = op, ["data"] = data }))
        );
    }

    private static HttpRequestMessage Request(Uri address, string body, string key) =>
        new(HttpMethod.Post, address)
        {
            Content = new StringContent(body, new MediaTypeHeaderValue("application/json", "utf-8")),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
        };

    private static bool IsLimit(ApiAnswer answer) =>
        answer is { Status: HttpStatusCode.BadRequest, Body: { ValueKind: JsonValueKind.Object } body }
        && body.TryGetProperty("code", out var code)
        && code.ValueKind == JsonValueKind.Number
        && code.TryGetInt32(out var number)
        && number == TooManyCalls;

    /// <summary>A form, as the source's address names it; the name as its pushes say it, for rows do not.</summary>
    private sealed record Form(Uri Address, string App, string Entry, string? Name)
    {
        public static Form Of(Source source)
        {
            var api = new Uri(source.ApiUrl!);
            var named = HttpUtility.ParseQueryString(api.Query);
            return named["app_id"] is { Length: > 0 } app && named["entry_id"] is { Length: > 0 } entry
                ? new Form(new Uri(api, "/api/v5/app/entry/data/list"), app, entry, named["form_name"])
                : throw new SourceRefusedException(
                    "apiUrl does not name the form; write it as https://api.jiandaoyun.com?app_id=…&entry_id=…&form_name=…."
                );
        }
    }
}
