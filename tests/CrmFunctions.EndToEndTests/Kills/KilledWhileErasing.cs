using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.EndToEndTests.Flow;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Kills;

/// <summary>
/// Providers' privacy topics, signed, to the real process: who asks is forgotten everywhere, also where the process is killed while it
/// forgets.
/// </summary>
public sealed class KilledWhileErasing : IDisposable
{
    private const string Hub = "https://shop.example/api/hooks/hub";
    private static readonly string[] zoe =
    [
        "zoe.planted@example.com",
        "13700137000",
        "Plantagenet",
        "7700770077",
        "order-of-zoe",
        "8800880088",
        "zoe.hub@example.com",
    ];
    private static readonly TimeProvider clock = TimeProvider.System;
    private static readonly TimeSpan peace = TimeSpan.FromMinutes(3);

    private readonly Azurite azurite = new();
    private readonly SuiteFolder folder;

    public KilledWhileErasing() => folder = new SuiteFolder(azurite, locks: TimeSpan.FromSeconds(5));

    [Theory]
    [InlineData(CrashPoints.ErasurePlanned)]
    [InlineData(CrashPoints.Erased)]
    [InlineData(CrashPoints.TotalsFiled)]
    public async Task Who_asked_through_a_shop_to_be_forgotten_is_in_no_table_queue_file_or_log_whenever_the_process_died(string crashPoint)
    {
        var settings = folder.Settings();
        settings["AzureFunctionsJobHost__logging__logLevel__default"] = "Information";
        settings["Privacy__ProviderWait"] = "00:00:00";
        string said;
        await using (var dying = new SuiteProcess(new Dictionary<string, string>(settings) { ["CRM_KILL_AT"] = crashPoint }))
        {
            using var client = await dying.Client();
            await Tell(client);
            await folder.Quiet(dying, clock, peace);
            Assert.NotEmpty(await Leaks.Of(zoe, folder.Storage, folder.Files));
            await dying.KilledOver(Ask(client));
            said = dying.Said;
        }

        await using var again = new SuiteProcess(settings);
        using var carriedOn = await again.Client();

        // What got no answer is sent again; what got one is the same request.
        await Ask(carriedOn);
        await folder.Quiet(again, clock, peace);
        var requests = JsonNode.Parse(await carriedOn.GetStringAsync(new Uri("api/privacy/requests", UriKind.Relative)))![
            "items"
        ]!.AsArray();
        var kinds = requests.Select(request => $"{request!["kind"]} {request["status"]} {request["reason"]}").Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "data open customers/data_request",
                "erase done contact.privacyDeletion",
                "erase done customers/redact",
                "erase done customers/redact",
                "shop open shop/redact",
            ],
            kinds
        );
        var totals = JsonNode.Parse(await carriedOn.GetStringAsync(new Uri("api/reports/base", UriKind.Relative)))!;
        Assert.Equal(2, (int)totals["orders"]!);
        again.Terminate();
        Assert.Equal(0, await again.Exited.WaitAsync(peace, clock));

        Assert.Empty(await Leaks.Of(zoe, folder.Storage, folder.Files));
        foreach (var text in zoe)
            Assert.DoesNotContain(text, said + again.Said, StringComparison.OrdinalIgnoreCase);
    }

    public void Dispose()
    {
        folder.Dispose();
        azurite.Dispose();
    }

    private static async Task Tell(HttpClient client)
    {
        await Put(client, "shop", """{"provider":"shopify","secrets":["s-of-a-test"],"region":"CN"}""");
        await Put(client, "hub", $$"""{"provider":"hubspot","secrets":["s-of-a-test"],"url":"{{Hub}}"}""");
        await Shopify(
            client,
            "customers/create",
            """{"id":7700770077,"email":"Zoe.Planted@example.com","phone":"137 0013 7000","first_name":"Zoe","last_name":"Plantagenet","created_at":"2026-02-01T00:00:00Z","updated_at":"2026-02-01T00:00:00Z"}"""
        );
        await Shopify(
            client,
            "orders/paid",
            """{"id":"order-of-zoe","financial_status":"paid","currency":"CNY","total_price":"100.00","processed_at":"2026-02-02T00:00:00Z","customer":{"id":7700770077,"email":"zoe.planted@example.com"}}"""
        );
        await Shopify(
            client,
            "orders/paid",
            """{"id":"2","financial_status":"paid","currency":"CNY","total_price":"50.00","processed_at":"2026-02-02T00:00:00Z","customer":{"id":1,"email":"by@example.com"}}"""
        );
        await Shopify(
            client,
            "refunds/create",
            """{"id":91,"order_id":"order-of-zoe","processed_at":"2026-02-03T00:00:00Z","transactions":[{"kind":"refund","status":"success","amount":"10.00","currency":"CNY"}]}"""
        );

        // In quarantine: of her who is known, and of one who is nowhere else.
        await Shopify(client, "carts/update", """{"id":"c","note":"for Zoe Plantagenet","buyer":{"email":"zoe.planted@example.com"}}""");
        await Shopify(client, "carts/update", """{"id":"d","buyer":{"customer":8800880088}}""");
        await HubSpot(
            client,
            """[{"eventId":1,"subscriptionId":2,"portalId":3,"occurredAt":1771545600000,"subscriptionType":"contact.propertyChange","objectId":55,"propertyName":"email","propertyValue":"zoe.hub@example.com"}]"""
        );
    }

    private static async Task Ask(HttpClient client)
    {
        await Shopify(
            client,
            "customers/data_request",
            """{"shop_id":1,"orders_requested":[2],"customer":{"id":1,"email":"by@example.com"},"data_request":{"id":9}}"""
        );
        await Shopify(client, "shop/redact", """{"shop_id":1,"shop_domain":"shop.myshopify.com"}""");
        await Shopify(
            client,
            "customers/redact",
            """{"shop_id":1,"customer":{"id":7700770077,"email":"zoe.planted@example.com","phone":"137 0013 7000"},"orders_to_redact":["order-of-zoe"]}"""
        );
        await Shopify(client, "customers/redact", """{"shop_id":1,"customer":{"id":8800880088},"orders_to_redact":[]}""");
        await HubSpot(
            client,
            """[{"eventId":2,"subscriptionId":2,"portalId":3,"occurredAt":1771545700000,"subscriptionType":"contact.privacyDeletion","objectId":55}]"""
        );
    }

    private static async Task Put(HttpClient client, string id, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await client.PutAsync(new Uri($"api/sources/{id}", UriKind.Relative), content);
        answer.EnsureSuccessStatusCode();
    }

    private static Task Shopify(HttpClient client, string topic, string body) =>
        Send(client, "shop", Webhooks.Shopify("s-of-a-test", Encoding.UTF8.GetBytes(body), topic), body);

    private static Task HubSpot(HttpClient client, string body) =>
        Send(client, "hub", Webhooks.HubSpot("s-of-a-test", Encoding.UTF8.GetBytes(body), Hub, clock.GetUtcNow()), body);

    private static async Task Send(HttpClient client, string source, (string Name, string Value)[] headers, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"api/hooks/{source}", UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {body}");
    }
}
