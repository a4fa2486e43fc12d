using System.Text;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Hooks;

/// <summary>The three that everything began with, from the signed request to the tier.</summary>
public sealed class ShopTests(HookSuite hooks) : IClassFixture<HookSuite>
{
    private const string Secret = "shpss_0123456789";
    private const string StandardSecret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Fact]
    public async Task An_order_of_Shopify_moves_a_tier_and_told_again_under_any_topic_changes_nothing()
    {
        await hooks.Source("shop-one", $$"""{"provider":"shopify","secrets":["{{Secret}}"],"currency":"CNY"}""");
        var body = Order(1001, "7000.00", "paid");

        var first = await hooks.Send("shop-one", body, Webhooks.Shopify(Secret, body, "orders/create"));
        await hooks.Suite.Settle();
        var customer = await hooks.Suite.Customer("shop-one:820982911946154508");
        Assert.Equal((200, (1, 0, 0)), (first.Status, first.Counts));
        Assert.Equal(1, (int)customer["orders"]!);
        Assert.NotEqual("D", (string)customer["tier"]!);

        foreach (var topic in new[] { "orders/create", "orders/paid", "orders/updated" })
        {
            var again = await hooks.Send("shop-one", body, Webhooks.Shopify(Secret, body, topic));
            Assert.Equal((200, (0, 1, 0)), (again.Status, again.Counts));
        }

        // A fulfilment changes the record, not what was bought.
        var updated = Order(1001, "7000.00", "paid", updatedAt: "2026-02-25T00:00:00Z");
        Assert.Equal((0, 1, 0), (await hooks.Send("shop-one", updated, Webhooks.Shopify(Secret, updated, "orders/updated"))).Counts);
        Assert.Equal(["order.paid"], await hooks.Types("shop-one"));
    }

    [Fact]
    public async Task A_refund_comes_with_its_order_and_a_cancellation_takes_the_order_away()
    {
        await hooks.Source("shop-refund", $$"""{"provider":"shopify","secrets":["{{Secret}}"]}""");
        var refunds =
            """[{"id":91,"created_at":"2026-02-22T00:00:00Z","transactions":[{"kind":"refund","status":"success","amount":"40.10"},{"kind":"refund","status":"failure","amount":"9.00"}]}]""";
        var refunded = Order(2001, "100.00", "partially_refunded", refunds: refunds);

        var answer = await hooks.Send("shop-refund", refunded, Webhooks.Shopify(Secret, refunded, "orders/updated"));

        Assert.Equal((2, 0, 0), answer.Counts);
        var log = await hooks.Log("shop-refund");
        Assert.Equal(["order.paid", "order.refunded"], log.Select(row => row.Type));
        Assert.Equal("40.10", (string)System.Text.Json.Nodes.JsonNode.Parse(log[1].Data)!["amount"]!);

        var cancelled = Order(2001, "100.00", "refunded", cancelledAt: "2026-02-23T00:00:00Z", refunds: refunds);
        Assert.Equal(
            (1, 1, 0),
            (await hooks.Send("shop-refund", cancelled, Webhooks.Shopify(Secret, cancelled, "orders/cancelled"))).Counts
        );
        await hooks.Suite.Settle();
        Assert.Equal(0, (int)(await hooks.Suite.Customer("shop-refund:820982911946154508"))["orders"]!);
    }

    [Fact]
    public async Task WooCommerce_s_ping_is_answered_with_exactly_200_and_its_order_is_taken()
    {
        await hooks.Source("woo-one", """{"provider":"woocommerce","secrets":["a&amp;b of a test"],"currency":"CNY"}""");
        var ping = await hooks.Send("woo-one", "webhook_id=42"u8.ToArray(), [], contentType: "application/x-www-form-urlencoded");
        var pingOfNobody = await hooks.Send(
            "no-such-source",
            "webhook_id=42"u8.ToArray(),
            [],
            contentType: "application/x-www-form-urlencoded"
        );
        Assert.Equal((200, 200), (ping.Status, pingOfNobody.Status));

        var body = WooOrder(727, "29.35");
        var answer = await hooks.Send("woo-one", body, Webhooks.Woo("a&b of a test", body, "order.created"));

        Assert.Equal((200, (1, 0, 0)), (answer.Status, answer.Counts));
        var row = Assert.Single(await hooks.Log("woo-one"));
        Assert.Equal(("order.paid", new DateTimeOffset(2026, 2, 20, 19, 28, 8, TimeSpan.Zero)), (row.Type, row.OccurredAt));
    }

    [Fact]
    public async Task Two_orders_that_share_a_delivery_id_of_WooCommerce_are_both_kept()
    {
        await hooks.Source("woo-two", """{"provider":"woocommerce","secrets":["k3y-of-a-test"],"currency":"CNY"}""");
        var (one, two) = (WooOrder(1, "10.00"), WooOrder(2, "20.00"));

        Assert.Equal((1, 0, 0), (await hooks.Send("woo-two", one, Webhooks.Woo("k3y-of-a-test", one, "order.created", "same"))).Counts);
        Assert.Equal((1, 0, 0), (await hooks.Send("woo-two", two, Webhooks.Woo("k3y-of-a-test", two, "order.created", "same"))).Counts);
        Assert.Equal((0, 1, 0), (await hooks.Send("woo-two", two, Webhooks.Woo("k3y-of-a-test", two, "order.updated", "another"))).Counts);
        Assert.Equal(2, (await hooks.Log("woo-two")).Count);
    }

    [Fact]
    public async Task Standard_Webhooks_bring_canonical_events_and_the_source_s_own_types()
    {
        await hooks.Source(
            "standard",
            $$$"""{"provider":"standard-webhooks","secrets":["whsec_{{{StandardSecret}}}"],"types":{"contact.created":"customer.created"},"fields":{"customer.id":"id","customer.name":"fullName","customer.phone":"phoneNumber"}}"""
        );
        var paid = Encoding.UTF8.GetBytes(
            """{"type":"order.paid","timestamp":"2026-02-20T00:00:00Z","data":{"customer":{"id":"7","email":"seven@example.com"},"orderId":"o7","amount":"12.30","currency":"CNY"}}"""
        );
        var contact = Encoding.UTF8.GetBytes(
            """{"type":"contact.created","timestamp":"2026-02-21T20:26:10.344522Z","data":{"id":"8","fullName":"John Smith","phoneNumber":"+12813322575","occupation":"Engineer"}}"""
        );
        var unknown = Encoding.UTF8.GetBytes("""{"type":"weather.changed","timestamp":"2026-02-21T20:26:10.344522Z","data":{}}""");

        Assert.Equal((1, 0, 0), (await Standard(paid, "msg_1")).Counts);
        Assert.Equal((0, 1, 0), (await Standard(paid, "msg_1")).Counts);
        Assert.Equal((1, 0, 0), (await Standard(contact, "msg_2")).Counts);
        Assert.Equal((0, 0, 1), (await Standard(unknown, "msg_3")).Counts);

        Assert.Equal(["order.paid", "customer.created"], await hooks.Types("standard"));
        Assert.Equal("unknown-topic", (string)Assert.Single(await hooks.Quarantine("standard"))["reason"]!);
    }

    [Fact]
    public async Task A_secret_is_rotated_without_a_delivery_lost()
    {
        await hooks.Source("rotation", """{"provider":"shopify","secrets":["old-of-a-test"]}""");
        var shown = await hooks.Suite.Get("sources/rotation");
        await hooks.Source(
            "rotation",
            $$"""{"provider":"shopify","secrets":["new-of-a-test",{"id":"{{(string)shown["secrets"]![0]!["id"]!}}","until":"2099-01-01T00:00:00Z"}]}"""
        );
        var (one, two, three) = (Order(3001, "1.00", "paid"), Order(3002, "1.00", "paid"), Order(3003, "1.00", "paid"));

        Assert.Equal(200, (await hooks.Send("rotation", one, Webhooks.Shopify("old-of-a-test", one, "orders/paid"))).Status);
        Assert.Equal(200, (await hooks.Send("rotation", two, Webhooks.Shopify("new-of-a-test", two, "orders/paid"))).Status);
        Assert.Equal(401, (await hooks.Send("rotation", three, Webhooks.Shopify("older", three, "orders/paid"))).Status);

        await hooks.Source(
            "rotation",
            $$"""{"provider":"shopify","secrets":[{"id":"{{(string)(await hooks.Suite.Get("sources/rotation"))["secrets"]![0]!["id"]!}}"}]}"""
        );
        Assert.Equal(401, (await hooks.Send("rotation", one, Webhooks.Shopify("old-of-a-test", one, "orders/paid"))).Status);
        Assert.Equal(200, (await hooks.Send("rotation", three, Webhooks.Shopify("new-of-a-test", three, "orders/paid"))).Status);
    }

    internal static byte[] Order(
        long id,
        string total,
        string status,
        string currency = "CNY",
        string updatedAt = "2026-02-20T00:00:00Z",
        string? cancelledAt = null,
        string refunds = "[]",
        string customer = "820982911946154508"
    ) =>
        Encoding.UTF8.GetBytes(
            $$"""
            {"id":{{id}},"email":"ann{{id}}@example.com","created_at":"2026-02-20T08:00:00+08:00","processed_at":"2026-02-20T08:00:00+08:00","updated_at":"{{updatedAt}}",
             "cancelled_at":{{(
                cancelledAt is null ? "null" : $"\"{cancelledAt}\""
            )}},"financial_status":"{{status}}","currency":"{{currency}}","total_price":"{{total}}","current_total_price":"{{total}}",
             "refunds":{{refunds}},"customer":{"id":{{customer}},"email":"ann{{id}}@example.com","first_name":"Ann","last_name":"安"} }
            """
        );

    internal static byte[] WooOrder(int id, string total, string status = "processing") =>
        Encoding.UTF8.GetBytes(
            $$"""
            {"id":{{id}},"status":"{{status}}","currency":"CNY","date_created_gmt":"2026-02-20T19:28:02","date_modified_gmt":"2026-02-20T19:30:35","date_paid_gmt":"2026-02-20T19:28:08",
             "total":"{{total}}","customer_id":0,"refunds":[],"billing":{"first_name":"John","last_name":"Doe","country":"US","email":"john.doe@example.com","phone":"(555) 555-5555"} }
            """
        );

    private Task<HookAnswer> Standard(byte[] body, string id) =>
        hooks.Send("standard", body, Webhooks.Standard(StandardSecret, body, id, HookSuite.Now));
}
