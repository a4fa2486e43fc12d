using CrmFunctions.Sources.Hooks;
using CrmFunctions.Sources.Hooks.Providers;

namespace CrmFunctions.UnitTests.Hooks;

/// <summary>
/// One payment is told by several topics. However many of them come, in whatever order and how often: it counts once, and so does what was
/// given back.
/// </summary>
public sealed class MoneyTests
{
    [Fact]
    public void Shopify_s_order_by_three_topics_and_its_refund_by_two() =>
        Told.Holds(
            Held.Source(ProviderNames.Shopify),
            "1x 59.90 USD",
            Shopify("orders/create", Order("pending", "[]", "2026-02-20T00:00:00Z")),
            Shopify("orders/paid", Order("paid", "[]", "2026-02-20T00:00:05Z")),
            Shopify("orders/updated", Order("partially_refunded", $"[{Refund("91", "40.10")}]", "2026-02-22T00:00:01Z")),
            Shopify("refunds/create", Refund("91", "40.10"))
        );

    [Fact]
    public void Two_parts_given_back_at_Shopify_are_two_whichever_topic_tells_them() =>
        Told.Holds(
            Held.Source(ProviderNames.Shopify),
            "1x 49.90 USD",
            Shopify("orders/paid", Order("partially_refunded", $"[{Refund("91", "40.10")}]", "2026-02-22T00:00:01Z")),
            Shopify("refunds/create", Refund("91", "40.10")),
            Shopify("refunds/create", Refund("92", "10.00"))
        );

    [Theory]
    [InlineData("pending")]
    [InlineData("failure")]
    public void What_was_not_given_back_at_Shopify_takes_nothing_off(string status) =>
        Told.Holds(
            Held.Source(ProviderNames.Shopify),
            "1x 100.00 USD",
            Shopify("orders/paid", Order("paid", "[]", "2026-02-20T00:00:05Z")),
            Shopify("refunds/create", Refund("91", "40.10", status: status))
        );

    [Fact]
    public void Goods_that_came_back_to_Shopify_without_money_take_nothing_off() =>
        Told.Holds(
            Held.Source(ProviderNames.Shopify),
            "1x 100.00 USD",
            Shopify("orders/paid", Order("paid", "[]", "2026-02-20T00:00:05Z")),
            Shopify(
                "refunds/create",
                """{"id":91,"order_id":1,"created_at":"2026-02-22T00:00:00Z","transactions":[],"refund_line_items":[{"subtotal":40.1,"total_tax":0}]}"""
            )
        );

    [Fact]
    public void A_refund_in_the_buyer_s_currency_is_that_share_of_an_order_in_the_shop_s() =>
        Told.Holds(
            Held.Source(ProviderNames.Shopify),
            "1x 75.00 USD",
            Shopify("orders/paid", Order("paid", "[]", "2026-02-20T00:00:05Z", presented: "80.00 EUR")),
            Shopify(
                "orders/updated",
                Order("partially_refunded", $"[{Refund("91", "20.00", "EUR")}]", "2026-02-22T00:00:01Z", presented: "80.00 EUR")
            ),
            Shopify("refunds/create", Refund("91", "20.00", "EUR"))
        );

    [Fact]
    public void A_refund_at_Shopify_of_an_unknown_order_waits_for_it_and_counts_for_nothing()
    {
        var told = new Told(Held.Source(ProviderNames.Shopify));
        told.Take(Shopify("refunds/create", Refund("91", "40.10")));

        Assert.Equal("nothing", told.Worth());
        Assert.Equal(["order-unknown"], told.Asides);
        told.Take(Shopify("orders/paid", Order("paid", "[]", "2026-02-20T00:00:05Z")));
        Assert.Equal("1x 59.90 USD", told.Worth());
    }

    [Fact]
    public void Stripe_s_checkout_payment_and_refund_are_one_order() =>
        Told.Holds(
            Held.Source(ProviderNames.Stripe),
            "1x 7.50 EUR",
            Stripe(
                "1",
                "checkout.session.completed",
                """{"object":"checkout.session","id":"cs_1","mode":"payment","payment_status":"paid","payment_intent":"pi_1","invoice":null,"amount_total":1000,"currency":"eur","customer":null,"customer_details":{"email":"a@example.com"}}"""
            ),
            Stripe(
                "2",
                "payment_intent.succeeded",
                """{"object":"payment_intent","id":"pi_1","amount_received":1000,"currency":"eur","customer":null}"""
            ),
            Stripe(
                "3",
                "charge.refunded",
                """{"object":"charge","id":"ch_1","payment_intent":"pi_1","amount_refunded":100,"currency":"eur","billing_details":{"email":"a@example.com"}}"""
            ),
            Stripe(
                "4",
                "charge.refunded",
                """{"object":"charge","id":"ch_1","payment_intent":"pi_1","amount_refunded":250,"currency":"eur","billing_details":{"email":"a@example.com"}}""",
                seconds: 60
            )
        );

    [Theory]
    [InlineData("""  "payment_intent":"pi_1"  """, """  "invoice":"in_1"  """, """  "invoice":"in_1","payment_intent":"pi_1"  """)]
    [InlineData("""  "number":"X-1"  """, """  "payment_details":{"order_reference":"in_1"}  """, """  "payment_intent":"pi_1"  """)]
    public void Stripe_s_subscription_is_one_order_to_its_checkout_payment_and_invoice_before_and_after_Basil(
        string invoice,
        string payment,
        string charge
    ) =>
        Told.Holds(
            Held.Source(ProviderNames.Stripe),
            "1x 15.00 USD",
            Stripe(
                "1",
                "checkout.session.completed",
                """{"object":"checkout.session","id":"cs_1","mode":"subscription","payment_status":"paid","payment_intent":null,"invoice":"in_1","amount_total":2000,"currency":"usd","customer":"cus_1"}"""
            ),
            Stripe(
                "2",
                "invoice.paid",
                $$"""{"object":"invoice","id":"in_1","amount_paid":2000,"currency":"usd","customer":"cus_1",{{invoice}}}"""
            ),
            Stripe(
                "3",
                "payment_intent.succeeded",
                $$"""{"object":"payment_intent","id":"pi_1","amount_received":2000,"currency":"usd","customer":"cus_1",{{payment}}}"""
            ),
            Stripe(
                "4",
                "charge.refunded",
                $$"""{"object":"charge","id":"ch_1","amount_refunded":500,"currency":"usd","customer":"cus_1",{{charge}}}""",
                seconds: 60
            )
        );

    [Fact]
    public void A_payment_at_Stripe_that_failed_after_all_was_no_order() =>
        Told.Holds(
            Held.Source(ProviderNames.Stripe),
            "nothing",
            Stripe(
                "1",
                "checkout.session.completed",
                """{"object":"checkout.session","id":"cs_1","mode":"payment","payment_status":"unpaid","payment_intent":"pi_1","amount_total":1000,"currency":"eur","customer":"cus_1"}"""
            ),
            Stripe(
                "2",
                "checkout.session.async_payment_failed",
                """{"object":"checkout.session","id":"cs_1","mode":"payment","payment_status":"unpaid","payment_intent":"pi_1","amount_total":1000,"currency":"eur","customer":"cus_1"}""",
                seconds: 60
            )
        );

    [Fact]
    public void Square_s_payment_and_refund_each_told_by_both_topics() =>
        Told.Holds(
            Held.Source(ProviderNames.Square),
            "1x 7.00 USD",
            Square(
                "1",
                "payment.updated",
                """{"payment":{"id":"p1","order_id":"o1","status":"COMPLETED","customer_id":"c1","total_money":{"amount":1000,"currency":"USD"},"created_at":"2026-02-20T00:00:00Z","updated_at":"2026-02-20T00:00:01Z"}}"""
            ),
            Square(
                "2",
                "payment.updated",
                """{"payment":{"id":"p1","order_id":"o1","status":"COMPLETED","customer_id":"c1","total_money":{"amount":1000,"currency":"USD"},"refund_ids":["r1"],"refunded_money":{"amount":300,"currency":"USD"},"created_at":"2026-02-20T00:00:00Z","updated_at":"2026-02-21T00:00:01Z"}}"""
            ),
            Square(
                "3",
                "refund.created",
                """{"refund":{"id":"r1","status":"PENDING","payment_id":"p1","order_id":"o2","amount_money":{"amount":300,"currency":"USD"},"updated_at":"2026-02-21T00:00:00Z"}}"""
            ),
            Square(
                "4",
                "refund.updated",
                """{"refund":{"id":"r1","status":"COMPLETED","payment_id":"p1","order_id":"o2","amount_money":{"amount":300,"currency":"USD"},"updated_at":"2026-02-21T00:05:00Z"}}"""
            )
        );

    [Fact]
    public void Two_payments_of_one_order_at_Square_both_count_and_its_own_event_says_nothing() =>
        Told.Holds(
            Held.Source(ProviderNames.Square),
            "2x 10.00 USD",
            Square(
                "1",
                "payment.updated",
                """{"payment":{"id":"p1","order_id":"o1","status":"COMPLETED","customer_id":"c1","total_money":{"amount":300,"currency":"USD"},"created_at":"2026-02-20T00:00:00Z"}}"""
            ),
            Square(
                "2",
                "payment.updated",
                """{"payment":{"id":"p2","order_id":"o1","status":"COMPLETED","customer_id":"c1","total_money":{"amount":700,"currency":"USD"},"created_at":"2026-02-20T00:00:00Z"}}"""
            ),
            Square("3", "order.updated", """{"order_updated":{"order_id":"o1","state":"COMPLETED"}}""")
        );

    [Fact]
    public void Of_several_refunds_at_Square_the_payment_tells_the_whole_and_nothing_between()
    {
        var source = Held.Source(ProviderNames.Square);
        Delivery Payment(string id, string refunds, int back) =>
            Square(
                id,
                "payment.updated",
                $$$"""{"payment":{"id":"p1","status":"COMPLETED","customer_id":"c1","total_money":{"amount":1000,"currency":"USD"},"refund_ids":[{{{refunds}}}],"refunded_money":{"amount":{{{back}}},"currency":"USD"},"created_at":"2026-02-20T00:00:00Z","updated_at":"2026-02-2{{{id}}}T00:00:00Z"} }"""
            );
        var told = new Told(source);
        told.Take(Payment("1", "\"r1\"", 300));
        told.Take(Payment("2", "\"r1\",\"r2\"", 500));
        Assert.Equal(["needs-a-person"], told.Asides);
        Assert.Equal("1x 7.00 USD", told.Worth());
        told.Take(
            Square(
                "9",
                "refund.updated",
                """{"refund":{"id":"r2","status":"COMPLETED","payment_id":"p1","amount_money":{"amount":200,"currency":"USD"},"updated_at":"2026-02-22T00:05:00Z"}}"""
            )
        );
        Assert.Equal("1x 5.00 USD", told.Worth());
        told.Take(Payment("3", "\"r1\",\"r2\",\"r3\"", 1000));
        Assert.Equal("nothing", told.Worth());
    }

    [Fact]
    public void WooCommerce_s_card_refused_at_first_and_paid_then_is_an_order() =>
        Told.Holds(
            Held.Source(ProviderNames.WooCommerce),
            "1x 25.00 EUR",
            Woo("order.created", WooOrder("pending", "2026-02-20T10:00:00")),
            Woo("order.updated", WooOrder("failed", "2026-02-20T10:01:00")),
            Woo("order.updated", WooOrder("processing", "2026-02-20T10:05:00", paid: "2026-02-20T10:05:00")),
            Woo(
                "order.updated",
                WooOrder("processing", "2026-02-21T10:05:00", paid: "2026-02-20T10:05:00", refunds: """{"id":9,"total":"-5.00"}""")
            )
        );

    [Fact]
    public void WooCommerce_s_order_goes_with_its_deletion_and_comes_back_from_the_bin()
    {
        var told = new Told(Held.Source(ProviderNames.WooCommerce));
        var order = WooOrder("processing", "2026-02-20T10:05:00", paid: "2026-02-20T10:05:00");
        told.Take(Woo("order.created", order));
        told.Take(Woo("order.deleted", """{"id":7}""") with { ReceivedAt = Held.Now.AddDays(-2) });
        Assert.Equal("nothing", told.Worth());
        told.Take(Woo("order.restored", order) with { ReceivedAt = Held.Now.AddDays(-1) });
        told.Take(Woo("order.updated", order));
        Assert.Equal("1x 30.00 EUR", told.Worth());
    }

    [Fact]
    public void Youzan_s_trade_refund_and_close_in_its_older_and_newer_messages()
    {
        var trade = Youzan(
            "trade_TradePaid",
            """{"full_order_info":{"order_info":{"tid":"E1","status":"TRADE_PAID","created":"2026-02-20 10:00:00","pay_time":"2026-02-20 10:05:00","update_time":"2026-02-20 10:05:01"},"pay_info":{"payment":"88.50"},"buyer_info":{"yz_open_id":"yz1"}}}"""
        );
        var old = Youzan(
            "trade_refund_RefundSuccess",
            """{"tid":"E1","refund_id":"R1","refunded_fee":"8.50","refund_type":"REFUND_ONLY","update_time":"2026-02-21 10:00:00"}"""
        );
        var agreed = Youzan(
            "trade_refund_RefundSellerAgree",
            """{"tid":"E1","refund_id":"R1","refunded_fee":"8.50","refund_type":"REFUND_ONLY","update_time":"2026-02-21 10:00:01"}"""
        );
        var newer = Held.Delivery(
            """{"type":"youzan_trade_RefundSuccess","msg":{"tid":"E1","refund_id":"R1","version":1,"refunded_fee":"8.50","refund_type":"REFUND_ONLY","update_time":"2026-02-21 10:00:00"}}"""
        );
        var source = Held.Source(ProviderNames.Youzan, client: "c");

        Told.Holds(source, "1x 80.00 CNY", trade, old, agreed, newer);
        Told.Holds(
            source,
            "1x 88.50 CNY",
            trade,
            Youzan(
                "trade_refund_RefundSellerAgree",
                """{"tid":"E1","refund_id":"R1","refunded_fee":"8.50","refund_type":"REFUND_AND_RETURN"}"""
            ),
            Youzan("trade_refund_BuyerCreated", """{"tid":"E1"}""")
        );
        Told.Holds(
            source,
            "nothing",
            trade,
            Youzan("trade_TradeClose", """{"tid":"E1","close_type":3,"close_reason":"","update_time":"2026-02-21 10:00:00"}""")
        );
    }

    private static Delivery Shopify(string topic, string body) => Held.Delivery(body, ("X-Shopify-Topic", topic));

    private static string Order(string status, string refunds, string updated, string? presented = null)
    {
        var set = presented?.Split(' ') is [var amount, var currency]
            ? $$$""","total_price_set":{"presentment_money":{"amount":"{{{amount}}}","currency_code":"{{{currency}}}"} }"""
            : "";
        return $$"""{"id":1,"email":"a@example.com","created_at":"2026-02-20T00:00:00Z","processed_at":"2026-02-20T00:00:00Z","updated_at":"{{updated}}","financial_status":"{{status}}","currency":"USD","total_price":"100.00"{{set}},"refunds":{{refunds}},"customer":{"id":5,"email":"a@example.com"} }""";
    }

    private static string Refund(string id, string amount, string currency = "USD", string status = "success") =>
        $$"""{"id":{{id}},"order_id":1,"created_at":"2026-02-22T00:00:00Z","processed_at":"2026-02-22T00:00:00Z","transactions":[{"kind":"refund","status":"{{status}}","amount":"{{amount}}","currency":"{{currency}}"}]}""";

    private static Delivery Stripe(string id, string type, string about, int seconds = 0) =>
        Held.Delivery(
            $$$"""{"id":"evt_{{{id}}}","object":"event","created":{{{1771545600 + seconds}}},"type":"{{{type}}}","data":{"object":{{{about}}} } }"""
        );

    private static Delivery Square(string id, string type, string about) =>
        Held.Delivery($$"""{"event_id":"e{{id}}","type":"{{type}}","created_at":"2026-02-21T01:00:00Z","data":{"object":{{about}} } }""");

    private static Delivery Woo(string topic, string body) => Held.Delivery(body, ("X-WC-Webhook-Topic", topic));

    private static string WooOrder(string status, string modified, string? paid = null, string refunds = "") =>
        $$"""{"id":7,"status":"{{status}}","currency":"EUR","date_created_gmt":"2026-02-20T09:59:00","date_modified_gmt":"{{modified}}","date_paid_gmt":{{(paid is null ? "null" : $"\"{paid}\"")}},"total":"30.00","customer_id":3,"refunds":[{{refunds}}],"billing":{"email":"a@example.com"} }""";

    private static Delivery Youzan(string type, string message) =>
        Held.Delivery($$"""{"type":"{{type}}","msg":"{{Uri.EscapeDataString(message)}}","test":false}""");
}
