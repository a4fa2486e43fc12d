using System.Text.Json.Nodes;
using CrmFunctions.EndToEndTests.Hooks;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Flow;

/// <summary>What cannot be taken back is done to nobody but whom it was meant for, and not by a delivery that was captured.</summary>
public sealed class OnlyWhoIsMeantTests : IDisposable
{
    private const string Why = """{"reason":"asked for in a letter"}""";

    private readonly Azurite azurite = new();

    [Fact]
    public async Task Until_a_ruling_is_in_force_its_customers_are_not_erased_exported_or_merged()
    {
        // Long enough for the requests that follow a ruling.
        await using var suite = await Suite.Start(azurite, settings: new Dictionary<string, string> { ["Debounce:Window"] = "00:00:05" });
        await suite.Post(new JsonArray(Sent.Paid("m1", "1", email: "one@meant.example"), Sent.Paid("m2", "2", email: "two@meant.example")));
        await suite.Settle();
        var (one, two) = (await Id(suite, "shop:1"), await Id(suite, "shop:2"));

        await Rule("merge");
        foreach (var id in (string[])[one, two])
            await IsPending(suite, id);
        await suite.Settle();
        Assert.Equal(await Id(suite, "shop:1"), await Id(suite, "shop:2"));

        // The erasure of one would be that of both.
        await Rule("unmerge");
        foreach (var id in (string[])[one, two])
            await IsPending(suite, id);
        await suite.Settle();

        await suite.PostConfirmed($"customers/{one}/erase", Why, 202);
        await suite.Settle();
        await suite.Settle();
        Assert.Empty((await suite.Find("one@meant.example")));
        Assert.Equal(1, (int)(await suite.Customer("two@meant.example"))["orders"]!);

        async Task Rule(string what) =>
            Assert.Equal(
                202,
                (await suite.Send(HttpMethod.Post, $"customers/{what}", $$"""{"customers":["{{one}}","{{two}}"],"reason":"told"}""")).Status
            );
    }

    [Fact]
    public async Task An_erasure_names_whom_it_touches_and_is_carried_out_for_exactly_what_was_shown()
    {
        await using var suite = await Suite.Start(azurite);
        await suite.Post(Sent.Paid("s1", "11", email: "shown@meant.example"));
        await suite.Settle();
        var id = await Id(suite, "shop:11");

        var (status, shown) = await suite.Send(HttpMethod.Post, $"customers/{id}/erase", Why);
        Assert.Equal((428, "urn:crm:unconfirmed"), (status, (string)shown!["type"]!));
        Assert.Contains("1 events, 1 orders", (string)Assert.Single(shown["touches"]!.AsArray())!["detail"]!, StringComparison.Ordinal);

        // Another event of the same person changes nothing; another identifier does.
        await suite.Post(Sent.Paid("s2", "11", email: "shown@meant.example"));
        await suite.Settle();
        var again = (await suite.Send(HttpMethod.Post, $"customers/{id}/erase", Why)).Answer!;
        Assert.Equal((string)shown["confirm"]!, (string)again["confirm"]!);
        await suite.Post(Sent.Paid("s3", "11", phone: "+8613800138000"));
        await suite.Settle();
        (status, var changed) = await suite.Send(HttpMethod.Post, $"customers/{id}/erase?confirm={(string)shown["confirm"]!}", Why);
        Assert.Equal((409, "urn:crm:changed"), (status, (string)changed!["type"]!));
        Assert.NotEqual((string)shown["confirm"]!, (string)changed["confirm"]!);
        Assert.Equal(3, (int)(await suite.Customer("shop:11"))["events"]!);

        await suite.Send(HttpMethod.Post, $"customers/{id}/erase?confirm={(string)changed["confirm"]!}", Why);
        await suite.Settle();
        Assert.Empty((await suite.Find("shop:11")));
    }

    [Fact]
    public async Task A_provider_s_request_to_erase_waits_and_is_withdrawn_or_approved_by_a_steward()
    {
        await using var hooks = new OwnHooks(azurite);
        var suite = await hooks.Start();
        await hooks.Shopify("orders/paid", ShopTests.Order(1, "50.00", "paid", customer: "501"));
        await hooks.Shopify("orders/paid", ShopTests.Order(2, "50.00", "paid", customer: "502"));
        await suite.Settle();
        foreach (var customer in (int[])[501, 502])
        {
            await hooks.Shopify(
                "customers/redact",
                $$"""{"shop_id":1,"shop_domain":"s.myshopify.com","customer":{"id":{{customer}}},"orders_to_redact":[]}"""
            );
        }

        await suite.Settle();
        var requests = (await suite.Get("privacy/requests"))["items"]!.AsArray();
        Assert.Equal(2, requests.Count);
        Assert.All(requests, request => Assert.Equal("waiting", (string)request!["status"]!));
        Assert.All(requests, request => Assert.True((DateTimeOffset)request!["dueAt"]! > TimeProvider.System.GetUtcNow().AddDays(2)));
        Assert.Equal(2, (await suite.Find("shop:501")).Count + 1);

        var (kept, gone) = ((string)requests[0]!["id"]!, (string)requests[1]!["id"]!);
        Assert.Equal("withdrawn", (string)(await suite.Send(HttpMethod.Post, $"privacy/requests/{kept}/withdraw", Why)).Answer!["status"]!);
        Assert.Equal(404, (await suite.Send(HttpMethod.Post, $"privacy/requests/{kept}/approve", Why)).Status);
        Assert.Equal("open", (string)(await suite.Send(HttpMethod.Post, $"privacy/requests/{gone}/approve", Why)).Answer!["status"]!);
        await suite.Settle();
        await suite.Settle();

        Assert.Equal(
            ["done", "withdrawn"],
            (await suite.Get("privacy/requests"))["items"]!.AsArray().Select(request => (string)request!["status"]!).Order()
        );
        var left = new List<string>();
        foreach (var customer in (int[])[501, 502])
        {
            if ((await suite.Find($"shop:{customer}")).Count > 0)
                left.Add($"{customer}");
        }

        Assert.Single(left);
    }

    [Fact]
    public async Task A_captured_delivery_erases_no_customer_under_another_topic()
    {
        await using var hooks = new OwnHooks(azurite);
        var suite = await hooks.Start();
        var order = ShopTests.Order(7, "50.00", "paid", customer: "77");
        await hooks.Shopify("orders/paid", order);
        await suite.Settle();

        foreach (var topic in (string[])["customers/redact", "shop/redact", "customers/data_request", "customers/delete"])
            Assert.Equal((0, 0, 1), (await hooks.Shopify(topic, order)).Counts);
        await suite.Settle();
        Assert.Empty((await suite.Get("privacy/requests"))["items"]!.AsArray());
        Assert.Equal(1, (int)(await suite.Customer("shop:77"))["orders"]!);

        // {"id":5} says what was deleted by its topic alone: the first topic counts.
        await hooks.Woo("order.deleted", """{"id":5}""");
        Assert.Equal((0, 0, 1), (await hooks.Woo("customer.deleted", """{"id":5}""")).Counts);
        Assert.Contains(
            (await suite.Get("quarantine?source=woo"))["items"]!.AsArray(),
            item =>
                (string)item!["reason"]! == "other-topic" && ((string)item["detail"]!).Contains("order.deleted", StringComparison.Ordinal)
        );
        Assert.Equal((1, 0, 0), (await hooks.Woo("customer.deleted", """{"id":6}""")).Counts);
        Assert.Equal((0, 1, 0), (await hooks.Woo("customer.deleted", """{"id":6}""")).Counts);
    }

    /// <inheritdoc/>
    public void Dispose() => azurite.Dispose();

    private static async Task<string> Id(Suite suite, string handle) => (string)(await suite.Customer(handle))["customerId"]!;

    private static async Task IsPending(Suite suite, string id)
    {
        foreach (var what in (string[])["erase", "export"])
        {
            var (status, answer) = await suite.Send(HttpMethod.Post, $"customers/{id}/{what}", Why);
            Assert.Equal((409, "urn:crm:ruling-pending"), (status, (string)answer!["type"]!));
        }

        var merged = await suite.Send(
            HttpMethod.Post,
            "customers/merge",
            $$"""{"customers":["{{id}}","{{await Id(suite, "shop:2")}}"],"reason":"told"}"""
        );
        Assert.Contains(merged.Status, (int[])[400, 409]);
    }

    // A suite with a shop at Shopify and one at WooCommerce.
    private sealed class OwnHooks(Azurite azurite) : IAsyncDisposable
    {
        private Suite? suite;

        public async Task<Suite> Start()
        {
            suite = await Suite.Start(azurite);
            foreach (var (id, provider) in ((string, string)[])[("shop", "shopify"), ("woo", "woocommerce")])
                Assert.Equal(
                    201,
                    (
                        await suite.Send(HttpMethod.Put, $"sources/{id}", $$"""{"provider":"{{provider}}","secrets":["s-of-a-test"]}""")
                    ).Status
                );
            return suite;
        }

        public Task<HookAnswer> Shopify(string topic, string body) => Shopify(topic, System.Text.Encoding.UTF8.GetBytes(body));

        public Task<HookAnswer> Shopify(string topic, byte[] body) =>
            HookSuite.Send(suite!, "shop", body, Webhooks.Shopify("s-of-a-test", body, topic));

        public Task<HookAnswer> Woo(string topic, string body)
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(body);
            return HookSuite.Send(suite!, "woo", bytes, Webhooks.Woo("s-of-a-test", bytes, topic));
        }

        public async ValueTask DisposeAsync() => await suite!.DisposeAsync();
    }
}
