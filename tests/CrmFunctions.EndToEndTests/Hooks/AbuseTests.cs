using System.Text;
using CrmFunctions.EndToEndTests.Input;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Hooks;

/// <summary>Who sends too much, and who has no business here.</summary>
public sealed class AbuseTests(HookSuite hooks) : IClassFixture<HookSuite>
{
    [Fact]
    public async Task Unauthenticated_deliveries_cost_no_storage_operation()
    {
        await hooks.Source("real-one", """{"provider":"shopify","secrets":["s-of-a-test"]}""");
        var body = "{}"u8.ToArray();
        await hooks.Send("real-one", body, []);
        await hooks.Suite.Settle();
        var (tables, broker, started) = (hooks.Suite.Operations.Tables, hooks.Suite.Operations.Broker, HookSuite.Now);

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 300)
                .Select(i =>
                    hooks.Send(i % 3 == 0 ? "real-one" : $"guess-{i}", body, [("X-Shopify-Hmac-Sha256", Webhooks.Base64($"{i}", body))])
                )
        );

        Assert.All(answers, answer => Assert.Equal(401, answer.Status));
        Assert.Single(answers.Select(answer => answer.Answer.Text).Distinct());

        // The sources are read anew once in a second (as set for tests), whoever asks.
        Assert.InRange(hooks.Suite.Operations.Tables - tables, 0, (long)(HookSuite.Now - started).TotalSeconds + 2);
        Assert.Equal(broker, hooks.Suite.Operations.Broker);
    }

    [Fact]
    public async Task Whether_a_source_is_there_does_not_show()
    {
        await hooks.Source("shown-not", """{"provider":"stripe","secrets":["s-of-a-test"]}""");
        foreach (var method in new[] { "POST", "GET", "OPTIONS" })
        {
            var known = await hooks.Send("shown-not", "{}"u8.ToArray(), [("WebHook-Request-Origin", "example.com")], method: method);
            foreach (var id in new[] { "not-there", "a", "..%2F..%2Fetc", "店", new string('x', 300) })
            {
                var unknown = await hooks.Send(id, "{}"u8.ToArray(), [("WebHook-Request-Origin", "example.com")], method: method);
                Assert.Equal((known.Status, known.Answer.Text), (unknown.Status, unknown.Answer.Text));
            }
        }
    }

    [Fact]
    public async Task Beyond_its_budget_a_source_is_told_when_to_come_again_and_others_are_not()
    {
        await hooks.Source("greedy", """{"provider":"shopify","secrets":["s-of-a-test"],"perSecond":1}""");
        await hooks.Source("modest", """{"provider":"shopify","secrets":["s-of-a-test"],"perSecond":1}""");
        var body = ShopTests.Order(1, "1.00", "paid");

        var answers = new List<HookAnswer>();
        for (var i = 0; i < 40; i++)
            answers.Add(await hooks.Send("greedy", body, Webhooks.Shopify("s-of-a-test", body, "orders/paid")));
        var refused = answers.Where(answer => answer.Status == 429).ToList();

        Assert.NotEmpty(refused);
        Assert.All(
            refused,
            answer => Assert.InRange(int.Parse(answer.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 1, 10)
        );
        refused[0].Answer.Problem(429, "too-many");
        Assert.All(answers.Except(refused), answer => Assert.Equal(200, answer.Status));
        Assert.Equal(200, (await hooks.Send("modest", body, Webhooks.Shopify("s-of-a-test", body, "orders/paid"))).Status);
    }

    [Fact]
    public async Task A_source_s_budget_is_used_up_by_authentic_deliveries_only()
    {
        await hooks.Source("robbed", """{"provider":"shopify","secrets":["s-of-a-test"],"perSecond":1}""");
        var body = ShopTests.Order(1, "1.00", "paid");
        for (var i = 0; i < 40; i++)
            Assert.Equal(401, (await hooks.Send("robbed", body, Webhooks.Shopify("not s", body, "orders/paid"))).Status);

        Assert.Equal(200, (await hooks.Send("robbed", body, Webhooks.Shopify("s-of-a-test", body, "orders/paid"))).Status);
    }

    [Fact]
    public async Task A_thousand_forged_deliveries_cost_nothing_and_while_they_are_asked_for_no_more_than_the_bound_is_kept()
    {
        using var azurite = new Azurite();
        await using var suite = await Suite.Start(
            azurite,
            settings: new Dictionary<string, string> { ["Hooks:MostRefused"] = "5", ["Sources:Refresh"] = "00:10:00" }
        );
        await Make("""{"provider":"shopify","secrets":["s-of-a-test"]}""");
        using var stranger = suite.NewClient();
        await Forge("bounded", 0);
        var (tables, broker) = (suite.Operations.Tables, suite.Operations.Broker);

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 1000),
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (i, _) => await Forge(i % 2 == 0 ? "bounded" : $"guess-{i}", i)
        );

        Assert.Equal((tables, broker), (suite.Operations.Tables, suite.Operations.Broker));
        Assert.Empty((await suite.Get("quarantine"))["items"]!.AsArray());

        await Make($$"""{"provider":"shopify","keepRefusedUntil":"{{HookSuite.Now.AddHours(1):O}}"}""");
        for (var i = 0; i < 20; i++)
            await Forge("bounded", i);
        Assert.Equal(5, (await suite.Get("quarantine?source=bounded"))["items"]!.AsArray().Count);

        async Task Make(string json)
        {
            using var content = new StringContent(json, Encoding.UTF8, "application/json");
            using var made = await suite.Client.PutAsync(new Uri("api/sources/bounded", UriKind.Relative), content);
            made.EnsureSuccessStatusCode();
        }

        async Task Forge(string source, int number)
        {
            using var body = new StringContent($$"""{"id":{{number}}}""");
            body.Headers.TryAddWithoutValidation("X-Shopify-Hmac-Sha256", Webhooks.Base64("forged", [1]));
            using var answer = await stranger.PostAsync(new Uri($"api/hooks/{source}", UriKind.Relative), body);
            Assert.Equal(401, (int)answer.StatusCode);
        }
    }

    [Fact]
    public async Task Our_own_outage_is_503_and_says_when_to_come_again()
    {
        var azurite = new Azurite();
        await using var suite = await Suite.Start(azurite, settings: new Dictionary<string, string> { ["Sources:Refresh"] = "00:10:00" });
        using (var content = new StringContent("""{"provider":"shopify","secrets":["s-of-a-test"]}""", Encoding.UTF8, "application/json"))
        {
            using var made = await suite.Client.PutAsync(new Uri("api/sources/outage", UriKind.Relative), content);
        }

        using var shop = suite.NewClient();
        var body = ShopTests.Order(1, "1.00", "paid");
        Assert.Equal(200, (int)(await Post(shop, body)).StatusCode);
        azurite.Dispose();
        var next = ShopTests.Order(2, "1.00", "paid");
        using var answer = await Post(shop, next);

        Assert.Equal(503, (int)answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        (await Answer.Of(answer)).Problem(503, "unavailable");
    }

    private static async Task<HttpResponseMessage> Post(HttpClient client, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("api/hooks/outage", UriKind.Relative))
        {
            Content = new ByteArrayContent(body),
        };
        foreach (var (name, value) in Webhooks.Shopify("s-of-a-test", body, "orders/paid"))
            request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request);
    }
}
