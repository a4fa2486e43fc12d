using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CrmFunctions.TestKit;

/// <summary>
/// A shop's API on loopback, as its documentation describes paging and limits. What stands in <see cref="Things"/> is what it has.
/// </summary>
public abstract class StubApi : IAsyncDisposable
{
    private readonly WebApplication web;

    /// <summary>Starts it.</summary>
    protected StubApi()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        web = builder.Build();
        web.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var call = new StubCall(
                $"{context.Request.Path}{context.Request.QueryString}",
                context.Request.Headers.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()),
                await reader.ReadToEndAsync()
            );
            Calls.Add(call);
            BeforeCall?.Invoke(Calls.Count);
            if (Faults.TryDequeue(out var fault))
                await fault(context);
            else
                await Answer(context, call);
        });
        web.StartAsync().GetAwaiter().GetResult();
    }

    /// <summary>Where it is.</summary>
    public Uri Address => new(web.Urls.First());

    /// <summary>What it has: orders or rows as its webhooks would tell them.</summary>
    public List<JsonObject> Things { get; } = [];

    /// <summary>What it was asked, in order.</summary>
    public List<StubCall> Calls { get; } = [];

    /// <summary>What next calls meet instead of an answer.</summary>
    public ConcurrentQueue<Func<HttpContext, Task>> Faults { get; } = new();

    /// <summary>What happens to the shop before it answers the call of a number.</summary>
    public Action<int>? BeforeCall { get; set; }

    /// <summary>A fault: a status, headers and a body.</summary>
    public static Func<HttpContext, Task> Says(int status, string body = "{}", params (string Name, string Value)[] headers) =>
        async context =>
        {
            context.Response.StatusCode = status;
            foreach (var (name, value) in headers)
                context.Response.Headers[name] = value;
            await context.Response.WriteAsync(body);
        };

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return web.DisposeAsync();
    }

    /// <summary>Answers as documented.</summary>
    protected abstract Task Answer(HttpContext context, StubCall asked);

    /// <summary>The instant that a thing has under a name.</summary>
    protected static DateTimeOffset Time(JsonObject thing, string name) =>
        DateTimeOffset.Parse((string)thing[name]!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>Writes JSON.</summary>
    protected static Task Write(HttpContext context, JsonNode body)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(body.ToJsonString());
    }
}

/// <summary>A call to a stub.</summary>
public sealed record StubCall(string Target, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>Shopify's REST Admin API: a cursor in the Link header, open orders unless status says any, a bucket of 40 calls.</summary>
/// <param name="token">The access token it takes.</param>
public sealed class ShopifyStub(string token) : StubApi
{
    private readonly Dictionary<string, List<JsonObject>> cursors = [];

    private long called = Stopwatch.GetTimestamp();

    /// <summary>How full the bucket is; each call fills it by one.</summary>
    public double Used { get; set; }

    /// <summary>How fast it leaks: 2 at a shop, but a test that is about something else need not wait.</summary>
    public double LeakPerSecond { get; set; }

    /// <summary>Where the next page is said to be; null: here.</summary>
    public string? NextHost { get; set; }

    /// <inheritdoc/>
    protected override async Task Answer(HttpContext context, StubCall asked)
    {
        if (asked.Headers.GetValueOrDefault("X-Shopify-Access-Token") != token)
        {
            await Says(401, """{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}""")(context);
            return;
        }

        Used = Math.Max(0, Used - (Stopwatch.GetElapsedTime(called).TotalSeconds * LeakPerSecond)) + 1;
        called = Stopwatch.GetTimestamp();
        context.Response.Headers["X-Shopify-Shop-Api-Call-Limit"] = $"{(int)Used}/40";
        var query = context.Request.Query;
        var limit = int.Parse(query["limit"].FirstOrDefault() ?? "50", CultureInfo.InvariantCulture);
        List<JsonObject> rest;
        if (query["page_info"].FirstOrDefault() is { } cursor)
        {
            // As documented: a cursor stands for the whole question, and takes no further filter.
            if (query.Keys.Except(["page_info", "limit", "fields"]).Any() || !cursors.TryGetValue(cursor, out rest!))
            {
                await Says(400, """{"errors":{"page_info":"Invalid value."}}""")(context);
                return;
            }
        }
        else
        {
            var (from, to) = (Bound(query["updated_at_min"]), Bound(query["updated_at_max"]));
            rest =
            [
                .. Things
                    .Where(order => query["status"] == "any" || order["cancelled_at"] is null)
                    .Where(order => Time(order, "updated_at") >= from && Time(order, "updated_at") <= to),
            ];
        }

        var page = rest.Take(Math.Min(limit, 250)).ToList();
        if (rest.Count > page.Count)
        {
            var next = $"cursor{cursors.Count}";
            cursors[next] = rest[page.Count..];
            context.Response.Headers.Link =
                $"<{NextHost ?? Address.GetLeftPart(UriPartial.Authority)}{context.Request.Path}?limit={limit}&page_info={next}>; rel=\"next\"";
        }

        await Write(context, new JsonObject { ["orders"] = new JsonArray([.. page.Select(order => order.DeepClone())]) });
    }

    private static DateTimeOffset Bound(string? text) => DateTimeOffset.Parse(text!, CultureInfo.InvariantCulture);
}

/// <summary>WooCommerce's REST API: pages counted from the start, totals in headers, basic authentication.</summary>
/// <param name="key">The consumer key it takes.</param>
/// <param name="secret">Its secret.</param>
public sealed class WooCommerceStub(string key, string secret) : StubApi
{
    /// <inheritdoc/>
    protected override async Task Answer(HttpContext context, StubCall asked)
    {
        var basic = "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{key}:{secret}"));
        if (asked.Headers.GetValueOrDefault("Authorization") != basic)
        {
            await Says(
                401,
                """{"code":"woocommerce_rest_cannot_view","message":"Sorry, you cannot list resources.","data":{"status":401}}"""
            )(context);
            return;
        }

        var query = context.Request.Query;
        if (context.Request.Path != "/wp-json/wc/v3/orders" || query["dates_are_gmt"] != "true")
        {
            await Says(
                404,
                """{"code":"rest_no_route","message":"No route was found matching the URL and request method","data":{"status":404}}"""
            )(context);
            return;
        }

        var (after, before) = (Bound(query["modified_after"]), Bound(query["modified_before"]));
        var found = Things
            .Where(order => Time(order, "date_modified_gmt") > after && Time(order, "date_modified_gmt") < before)
            .OrderBy(order => (long)order["id"]!)
            .ToList();
        var size = int.Parse(query["per_page"].FirstOrDefault() ?? "10", CultureInfo.InvariantCulture);
        var page = int.Parse(query["page"].FirstOrDefault() ?? "1", CultureInfo.InvariantCulture);
        context.Response.Headers["X-WP-Total"] = $"{found.Count}";
        context.Response.Headers["X-WP-TotalPages"] = $"{(found.Count + size - 1) / size}";
        await Write(
            context,
            new JsonArray([.. found.Skip((page - 1) * size).Take(Math.Min(size, 100)).Select(order => order.DeepClone())])
        );
    }

    private static DateTimeOffset Bound(string? text) =>
        DateTimeOffset.Parse(text!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}

/// <summary>Jiandaoyun's list query: rows in the order of their ids, after the last one seen; errors are 400 with a code.</summary>
/// <param name="key">The API key it takes.</param>
public sealed class JiandaoyunStub(string key) : StubApi
{
    /// <summary>What it makes of a filter on updateTime, which its documentation does not say.</summary>
    public FilterHabit Filters { get; set; }

    /// <summary>Whether a cursor must be the id of a row, which its documentation does not say either.</summary>
    public bool TakesOwnIdsOnly { get; set; }

    /// <summary>Its answer to too many calls.</summary>
    public static Func<HttpContext, Task> TooManyCalls { get; } = Says(400, """{"code":8303,"msg":"超出请求频率限制"}""");

    /// <inheritdoc/>
    protected override async Task Answer(HttpContext context, StubCall asked)
    {
        if (asked.Headers.GetValueOrDefault("Authorization") != $"Bearer {key}" || context.Request.Path != "/api/v5/app/entry/data/list")
        {
            await Says(400, """{"code":8301,"msg":"API Key 无效"}""")(context);
            return;
        }

        var body = JsonNode.Parse(asked.Body)!;
        var last = (string?)body["data_id"] ?? "";
        if (TakesOwnIdsOnly && last.Length > 0 && Things.All(row => (string)row["_id"]! != last))
        {
            await Says(400, """{"code":4001,"msg":"数据不存在"}""")(context);
            return;
        }

        var rows = Things
            .Where(row => body["filter"] is not { } filter || IsWithin(row, filter["cond"]![0]!["value"]!.AsArray()))
            .Where(row => string.CompareOrdinal((string)row["_id"]!, last) > 0)
            .OrderBy(row => (string)row["_id"]!, StringComparer.Ordinal)
            .Take(Math.Min((int?)body["limit"] ?? 10, 100));
        await Write(context, new JsonObject { ["data"] = new JsonArray([.. rows.Select(row => row.DeepClone())]) });
    }

    private bool IsWithin(JsonObject row, JsonArray range)
    {
        var bounds = range.Select(time => DateTimeOffset.Parse((string)time!, CultureInfo.InvariantCulture)).ToList();
        return Filters switch
        {
            FilterHabit.Holds => Time(row, "updateTime") >= bounds[0] && Time(row, "updateTime") <= bounds[1],
            FilterHabit.Ignored => true,
            _ => false,
        };
    }
}

/// <summary>What an API makes of a filter.</summary>
public enum FilterHabit
{
    /// <summary>It holds.</summary>
    Holds,

    /// <summary>It is as if there were none.</summary>
    Ignored,

    /// <summary>Nothing passes it.</summary>
    PassesNothing,
}
