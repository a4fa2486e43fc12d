using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CrmFunctions.EndToEndTests.Input;
using CrmFunctions.Events;
using CrmFunctions.Sources.Reconciliation;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Reconciliation;

/// <summary>A running suite that has a shop or a form on loopback as its source: a Shopify shop unless a test says otherwise.</summary>
internal sealed class ReconcileSuite : IAsyncDisposable
{
    public const string Token = "shpat_0123456789";
    public const string Secret = "shpss_the-stub-of-a-shop";

    private ReconcileSuite(Suite suite, string source) => (Suite, Source) = (suite, source);

    public Suite Suite { get; }

    /// <summary>The source's id.</summary>
    public string Source { get; }

    public static async Task<ReconcileSuite> Start(
        Azurite azurite,
        StubApi shop,
        IReadOnlyDictionary<string, string>? settings = null,
        string token = Token,
        string source = "shop-eu",
        JsonObject? provider = null
    )
    {
        var all = new Dictionary<string, string>(settings ?? new Dictionary<string, string>())
        {
            ["Reconciliation:AllowLoopback"] = "true",
        };
        var suite = await Suite.Start(azurite, settings: all);
        var body = Shopify(shop, token);
        foreach (var (name, value) in provider ?? [])
            body[name] = value?.DeepClone();
        using var answer = await suite.Client.PutAsJsonAsync(new Uri($"api/sources/{source}", UriKind.Relative), body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return new ReconcileSuite(suite, source);
    }

    /// <summary>A Shopify shop as a source.</summary>
    public static JsonObject Shopify(StubApi shop, string token) =>
        new()
        {
            ["provider"] = "shopify",
            ["secrets"] = new JsonArray(new JsonObject { ["value"] = Secret }),
            ["currency"] = "EUR",
            ["timeZone"] = "Europe/Berlin",
            ["perSecond"] = 10_000,
            ["apiUrl"] = shop.Address.GetLeftPart(UriPartial.Authority),
            ["credentials"] = new JsonObject { ["accessToken"] = token },
        };

    /// <summary>Asks all sources, and waits until what was recovered is decided.</summary>
    public Task Reconcile() => Suite.Fire(nameof(ReconcileSources));

    /// <summary>The whole report, and how far the one source was compared.</summary>
    public async Task<(JsonNode Source, IReadOnlyList<JsonNode> Gaps)> Report(string more = "")
    {
        var gaps = new List<JsonNode>();
        JsonNode page;
        for (string? next = null; ; next = (string?)page["next"])
        {
            page = await Suite.Get($"reports/gaps?source={Source}&next={Uri.EscapeDataString(next ?? "")}{more}");
            OpenApi.Holds(page, "GapReport");
            gaps.AddRange(page["gaps"]!.AsArray().Select(gap => gap!));
            if (page["next"] is null)
                return (page["sources"]!.AsArray().Single()!, gaps);
        }
    }

    /// <summary>The ids of all that the report names, each as often as it names it.</summary>
    public async Task<List<string>> Missing() =>
        [.. (await Report()).Gaps.SelectMany(gap => gap["ids"]!.AsArray()).Select(id => (string)id!)];

    /// <summary>Sends a webhook, which is taken.</summary>
    public async Task Send(byte[] body, IEnumerable<(string Name, string Value)> headers, string query = "")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"api/hooks/{Source}{query}", UriKind.Relative))
        {
            Content = content,
        };
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        using var answer = await Suite.Client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>The events of the source in the log.</summary>
    public async Task<List<EventRow>> Logged()
    {
        var rows = new List<EventRow>();
        await foreach (var row in Suite.Tables.Events.QueryAsync<EventRow>($"Source eq '{Source}'"))
            rows.Add(row);
        return rows;
    }

    /// <summary>An order as Shopify tells it.</summary>
    public static JsonObject Order(long id, DateTimeOffset at, int customer = 1, string total = "10.00")
    {
        var time = at.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
        return JsonNode
            .Parse(
                $$"""
                { "id": {{id}}, "created_at": "{{time}}", "processed_at": "{{time}}", "updated_at": "{{time}}", "cancelled_at": null, "currency": "EUR", "financial_status": "paid",
                  "total_price": "{{total}}", "current_total_price": "{{total}}", "refunds": [],
                  "customer": { "id": {{customer}}, "email": "c{{customer}}@example.com", "first_name": "Ada", "last_name": "Nr {{customer}}" } }
                """
            )!
            .AsObject();
    }

    public ValueTask DisposeAsync() => Suite.DisposeAsync();
}
