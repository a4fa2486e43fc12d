using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.Events;
using CrmFunctions.Sources;
using CrmFunctions.Sources.Hooks.Mapping;
using CrmFunctions.Sources.Hooks.Providers;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Hooks;

/// <summary>What the public fixtures mean. Each provider has its own here.</summary>
public sealed class FixtureTests
{
    [FixtureFact]
    public void An_order_of_Shopify_with_its_customer_amount_and_time()
    {
        var entry = Assert.Single(Shopify("order.json", "orders/create").Entries);

        Assert.Equal(
            ("order.placed", "409.94", "USD", "450789469"),
            (entry.Type, Data(entry)["amount"], Data(entry)["currency"], Data(entry)["orderId"])
        );
        Assert.Equal(("207119551", "bob.norman@hostmail.com", "+13125551212", "Bob Norman"), Person(entry));
        Assert.Equal(new DateTimeOffset(2008, 1, 10, 16, 0, 0, TimeSpan.Zero), entry.Event.OccurredAt);
    }

    [FixtureFact]
    public void A_guest_s_order_is_known_by_its_address() =>
        Assert.Null(Assert.Single(Shopify("order_guest_no_customer.json", "orders/create").Entries).Event.Customer.Id);

    [FixtureFact]
    public void A_cancelled_order_with_its_refunds_under_every_topic()
    {
        foreach (var topic in new[] { "orders/updated", "orders/cancelled", "orders/paid" })
        {
            var mapping = Shopify("order_rest_2026_07.json", topic);
            Assert.Empty(mapping.Asides);
            Assert.Equal("order.cancelled", mapping.Entries[0].Type);
            Assert.Equal(new DateTimeOffset(2025, 7, 2, 16, 31, 21, TimeSpan.Zero), mapping.Entries[0].Event.OccurredAt);
            Assert.All(mapping.Entries.Skip(1), entry => Assert.Equal("order.refunded", entry.Type));
        }
    }

    [FixtureFact]
    public void Customers_of_Shopify_are_dated_by_their_own_change()
    {
        var (older, newer) = (
            Assert.Single(Shopify("customer_old.json", "customers/update").Entries),
            Assert.Single(Shopify("customer_new.json", "customers/update").Entries)
        );

        Assert.Equal(older.Event.Customer.Id, newer.Event.Customer.Id);
        Assert.True(older.Event.OccurredAt < newer.Event.OccurredAt);
        Assert.Equal("customer.created", Assert.Single(Shopify("customer_rest_2026_07.json", "customers/create").Entries).Type);
    }

    [FixtureFact]
    public void A_refund_of_Shopify_alone_is_one_of_its_order()
    {
        var said = Assert.Single(Shopify("refund.json", "refunds/create").OfOrders);

        Assert.Equal(
            ("order.refunded", "450789469", "209.00", "USD", "509562969"),
            (said.Type, said.OfOrder, (string)said.Data["amount"]!, (string)said.Data["currency"]!, (string)said.Data["refundId"]!)
        );
    }

    [FixtureFact]
    public void A_checkout_of_Shopify_that_was_not_completed()
    {
        var body = JsonNode.Parse(Webhooks.Fixture("shopify/abandoned_checkouts.json"))![0]!.ToJsonString();
        var entry = Assert.Single(
            Held.Map(Held.Source(ProviderNames.Shopify), Held.Delivery(body, ("X-Shopify-Topic", "checkouts/update"))).Entries
        );

        Assert.Equal(("checkout.abandoned", "450789469"), (entry.Type, Data(entry)["checkoutId"]));
    }

    [Theory]
    [InlineData("2026-11-01T07:59:00Z", "null", "checkout.abandoned")]
    [InlineData("2026-11-01T08:59:59Z", "null", "visit")]
    [InlineData("2026-11-01T07:59:00Z", "\"2026-11-01T07:59:00Z\"", null)]
    public void A_checkout_of_Shopify_is_abandoned_when_it_has_gone_cold_and_is_not_done(string updated, string completed, string? type)
    {
        var body =
            $$"""{"id":1,"token":"t","email":"a@example.com","created_at":"2026-11-01T07:00:00Z","updated_at":"{{updated}}","completed_at":{{completed}}}""";
        Assert.Equal(
            type,
            Held.Map(Held.Source(ProviderNames.Shopify), Held.Delivery(body, ("X-Shopify-Topic", "checkouts/update")))
                .Entries.SingleOrDefault()
                ?.Type
        );
    }

    [Theory]
    [InlineData(
        "customers/redact",
        """{"shop_id":1,"customer":{"id":191167,"email":"john@example.com","phone":"+15551234567"},"orders_to_redact":[1]}""",
        "erase"
    )]
    [InlineData(
        "customers/data_request",
        """{"shop_id":1,"orders_requested":[1],"customer":{"id":191167,"email":"john@example.com"},"data_request":{"id":9999}}""",
        "data"
    )]
    public void Shopify_s_mandatory_topics_are_requests_about_a_person(string topic, string body, string kind)
    {
        var asked = Assert.Single(Held.Map(Held.Source(ProviderNames.Shopify), Held.Delivery(body, ("X-Shopify-Topic", topic))).Privacy);

        Assert.Equal((kind, "191167"), (asked.Kind, asked.Person.Id));
    }

    [Fact]
    public void A_request_for_data_is_not_taken_for_an_erasure()
    {
        const string body = """{"shop_id":1,"orders_requested":[1],"customer":{"id":191167},"data_request":{"id":9999}}""";
        Assert.Empty(Held.Map(Held.Source(ProviderNames.Shopify), Held.Delivery(body, ("X-Shopify-Topic", "customers/redact"))).Privacy);
    }

    [FixtureFact]
    public void WooCommerce_s_order_customer_and_deletion()
    {
        var paid = Assert.Single(Woo("order.updated.json", "order.updated").Entries);
        Assert.Equal(("order.paid", "29.35", "USD"), (paid.Type, Data(paid)["amount"], Data(paid)["currency"]));
        Assert.Equal(new DateTimeOffset(2017, 3, 22, 19, 28, 8, TimeSpan.Zero), paid.Event.OccurredAt);
        Assert.Null(paid.Event.Customer.Id);

        Assert.Equal("order/727/paid", paid.Event.Id[..^11]);
        Assert.Equal("25", Assert.Single(Woo("customer.created.json", "customer.created").Entries).Event.Customer.Id);
        Assert.Equal("727", Assert.Single(Woo("order.deleted.json", "order.deleted").OfOrders).OfOrder);
    }

    [FixtureFact]
    public void Stripe_s_customer_and_the_resources_of_an_order()
    {
        var created = Assert.Single(
            Held.Map(Held.Source(ProviderNames.Stripe), Held.Delivery(Webhooks.Fixture("stripe/event_test_signature.json"))).Entries
        );
        Assert.Equal(
            ("customer.created", "evt_123", "cus_123", "test@stripe.com"),
            (created.Type, created.Event.Id, created.Event.Customer.Id, created.Event.Customer.Email)
        );

        var resources = JsonNode.Parse(Webhooks.Fixture("stripe/resources_subset.json"))!;
        MappingResult Say(string type, string resource, Action<JsonNode> change)
        {
            var about = resources[resource]!.DeepClone();
            change(about);
            var body = new JsonObject
            {
                ["id"] = "evt_1",
                ["object"] = "event",
                ["created"] = 1700000000,
                ["type"] = type,
                ["data"] = new JsonObject { ["object"] = about },
            };
            return Held.Map(Held.Source(ProviderNames.Stripe), Held.Delivery(body.ToJsonString()));
        }

        var invoice = Assert.Single(Say("invoice.paid", "invoice", about => about["amount_paid"] = 1000).Entries);
        Assert.Equal(
            ("order.paid", "10.00", "USD", "cus_QXg1o8vcGmoR32"),
            (invoice.Type, Data(invoice)["amount"], Data(invoice)["currency"], invoice.Event.Customer.Id)
        );
        var yen = Assert.Single(
            Say(
                "payment_intent.succeeded",
                "payment_intent",
                about => (about["amount_received"], about["currency"], about["receipt_email"]) = (1099, "jpy", "a@example.com")
            ).Entries
        );
        Assert.Equal(("1099", "JPY"), (Data(yen)["amount"], Data(yen)["currency"]));
        var dinar = Assert.Single(
            Say(
                "payment_intent.succeeded",
                "payment_intent",
                about => (about["amount_received"], about["currency"], about["receipt_email"]) = (1090, "kwd", "a@example.com")
            ).Entries
        );
        Assert.Equal("1.090", Data(dinar)["amount"]);
        var krona = Assert.Single(
            Say(
                "payment_intent.succeeded",
                "payment_intent",
                about => (about["amount_received"], about["currency"], about["receipt_email"]) = (500, "isk", "a@example.com")
            ).Entries
        );
        Assert.Equal("5", Data(krona)["amount"]);
        var expired = Assert.Single(Say("checkout.session.expired", "checkout.session", _ => { }).Entries);
        Assert.Equal("checkout.abandoned", expired.Type);
        var back = Assert.Single(
            Say(
                "charge.refunded",
                "charge",
                about => (about["amount_refunded"], about["customer"], about["payment_intent"]) = (40, "cus_1", "pi_1")
            ).OfOrders
        );
        Assert.Equal(
            ("order.refunded", "0.40", "pi_1", "ch_1PgafuB7WZ01zgkWXYmPNZs8"),
            (back.Type, (string)back.Data["amount"]!, back.OfOrder, (string)back.Data["refundId"]!)
        );
    }

    [FixtureFact]
    public void HubSpot_s_batch()
    {
        var entry = Assert.Single(
            Held.Map(Held.Source(ProviderNames.HubSpot), Held.Delivery(Webhooks.Fixture("hubspot/contact_creation_batch.json"))).Entries
        );

        Assert.Equal(("customer.created", "123", "62515/12345/1/1564113600000"), (entry.Type, entry.Event.Customer.Id, entry.Event.Id));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1564113600000), entry.Event.OccurredAt);
    }

    [Fact]
    public void HubSpot_s_privacy_deletion_is_a_request_and_a_deal_names_no_customer()
    {
        const string body = """
            [{"eventId":1,"subscriptionId":2,"portalId":3,"occurredAt":1771545600000,"subscriptionType":"contact.privacyDeletion","objectId":5},
             {"eventId":2,"subscriptionId":2,"portalId":3,"occurredAt":1771545600000,"subscriptionType":"deal.creation","objectId":6}]
            """;
        var mapping = Held.Map(Held.Source(ProviderNames.HubSpot), Held.Delivery(body));

        Assert.Equal(("erase", "5"), (Assert.Single(mapping.Privacy).Kind, mapping.Privacy[0].Person.Id));
        Assert.Equal(QuarantineReasons.NamesNobody, Assert.Single(mapping.Asides).Reason);
    }

    [FixtureFact]
    public void Typeform_s_answers_and_hidden_fields()
    {
        var source = Held.Source(
            ProviderNames.Typeform,
            with: new Source("form", ProviderNames.Typeform) { Fields = Fields(("customer.id", "hidden.user_id")) }
        );
        var entry = Assert.Single(Held.Map(source, Held.Delivery(Webhooks.Fixture("typeform/form_response.json"))).Entries);

        Assert.Equal(("form.submitted", "abc123456", "Webhooks example"), (entry.Type, entry.Event.Customer.Id, Data(entry)["form"]));
        Assert.Equal(new DateTimeOffset(2018, 1, 18, 18, 17, 2, TimeSpan.Zero), entry.Event.OccurredAt);
        Assert.Contains("Sample answer", entry.Data, StringComparison.Ordinal);
    }

    [FixtureFact]
    public void Jotform_s_multipart_with_JSON_in_it()
    {
        var fixture = JsonNode.Parse(Webhooks.Fixture("jotform/multipart_submission.json"))!;
        var source = Held.Source(
            ProviderNames.Jotform,
            with: new Source("form", ProviderNames.Jotform) { Fields = Fields(("customer.id", "q7_schooltext")) }
        );
        var entry = Assert.Single(
            Held.Map(
                source,
                Held.Delivery(Encoding.UTF8.GetBytes((string)fixture["body"]!), ("Content-Type", (string)fixture["contentType"]!))
            ).Entries
        );

        Assert.Equal(
            ("form.submitted", "newschool", "Bike Bus PDX Website updater"),
            (entry.Type, entry.Event.Customer.Id, Data(entry)["form"])
        );
        Assert.StartsWith("form/6295760960429644172/", entry.Event.Id, StringComparison.Ordinal);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1753766895913), entry.Event.OccurredAt);
        Assert.Contains("somepassword2", entry.Data, StringComparison.Ordinal);
    }

    [Fact]
    public void Tally_s_choices_by_name_and_its_kinds_of_fields()
    {
        const string body = """
            {"eventId":"e","eventType":"FORM_RESPONSE","createdAt":"2026-02-20T00:00:00.000Z","data":{"responseId":"r1","formName":"登记","createdAt":"2026-02-19T00:00:00.000Z","fields":[
              {"key":"q1","label":"E-mail","type":"INPUT_EMAIL","value":"t@example.com"},
              {"key":"q2","label":"兴趣","type":"CHECKBOXES","value":["b"],"options":[{"id":"a","text":"茶"},{"id":"b","text":"咖啡"}]}]}}
            """;
        var entry = Assert.Single(Held.Map(Held.Source(ProviderNames.Tally), Held.Delivery(body)).Entries);

        Assert.Equal(("t@example.com", "登记"), (entry.Event.Customer.Email, Data(entry)["form"]));
        Assert.Contains("咖啡", entry.Data, StringComparison.Ordinal);
        Assert.Equal(new DateTimeOffset(2026, 2, 19, 0, 0, 0, TimeSpan.Zero), entry.Event.OccurredAt);
    }

    [Fact]
    public void Jiandaoyun_s_record_with_its_fields_named()
    {
        var source = Held.Source(
            ProviderNames.Jiandaoyun,
            with: new Source("form", ProviderNames.Jiandaoyun)
            {
                Fields = Fields(("customer.phone", "_widget_2"), ("customer.name", "_widget_1")),
            }
        );
        const string record =
            """{"op":"OP","data":{"_id":"59e9","appId":"a","entryId":"e","formName":"客户登记","createTime":"2026-02-20T02:00:00.000Z","updateTime":"2026-02-21T02:00:00.000Z","_widget_1":"张三","_widget_2":"13800138000","_widget_3":["钻石","黄金"]}}""";
        var (created, updated) = (Map("data_create"), Map("data_update"));

        Assert.Equal(
            ("form.submitted", "张三", "+8613800138000"),
            (created.Type, created.Event.Customer.Name, created.Event.Customer.Phone)
        );
        Assert.Equal("customer.updated", updated.Type);
        Assert.Equal(TimeSpan.FromDays(1), updated.Event.OccurredAt - created.Event.OccurredAt);
        Assert.Equal(created.Key, Map("data_recover").Key);
        Assert.Equal(
            QuarantineReasons.UnknownTopic,
            Assert.Single(Held.Map(source, Held.Delivery(record.Replace("OP", "data_remove", StringComparison.Ordinal))).Asides).Reason
        );

        LogEntry Map(string op) =>
            Assert.Single(Held.Map(source, Held.Delivery(record.Replace("OP", op, StringComparison.Ordinal))).Entries);
    }

    [Fact]
    public void Youzan_s_trade()
    {
        const string trade =
            """{"full_order_info":{"order_info":{"tid":"E1","status":"TRADE_PAID","created":"2026-02-20 10:00:00","pay_time":"2026-02-20 10:05:00","update_time":"2026-02-20 10:05:01"},"pay_info":{"payment":"88.50"},"buyer_info":{"yz_open_id":"yz1","buyer_phone":"13800138000"}}}""";
        var body = new JsonObject { ["type"] = "trade_TradePaid", ["msg"] = Uri.EscapeDataString(trade) }.ToJsonString();
        var entry = Assert.Single(Held.Map(Held.Source(ProviderNames.Youzan, client: "c"), Held.Delivery(body)).Entries);

        Assert.Equal(
            ("order.paid", "88.50", "CNY", "yz1"),
            (entry.Type, Data(entry)["amount"], Data(entry)["currency"], entry.Event.Customer.Id)
        );
        Assert.Equal(new DateTimeOffset(2026, 2, 20, 2, 5, 0, TimeSpan.Zero), entry.Event.OccurredAt);
    }

    [Theory]
    [InlineData(
        "CUSTOMER_CREATED",
        """{"account_id":"10652","account_type":"YouZanAccount","mobile":"178 2072 8044","name":"继承","is_member":0,"created_at":1540975088}""",
        "customer.created",
        "10652",
        "+8617820728044"
    )]
    [InlineData(
        "CUSTOMER_UPDATED",
        """{"account_id":"178 2072 8044","account_type":"Mobile","name":"继承"}""",
        "customer.updated",
        null,
        "+8617820728044"
    )]
    [InlineData(
        "CUSTOMER_UPDATED",
        """{"account_id":"10652","account_type":"YouZanAccount","is_log_off":true}""",
        "customer.erased",
        "10652",
        null
    )]
    public void Youzan_s_customers(string status, string message, string type, string? id, string? phone)
    {
        var body = new JsonObject
        {
            ["type"] = "SCRM_CUSTOMER_EVENT",
            ["status"] = status,
            ["msg"] = Uri.EscapeDataString(message),
        }.ToJsonString();
        var entry = Assert.Single(Held.Map(Held.Source(ProviderNames.Youzan, client: "c"), Held.Delivery(body)).Entries);

        Assert.Equal((type, id, phone), (entry.Type, entry.Event.Customer.Id, entry.Event.Customer.Phone));
        if (type == "customer.created")
            Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1540975088), entry.Event.OccurredAt);
    }

    [Fact]
    public void A_trial_from_Youzan_s_console_says_nothing() =>
        Assert.Empty(
            Held.Map(
                Held.Source(ProviderNames.Youzan, client: "c"),
                Held.Delivery(
                    """{"type":"SCRM_CUSTOMER_EVENT","status":"CUSTOMER_CREATED","test":true,"msg":"%7B%22account_id%22%3A%221%22%2C%22account_type%22%3A%22YouZanAccount%22%7D"}"""
                )
            ).Entries
        );

    [FixtureFact]
    public void Segment_s_identify_and_orders()
    {
        var identify = Assert.Single(Segment("identify.json", json => json).Entries);
        Assert.Equal(
            ("customer.updated", "97980cfea0067", "peter@example.com", "Peter Gibbons"),
            (identify.Type, identify.Event.Customer.Id, identify.Event.Customer.Email, identify.Event.Customer.Name)
        );

        foreach (
            var (file, type) in new[]
            {
                ("order_completed.json", "order.paid"),
                ("order_refunded.json", "order.refunded"),
                ("order_cancelled.json", "order.cancelled"),
                ("order_updated.json", "order.placed"),
                ("checkout_started.json", "visit"),
                ("cart_viewed.json", "visit"),
            }
        )
        {
            var entry = Assert.Single(
                Segment(
                    file,
                    json =>
                    {
                        json["userId"] = "u1";
                        json["messageId"] = file;
                        return json;
                    }
                ).Entries
            );
            Assert.Equal((type, file), (entry.Type, entry.Event.Id));
            Assert.Equal(QuarantineReasons.NamesNobody, Assert.Single(Segment(file, json => json).Asides).Reason);
        }

        var aside = Assert.Single(Segment("track.json", json => json).Asides);
        Assert.Equal(QuarantineReasons.UnknownTopic, aside.Reason);
    }

    [FixtureFact]
    public void The_clock_of_a_browser_is_set_right_by_what_Segment_received()
    {
        var entry = Assert.Single(
            Segment(
                "identify.json",
                json =>
                {
                    (json["originalTimestamp"], json["sentAt"], json["receivedAt"]) = (
                        "2015-02-23T10:00:00.000Z",
                        "2015-02-23T10:00:10.000Z",
                        "2015-02-23T22:28:55.387Z"
                    );
                    return json;
                }
            ).Entries
        );

        Assert.Equal(new DateTimeOffset(2015, 2, 23, 22, 28, 45, 387, TimeSpan.Zero), entry.Event.OccurredAt);
    }

    [Fact]
    public void Of_a_batch_of_Segment_only_the_first_event_is_signed()
    {
        const string first = """{"type":"page","messageId":"1","userId":"u","properties":{"path":"/"}}""";
        var body = Encoding.UTF8.GetBytes($"[{first},{first.Replace("\"1\"", "\"2\"", StringComparison.Ordinal)}]");
        var source = Held.Source(ProviderNames.Segment);
        var verdict = source.Provider.Verify(Held.Delivery(body, Webhooks.Segment("secret", Encoding.UTF8.GetBytes(first))), source);

        Assert.Equal(("s1", 1), (verdict.Key, verdict.Trusted));
        var mapping = Held.Map(source, Held.Delivery(body), verdict.Trusted);
        Assert.Equal("1", Assert.Single(mapping.Entries).Event.Id);
        Assert.Equal(QuarantineReasons.NotSigned, Assert.Single(mapping.Asides).Reason);
        Assert.Null(source.Provider.Verify(Held.Delivery(body, Webhooks.Segment("secret", body)), source).Trusted);
    }

    [FixtureFact]
    public void Every_valid_CloudEvent_of_the_conformance_suite_is_taken_and_every_invalid_one_refused()
    {
        foreach (var test in Conformance("valid-events.json"))
            Assert.Null(CloudEvent(test!["event"]!, "application/cloudevents+json").Refused);
        foreach (var test in Conformance("valid-batches.json"))
            Assert.Null(CloudEvent(test!["batch"]!, "application/cloudevents-batch+json").Refused);
        foreach (var test in Conformance("invalid-events.json"))
            Assert.True(CloudEvent(test!["event"]!, "application/cloudevents+json").Refused is not null, (string)test["id"]!);
        foreach (var test in Conformance("invalid-batches.json"))
            Assert.True(CloudEvent(test!["batch"]!, "application/cloudevents-batch+json").Refused is not null, (string)test["id"]!);
    }

    [Theory]
    [InlineData("ce-id", "%C0%A0")]
    [InlineData("ce-id", "%FF")]
    [InlineData("ce-datacontenttype", "application/json")]
    public void A_binary_CloudEvent_with_headers_that_are_none_is_refused(string header, string value)
    {
        (string, string)[] headers =
        [
            ("Content-Type", "application/json"),
            ("ce-specversion", "1.0"),
            ("ce-source", "s"),
            ("ce-type", "visit"),
            .. header == "ce-id" ? Array.Empty<(string, string)>() : [("ce-id", "1")],
            (header, value),
        ];
        Assert.NotNull(Held.Map(Held.Source(ProviderNames.CloudEvents), Held.Delivery("""{"customer":{"id":"1"}}""", headers)).Refused);
    }

    [FixtureFact]
    public void A_contact_of_the_Standard_Webhooks_specification_by_the_source_s_own_words()
    {
        var source = Held.Source(
            ProviderNames.StandardWebhooks,
            with: new Source("s", ProviderNames.StandardWebhooks)
            {
                Region = "US",
                Types = Fields(("contact.created", "customer.created")),
                Fields = Fields(("customer.id", "id"), ("customer.name", "fullName"), ("customer.phone", "phoneNumber")),
            }
        );
        var entry = Assert.Single(
            Held.Map(source, Held.Delivery(Webhooks.Fixture("standard-webhooks/contact_created.json"), ("webhook-id", "msg_1"))).Entries
        );

        Assert.Equal(("customer.created", "msg_1", "John Smith"), (entry.Type, entry.Event.Id, entry.Event.Customer.Name));
    }

    private static JsonArray Conformance(string file) => JsonNode.Parse(Webhooks.Fixture($"cloudevents/{file}"))!["tests"]!.AsArray();

    private static MappingResult CloudEvent(JsonNode body, string contentType) =>
        Held.Map(Held.Source(ProviderNames.CloudEvents), Held.Delivery(body.ToJsonString(), ("Content-Type", contentType)));

    private static MappingResult Segment(string file, Func<JsonNode, JsonNode> change) =>
        Held.Map(
            Held.Source(ProviderNames.Segment),
            Held.Delivery(change(JsonNode.Parse(Webhooks.Fixture($"segment/{file}"))!).ToJsonString())
        );

    private static MappingResult Shopify(string file, string topic) =>
        Held.Map(Held.Source(ProviderNames.Shopify), Held.Delivery(Webhooks.Fixture($"shopify/{file}"), ("X-Shopify-Topic", topic)));

    private static MappingResult Woo(string file, string topic) =>
        Held.Map(
            Held.Source(ProviderNames.WooCommerce),
            Held.Delivery(Webhooks.Fixture($"woocommerce/{file}"), ("X-WC-Webhook-Topic", topic))
        );

    private static ImmutableSortedDictionary<string, string> Fields(params (string Key, string Value)[] fields) =>
        fields.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);

    private static Dictionary<string, string?> Data(LogEntry entry) =>
        JsonNode
            .Parse(entry.Data)!
            .AsObject()
            .Where(member => member.Value is JsonValue)
            .ToDictionary(member => member.Key, member => (string?)member.Value!.ToString());

    private static (string? Id, string? Email, string? Phone, string? Name) Person(LogEntry entry) =>
        (entry.Event.Customer.Id, entry.Event.Customer.Email, entry.Event.Customer.Phone, entry.Event.Customer.Name);
}
