using System.Globalization;
using System.Text.Json.Nodes;
using CrmFunctions.Http;
using CrmFunctions.Sources;
using CrmFunctions.Sources.Hooks.Providers;
using CrmFunctions.Sources.Reconciliation.Asking;
using CrmFunctions.TestKit;
using CrmFunctions.UnitTests.Demo;

namespace CrmFunctions.UnitTests.Reconciliation;

/// <summary>The clients against stubs that page and limit as the providers' documentation says.</summary>
public sealed class SourceClientTests : IDisposable
{
    private static readonly DateTimeOffset noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeRange day = new(noon.AddHours(-12), noon.AddHours(12));

    private readonly HurriedClock clock = new();
    private readonly HttpClient http = OutgoingHttp.CreateClient(new OutgoingRules(allowLoopback: true));

    public void Dispose() => http.Dispose();

    [Fact]
    public async Task Shopify_is_followed_from_cursor_to_cursor_and_its_bucket_is_never_filled()
    {
        await using var shop = new ShopifyStub("shpat_1");
        shop.Things.AddRange(Enumerable.Range(0, 600).Select(i => ShopifyOrder(i, noon.AddSeconds(i))));
        shop.Things.Add(ShopifyOrder(1000, noon.AddDays(2)));
        shop.Used = 29;

        var (items, calls) = await List(new ShopifyClient(), shop, ("accessToken", "shpat_1"));

        Assert.Equal(Enumerable.Range(0, 600).Select(i => $"{i}"), items.Select(item => item.Id));
        Assert.Equal(3, calls.Made);
        Assert.Contains(
            "status=any&limit=250&updated_at_min=2026-03-01T00:00:00Z&updated_at_max=2026-03-02T00:00:00Z",
            shop.Calls[0].Target,
            StringComparison.Ordinal
        );
        Assert.EndsWith("?limit=250&page_info=cursor0", shop.Calls[1].Target, StringComparison.Ordinal);

        Assert.Equal("orders/updated", items[0].Delivery.Headers["X-Shopify-Topic"]);
        Assert.True(JsonNode.DeepEquals(shop.Things[0], JsonNode.Parse(items[0].Delivery.Body.Span)));

        // 30 and 31 of 40 are used: the client waits until half of it has leaked out, two a second.
        Assert.Equal([TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5.5)], clock.Waits);
    }

    [Fact]
    public async Task A_call_too_many_waits_as_long_as_it_is_told_and_is_made_again()
    {
        await using var shop = new ShopifyStub("t");
        shop.Things.Add(ShopifyOrder(1, noon));
        shop.Faults.Enqueue(StubApi.Says(429, """{"errors":"Exceeded 2 calls per second for api client."}""", ("Retry-After", "2.0")));
        shop.Faults.Enqueue(StubApi.Says(503, "", ("Retry-After", "3600")));
        shop.Faults.Enqueue(StubApi.Says(502, "<html>"));

        var (items, calls) = await List(new ShopifyClient(), shop, ("accessToken", "t"));

        Assert.Single(items);
        Assert.Equal(4, calls.Made);
        Assert.Equal([TimeSpan.FromSeconds(2), ApiCalls.LongestWait, TimeSpan.FromSeconds(4)], clock.Waits);
    }

    [Fact]
    public async Task The_token_follows_no_link_to_another_host()
    {
        await using var shop = new ShopifyStub("t");
        await using var other = new ShopifyStub("t");
        shop.Things.AddRange(Enumerable.Range(0, 300).Select(i => ShopifyOrder(i, noon)));
        shop.NextHost = other.Address.GetLeftPart(UriPartial.Authority);

        var refused = await Assert.ThrowsAsync<SourceRefusedException>(() => List(new ShopifyClient(), shop, ("accessToken", "t")));

        Assert.Contains("another address", refused.Message, StringComparison.Ordinal);
        Assert.Empty(other.Calls);
    }

    [Fact]
    public async Task WooCommerce_is_read_page_by_page_between_its_bounds()
    {
        await using var shop = new WooCommerceStub("ck_1", "cs_1");
        shop.Things.AddRange(Enumerable.Range(0, 250).Select(i => WooOrder(i, noon.AddSeconds(i))));
        shop.Things.AddRange([WooOrder(900, day.From), WooOrder(901, day.To), WooOrder(902, day.From.AddSeconds(-1))]);

        var (items, calls) = await List(new WooCommerceClient(), shop, ("consumerKey", "ck_1"), ("consumerSecret", "cs_1"));

        Assert.Equal(Enumerable.Range(0, 250).Append(900).Select(i => $"{i}"), items.Select(item => item.Id));
        Assert.Equal(3, calls.Made);
    }

    [Fact]
    public async Task An_order_that_leaves_WooCommerce_s_pages_while_they_are_read_costs_another_reading_and_no_order()
    {
        await using var shop = new WooCommerceStub("k", "s");
        shop.Things.AddRange(Enumerable.Range(0, 250).Select(i => WooOrder(i, noon)));

        // Before the second page is asked for, the first order is changed: all others move up by one, and number 100 is now on page one.
        shop.BeforeCall = call =>
        {
            if (call == 2)
                shop.Things[0]["date_modified_gmt"] = "2026-03-05T00:00:00";
        };
        var (items, calls) = await List(new WooCommerceClient(), shop, ("consumerKey", "k"), ("consumerSecret", "s"));

        Assert.Equal(250, items.Select(item => item.Id).Distinct().Count());
        Assert.Equal(5, calls.Made);
    }

    [Fact]
    public async Task WooCommerce_orders_that_never_stand_still_are_given_up_with_a_reason()
    {
        await using var shop = new WooCommerceStub("k", "s");
        shop.Things.AddRange(Enumerable.Range(0, 250).Select(i => WooOrder(i, noon)));
        shop.BeforeCall = call => shop.Things[call]["date_modified_gmt"] = "2026-03-05T00:00:00";

        var refused = await Assert.ThrowsAsync<SourceRefusedException>(() =>
            List(new WooCommerceClient(), shop, ("consumerKey", "k"), ("consumerSecret", "s"))
        );

        Assert.Contains("3 readings did not agree", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jiandaoyun_is_followed_from_row_to_row_and_its_own_way_of_saying_too_many_is_understood()
    {
        await using var form = new JiandaoyunStub("key");
        form.Things.AddRange(Enumerable.Range(0, 250).Select(i => JiandaoyunRow(i, noon.AddSeconds(i), made: noon.AddYears(-1))));
        form.Faults.Enqueue(JiandaoyunStub.TooManyCalls);

        var (items, calls) = await List(new JiandaoyunClient(), form, "?app_id=app&entry_id=form", ("apiKey", "key"));

        Assert.Equal(form.Things.Select(row => (string)row["_id"]!), items.Select(item => item.Id));
        Assert.Equal((5, TimeSpan.FromSeconds(1)), (calls.Made, Assert.Single(clock.Waits)));
        var asked = JsonNode.Parse(form.Calls[1].Body)!;
        Assert.Equal(("app", "form", 100), ((string)asked["app_id"]!, (string)asked["entry_id"]!, (int)asked["limit"]!));
        Assert.Equal((string)form.Things[99]["_id"]!, (string)JsonNode.Parse(form.Calls[2].Body)!["data_id"]!);
    }

    [Theory]
    [InlineData(FilterHabit.Holds, false, "old changed, new, new changed")]
    [InlineData(FilterHabit.Holds, true, "old changed, new, new changed")]
    [InlineData(FilterHabit.Ignored, false, "old changed, new, new changed")]
    [InlineData(FilterHabit.PassesNothing, false, "new, new changed")]
    public async Task With_any_reading_of_the_filter_by_Jiandaoyun_no_new_row_is_missed_and_none_of_another_time_is_taken(
        FilterHabit habit,
        bool ownIdsOnly,
        string expected
    )
    {
        await using var form = new JiandaoyunStub("key") { Filters = habit, TakesOwnIdsOnly = ownIdsOnly };
        (string Name, DateTimeOffset Made, DateTimeOffset Changed)[] rows =
        [
            ("old", day.From.AddDays(-9), day.From.AddDays(-2)),
            ("old changed", day.From.AddDays(-9), noon),
            ("new", noon, noon),
            ("new changed", noon, noon.AddHours(1)),
            ("new, changed later", noon, day.To.AddHours(1)),
            ("later", day.To, day.To),
        ];
        form.Things.AddRange(rows.Select((row, i) => JiandaoyunRow(i, row.Changed, row.Made)));
        foreach (var (thing, row) in form.Things.Zip(rows))
            thing["name"] = row.Name;

        var (items, _) = await List(new JiandaoyunClient(), form, "?app_id=app&entry_id=form&form_name=Leads", ("apiKey", "key"));

        var told = items.DistinctBy(item => item.Id).Select(item => JsonNode.Parse(item.Delivery.Body.Span)!).ToList();
        Assert.Equal(expected.Split(", "), told.Select(body => (string)body["data"]!["name"]!));
        Assert.All(
            told,
            body =>
                Assert.Equal(
                    ((string)body["data"]!["name"]! == "new" ? "data_create" : "data_update", "Leads"),
                    ((string)body["op"]!, (string)body["data"]!["formName"]!)
                )
        );
    }

    [Fact]
    public async Task Wrong_credentials_are_said_at_once_and_without_them()
    {
        await using var shop = new ShopifyStub("right");

        var refused = await Assert.ThrowsAsync<SourceRefusedException>(() => List(new ShopifyClient(), shop, ("accessToken", "wr0ng")));

        Assert.Contains("401", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", refused.ToString(), StringComparison.Ordinal);
        Assert.Single(shop.Calls);
    }

    [Fact]
    public async Task A_source_that_only_fails_is_given_up_after_five_tries()
    {
        await using var shop = new ShopifyStub("t");
        for (var i = 0; i < 6; i++)
            shop.Faults.Enqueue(StubApi.Says(500, "x"));

        var refused = await Assert.ThrowsAsync<SourceRefusedException>(() => List(new ShopifyClient(), shop, ("accessToken", "t")));

        Assert.Contains("500 in 5 tries", refused.Message, StringComparison.Ordinal);
        Assert.Equal(5, shop.Calls.Count);
    }

    [Fact]
    public async Task A_run_makes_no_more_calls_than_it_may()
    {
        await using var shop = new ShopifyStub("t");
        shop.Things.AddRange(Enumerable.Range(0, 1000).Select(i => ShopifyOrder(i, noon)));

        await Assert.ThrowsAsync<CallsUsedUpException>(() => List(new ShopifyClient(), shop, "", 3, ("accessToken", "t")));

        Assert.Equal(3, shop.Calls.Count);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{\"orders\":{}}")]
    [InlineData("{\"orders\":[{}]}")]
    public async Task An_answer_that_is_not_as_documented_is_refused(string body)
    {
        await using var shop = new ShopifyStub("t");
        shop.Faults.Enqueue(StubApi.Says(200, body));

        await Assert.ThrowsAsync<SourceRefusedException>(() => List(new ShopifyClient(), shop, ("accessToken", "t")));
    }

    [Fact]
    public async Task An_address_of_the_own_network_is_not_called()
    {
        using var guarded = OutgoingHttp.CreateClient(new OutgoingRules());
        var source = new Source("shop", ProviderNames.Shopify) { ApiUrl = "http://127.0.0.1:1" };
        var calls = new ApiCalls(guarded, clock, 10);

        var refused = await Assert.ThrowsAsync<SourceRefusedException>(async () =>
        {
            await foreach (
                var page in new ShopifyClient().List(
                    source,
                    new Dictionary<string, string> { ["accessToken"] = "t" },
                    day,
                    calls,
                    CancellationToken.None
                )
            )
                Assert.Empty(page);
        });

        Assert.Contains("outgoing-scheme", refused.Message, StringComparison.Ordinal);
    }

    private Task<(List<SourceItem> Items, ApiCalls Calls)> List(
        ISourceClient client,
        StubApi stub,
        params (string Name, string Value)[] secrets
    ) => List(client, stub, "", 100, secrets);

    private Task<(List<SourceItem> Items, ApiCalls Calls)> List(
        ISourceClient client,
        StubApi stub,
        string query,
        params (string Name, string Value)[] secrets
    ) => List(client, stub, query, 100, secrets);

    private async Task<(List<SourceItem> Items, ApiCalls Calls)> List(
        ISourceClient client,
        StubApi stub,
        string query,
        int most,
        params (string Name, string Value)[] secrets
    )
    {
        var source = new Source("shop", client.Provider) { ApiUrl = stub.Address.GetLeftPart(UriPartial.Authority) + query };
        var calls = new ApiCalls(http, clock, most);
        var items = new List<SourceItem>();
        await foreach (var page in client.List(source, secrets.ToDictionary(), day, calls, CancellationToken.None))
            items.AddRange(page);
        return (items, calls);
    }

    private static JsonObject ShopifyOrder(long id, DateTimeOffset at) =>
        new() { ["id"] = id, ["updated_at"] = at.ToString("O", CultureInfo.InvariantCulture) };

    private static JsonObject WooOrder(long id, DateTimeOffset at) =>
        new() { ["id"] = id, ["date_modified_gmt"] = at.ToString("s", CultureInfo.InvariantCulture) };

    // As its ids are: the second in which a row was made, and what tells it from others.
    private static JsonObject JiandaoyunRow(int number, DateTimeOffset at, DateTimeOffset made) =>
        new()
        {
            ["_id"] = $"{made.ToUnixTimeSeconds():x8}{number:x16}",
            ["createTime"] = made.ToString("O", CultureInfo.InvariantCulture),
            ["updateTime"] = at.ToString("O", CultureInfo.InvariantCulture),
        };
}
