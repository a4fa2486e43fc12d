using System.Text;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Hooks;

/// <summary>
/// What names an order and no customer finds its customer, from the signed request to the state; what a shop asks for its customers is kept
/// until it was done.
/// </summary>
public sealed class RefundTests(HookSuite hooks) : IClassFixture<HookSuite>
{
    private const string Customer = "820982911946154508";

    [Fact]
    public async Task A_refund_is_its_order_s_customer_s_and_told_by_the_order_too_it_is_one()
    {
        await hooks.Source("refunds", """{"provider":"shopify","secrets":["s-of-a-test"]}""");
        Assert.Equal((1, 0, 0), (await Shopify("refunds", "orders/paid", ShopTests.Order(1, "100.00", "paid"))).Counts);

        var refund = Refund(91, 1, "60.00");
        Assert.Equal((1, 0, 0), (await Shopify("refunds", "refunds/create", refund)).Counts);
        Assert.Equal((0, 1, 0), (await Shopify("refunds", "refunds/create", refund)).Counts);
        await Shopify(
            "refunds",
            "orders/updated",
            ShopTests.Order(1, "100.00", "partially_refunded", refunds: $"[{Encoding.UTF8.GetString(refund)}]")
        );
        await hooks.Suite.Settle();
        Assert.Equal(1, (int)(await hooks.Suite.Customer($"refunds:{Customer}"))["orders"]!);

        // Told twice it would have been 120 of 100, and the order gone. The rest of it makes it go.
        await Shopify("refunds", "refunds/create", Refund(92, 1, "40.00"));
        await hooks.Suite.Settle();
        Assert.Equal(0, (int)(await hooks.Suite.Customer($"refunds:{Customer}"))["orders"]!);
        Assert.Empty(await hooks.Quarantine("refunds"));
    }

    [Fact]
    public async Task A_refund_that_comes_before_its_order_waits_for_it_and_is_taken_at_night()
    {
        await hooks.Source("early", """{"provider":"shopify","secrets":["s-of-a-test"]}""");
        Assert.Equal((0, 0, 1), (await Shopify("early", "refunds/create", Refund(93, 2, "50.00"))).Counts);
        var waiting = Assert.Single(await hooks.Quarantine("early"));
        Assert.Equal("order-unknown", (string)waiting["reason"]!);
        Assert.Contains("order 2", (string)waiting["detail"]!, StringComparison.Ordinal);
        await hooks.Suite.Fire("SweepQuarantine");
        Assert.Single(await hooks.Quarantine("early"));

        await Shopify("early", "orders/paid", ShopTests.Order(2, "50.00", "paid"));
        await hooks.Suite.Fire("SweepQuarantine");
        await hooks.Suite.Settle();

        Assert.Empty(await hooks.Quarantine("early"));
        Assert.Equal(["order.paid", "order.refunded"], await hooks.Types("early"));
        Assert.Equal(0, (int)(await hooks.Suite.Customer($"early:{Customer}"))["orders"]!);
    }

    [Fact]
    public async Task Two_shops_with_the_same_order_number_do_not_refund_each_other_s()
    {
        await hooks.Source("shop-a", """{"provider":"shopify","secrets":["s-of-a-test"]}""");
        await hooks.Source("shop-b", """{"provider":"shopify","secrets":["s-of-a-test"]}""");
        await Shopify("shop-a", "orders/paid", ShopTests.Order(3, "50.00", "paid"));

        Assert.Equal((0, 0, 1), (await Shopify("shop-b", "refunds/create", Refund(94, 3, "50.00"))).Counts);
        Assert.Empty(await hooks.Log("shop-b"));
    }

    [Fact]
    public async Task An_order_deleted_at_WooCommerce_counts_no_more()
    {
        await hooks.Source("bin", """{"provider":"woocommerce","secrets":["s-of-a-test"]}""");
        var (order, deletion) = (ShopTests.WooOrder(7, "30.00"), """{"id":7}"""u8.ToArray());
        await hooks.Send("bin", order, Webhooks.Woo("s-of-a-test", order, "order.created"));
        Assert.Equal((1, 0, 0), (await hooks.Send("bin", deletion, Webhooks.Woo("s-of-a-test", deletion, "order.deleted"))).Counts);
        await hooks.Suite.Settle();
        Assert.Equal(0, (int)(await hooks.Suite.Customer("john.doe@example.com"))["orders"]!);
    }

    [Fact]
    public async Task What_a_shop_asks_for_its_customers_is_open_until_it_was_done()
    {
        await hooks.Source("asked", """{"provider":"shopify","secrets":["s-of-a-test"]}""");
        await Shopify("asked", "orders/paid", ShopTests.Order(9, "50.00", "paid", customer: "4242"));
        await hooks.Suite.Settle();
        var (data, shop) = (
            """{"shop_id":1,"customer":{"id":4242},"data_request":{"id":9}}"""u8.ToArray(),
            """{"shop_id":1,"shop_domain":"asked.myshopify.com"}"""u8.ToArray()
        );
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal((0, 0, 0), (await Shopify("asked", "customers/data_request", data)).Counts);
            Assert.Equal((0, 0, 0), (await Shopify("asked", "shop/redact", shop)).Counts);
        }

        Assert.Equal(["data open", "shop open"], await Requests());
        var customer = (string)(await hooks.Suite.Customer("asked:4242"))["customerId"]!;
        Assert.Equal(200, await Post($"customers/{customer}/export"));
        Assert.Equal(["data done", "export done", "shop open"], await Requests());

        var requests = (await hooks.Suite.Get("privacy/requests"))["items"]!.AsArray();
        string Id(string kind) => (string)requests.Single(request => (string)request!["kind"]! == kind)!["id"]!;
        Assert.Equal(
            (200, 404, 404),
            (
                await Post($"privacy/requests/{Id("shop")}/done"),
                await Post($"privacy/requests/{Id("export")}/done"),
                await Post("privacy/requests/none/done")
            )
        );
        Assert.Equal(["data done", "export done", "shop done"], await Requests());

        async Task<IEnumerable<string>> Requests() =>
            (await hooks.Suite.Get("privacy/requests"))["items"]!
                .AsArray()
                .Select(request => $"{(string)request!["kind"]!} {(string)request["status"]!}")
                .Order(StringComparer.Ordinal);
    }

    private static byte[] Refund(int id, int order, string amount) =>
        Encoding.UTF8.GetBytes(
            $$"""{"id":{{id}},"order_id":{{order}},"created_at":"2026-02-22T00:00:00Z","processed_at":"2026-02-22T00:00:00Z","transactions":[{"kind":"refund","status":"success","amount":"{{amount}}","currency":"CNY"}]}"""
        );

    private Task<HookAnswer> Shopify(string source, string topic, byte[] body) =>
        hooks.Send(source, body, Webhooks.Shopify("s-of-a-test", body, topic));

    private async Task<int> Post(string path) => (await hooks.Suite.Send(HttpMethod.Post, path, """{"reason":"asked for"}""")).Status;
}
