using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events;
using CrmFunctions.Sources;
using CrmFunctions.Sources.Hooks.Providers;

namespace CrmFunctions.UnitTests.Hooks;

/// <summary>
/// What a source says that its deliveries do not: whose national numbers, which currency, which zone. One delivery for each provider that
/// may bring it.
/// </summary>
public sealed class DefaultTests
{
    private static readonly ImmutableSortedDictionary<string, string> phoneField = ImmutableSortedDictionary
        .Create<string, string>(StringComparer.Ordinal)
        .Add("customer.phone", "q1_phone");

    /// <summary>A delivery of each provider with a German mobile number as a German writes it.</summary>
    public static TheoryData<string, string, string> Phones() =>
        new()
        {
            {
                ProviderNames.StandardWebhooks,
                """{"type":"visit","data":{"customer":{"id":"1","phone":"0170 1234567"}}}""",
                "webhook-id: 1"
            },
            {
                ProviderNames.Shopify,
                """{"id":1,"phone":"0170 1234567","updated_at":"2026-02-20T00:00:00Z"}""",
                "X-Shopify-Topic: customers/update"
            },
            {
                ProviderNames.Shopify,
                """{"customer_id":1,"phone":"0170 1234567","id":1,"sms_marketing_consent":{"state":"subscribed"}}""",
                "X-Shopify-Topic: customers_marketing_consent/update"
            },
            {
                ProviderNames.Shopify,
                """{"id":1,"token":"t","phone":"0170 1234567","updated_at":"2026-02-20T00:00:00Z"}""",
                "X-Shopify-Topic: checkouts/create"
            },
            {
                ProviderNames.WooCommerce,
                """{"id":1,"email":"a@example.com","billing":{"phone":"0170 1234567"}}""",
                "X-WC-Webhook-Topic: customer.updated"
            },
            {
                ProviderNames.WooCommerce,
                """{"id":1,"status":"processing","total":"1.00","currency":"EUR","billing":{"phone":"0170 1234567"}}""",
                "X-WC-Webhook-Topic: order.created"
            },
            {
                ProviderNames.Stripe,
                """{"id":"e","type":"customer.created","data":{"object":{"object":"customer","id":"cus_1","phone":"0170 1234567"}}}""",
                ""
            },
            {
                ProviderNames.Square,
                """{"event_id":"e","type":"customer.created","data":{"object":{"customer":{"id":"1","phone_number":"0170 1234567"}}}}""",
                ""
            },
            {
                ProviderNames.HubSpot,
                """[{"subscriptionType":"contact.propertyChange","objectId":1,"eventId":1,"propertyName":"mobilephone","propertyValue":"0170 1234567"}]""",
                ""
            },
            {
                ProviderNames.Typeform,
                """{"event_type":"form_response","form_response":{"token":"t","answers":[{"type":"phone_number","phone_number":"0170 1234567","field":{"id":"1"}}]}}""",
                ""
            },
            {
                ProviderNames.Tally,
                """{"eventType":"FORM_RESPONSE","data":{"responseId":"r","fields":[{"key":"k","type":"INPUT_PHONE_NUMBER","value":"0170 1234567"}]}}""",
                ""
            },
            {
                ProviderNames.Jotform,
                "submissionID=1&rawRequest=%7B%22q1_phone%22%3A%220170%201234567%22%7D",
                "Content-Type: application/x-www-form-urlencoded"
            },
            { ProviderNames.Jiandaoyun, """{"op":"data_create","data":{"_id":"1","q1_phone":"0170 1234567"}}""", "" },
            {
                ProviderNames.Youzan,
                """{"type":"SCRM_CUSTOMER_EVENT","status":"CUSTOMER_UPDATED","msg":{"account_id":"1","account_type":"YouZanAccount","mobile":"0170 1234567"}}""",
                ""
            },
            {
                ProviderNames.CloudEvents,
                """{"specversion":"1.0","id":"1","source":"s","type":"visit","data":{"customer":{"id":"1","phone":"0170 1234567"}}}""",
                "Content-Type: application/cloudevents+json"
            },
            { ProviderNames.Segment, """{"type":"identify","messageId":"1","userId":"1","traits":{"phone":"0170 1234567"}}""", "" },
        };

    [Theory]
    [MemberData(nameof(Phones))]
    public void A_national_number_is_one_of_the_source_s_region(string provider, string body, string header)
    {
        Assert.Equal("+491701234567", Phone(provider, body, header, "DE"));
        Assert.Equal("+441701234567", Phone(provider, body, header, "GB"));
    }

    [Theory]
    [MemberData(nameof(Phones))]
    public void A_number_that_is_none_of_the_region_is_kept_as_sent_and_links_no_customer(string provider, string body, string header)
    {
        var entry = Map(
                provider,
                body.Replace("0170 1234567", "13800138000", StringComparison.Ordinal)
                    .Replace("0170%201234567", "13800138000", StringComparison.Ordinal),
                header,
                "US"
            )
            .SingleOrDefault();
        if (entry is null)
            return;

        Assert.Equal(("13800138000", "US"), (entry.Event.Customer.Phone, entry.Event.Customer.Region));
        Assert.DoesNotContain(Handle.All(entry.Event.Customer, "shop"), handle => handle.Kind == "phone");
    }

    [Fact]
    public void The_country_of_the_address_is_a_better_guess_than_the_source_s_region() =>
        Assert.Equal(
            "+33612345678",
            Phone(
                ProviderNames.Shopify,
                """{"id":1,"phone":"06 12 34 56 78","default_address":{"country_code":"fr"},"updated_at":"2026-02-20T00:00:00Z"}""",
                "X-Shopify-Topic: customers/update",
                "DE"
            )
        );

    [Theory]
    [InlineData(
        ProviderNames.StandardWebhooks,
        """{"type":"order.paid","data":{"customer":{"id":"1"},"orderId":"1","amount":"5.00"}}""",
        "webhook-id: 1"
    )]
    [InlineData(
        ProviderNames.CloudEvents,
        """{"specversion":"1.0","id":"1","source":"s","type":"order.paid","data":{"customer":{"id":"1"},"orderId":"1","amount":"5.00"}}""",
        "Content-Type: application/cloudevents+json"
    )]
    [InlineData(
        ProviderNames.Shopify,
        """{"id":1,"financial_status":"paid","total_price":"5.00","email":"a@example.com","refunds":[{"id":2,"transactions":[{"kind":"refund","amount":"1.00"}]}]}""",
        "X-Shopify-Topic: orders/paid"
    )]
    [InlineData(
        ProviderNames.WooCommerce,
        """{"id":1,"status":"processing","total":"5.00","billing":{"email":"a@example.com"},"refunds":[{"id":2,"total":"-1.00"}]}""",
        "X-WC-Webhook-Topic: order.created"
    )]
    [InlineData(
        ProviderNames.Segment,
        """{"type":"track","event":"Order Completed","messageId":"1","userId":"1","properties":{"order_id":"1","total":5.00}}""",
        ""
    )]
    [InlineData(
        ProviderNames.Youzan,
        """{"type":"trade_TradePaid","msg":{"full_order_info":{"order_info":{"tid":"1","status":"TRADE_PAID"},"pay_info":{"payment":"5.00"},"buyer_info":{"yz_open_id":"1"}}}}""",
        ""
    )]
    public void An_amount_without_a_currency_is_one_of_the_source_s(string provider, string body, string header) =>
        Assert.All(Map(provider, body, header, null), entry => Assert.Equal("CHF", (string)JsonNode.Parse(entry.Data)!["currency"]!));

    [Theory]
    [InlineData(
        ProviderNames.StandardWebhooks,
        """{"type":"visit","timestamp":"2026-02-20T10:00:00","data":{"customer":{"id":"1"}}}""",
        "webhook-id: 1"
    )]
    [InlineData(
        ProviderNames.Shopify,
        """{"id":1,"email":"a@example.com","updated_at":"2026-02-20 10:00:00"}""",
        "X-Shopify-Topic: customers/update"
    )]
    [InlineData(
        ProviderNames.Typeform,
        """{"event_type":"form_response","form_response":{"token":"t","submitted_at":"2026-02-20T10:00:00","answers":[{"type":"email","email":"a@example.com","field":{"id":"1"}}]}}""",
        ""
    )]
    [InlineData(
        ProviderNames.Tally,
        """{"eventType":"FORM_RESPONSE","data":{"responseId":"r","createdAt":"2026-02-20T10:00:00","fields":[{"key":"k","type":"INPUT_EMAIL","value":"a@example.com"}]}}""",
        ""
    )]
    [InlineData(
        ProviderNames.Jiandaoyun,
        """{"op":"data_create","data":{"_id":"1","wx_open_id":"o","createTime":"2026-02-20 10:00:00"}}""",
        ""
    )]
    [InlineData(
        ProviderNames.Youzan,
        """{"type":"trade_TradePaid","msg":{"full_order_info":{"order_info":{"tid":"1","status":"TRADE_PAID","pay_time":"2026-02-20 10:00:00"},"pay_info":{"payment":"5.00"},"buyer_info":{"yz_open_id":"1"}}}}""",
        ""
    )]
    public void A_time_without_an_offset_is_one_of_the_source_s_zone(string provider, string body, string header) =>
        Assert.Equal(
            new DateTimeOffset(2026, 2, 20, 9, 0, 0, TimeSpan.Zero),
            Assert.Single(Map(provider, body, header, null)).Event.OccurredAt
        );

    private static string? Phone(string provider, string body, string header, string region) =>
        Assert.Single(Map(provider, body, header, region)).Event.Customer.Phone;

    private static IReadOnlyList<LogEntry> Map(string provider, string body, string header, string? region)
    {
        (string, string)[] headers = header.Split(": ") is [var name, var value] ? [(name, value)] : [];
        var source = Held.Source(
            provider,
            with: new Source("shop", provider)
            {
                Region = region,
                Currency = "CHF",
                TimeZone = "Europe/Berlin",
                Fields = phoneField,
            }
        );
        return Held.Map(source, Held.Delivery(body, headers)).Entries;
    }
}
