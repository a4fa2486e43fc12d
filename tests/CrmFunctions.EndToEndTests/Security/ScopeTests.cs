using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Security;

/// <summary>What a key of a role may not do within the routes that are open to it: send for others, decide for people, look at others.</summary>
public sealed class ScopeTests(Azurite azurite) : IClassFixture<Azurite>
{
    private const string Pin =
        """{"id":"p1","source":"shop","type":"tier.pinned","data":{"customer":{"id":"1"},"scheme":"value","tier":"A","author":"till","reason":"x"}}""";
    private const string Rating =
        """{"id":"r1","source":"shop","type":"rating.potential","data":{"customer":{"id":"1"},"score":99,"author":"till","reason":"x"}}""";
    private const string Own = """{"id":"o1","source":"crm","type":"visit","data":{"customer":{"id":"1"}}}""";
    private const string Others = """{"id":"v1","source":"till","type":"visit","data":{"customer":{"id":"1"}}}""";
    private const string Granted =
        """{"id":"c1","source":"shop","type":"consent.changed","data":{"customer":{"id":"1"},"channel":"email","purpose":"marketing","granted":true}}""";

    [Theory]
    [InlineData("shop", Pin, "type")]
    [InlineData("shop", Rating, "type")]
    [InlineData("*", Own, "source")]
    [InlineData("shop", Own, "source")]
    [InlineData("shop", Others, "source")]
    [InlineData("till", Granted, "source")]
    [InlineData("*", Granted, null)]
    [InlineData("shop", Granted, null)]
    [InlineData("*", Others, null)]
    public async Task An_ingest_key_sends_events_of_its_own_sources_and_decides_nothing(string source, string body, string? field)
    {
        await using var suite = await Suite.Start(azurite);
        var key = await Key(suite, $$"""{"role":"ingest","sources":["{{source}}"] }""");
        body = body.Replace("\"id\":\"", $"\"id\":\"{Guid.NewGuid():N}", StringComparison.Ordinal);
        var (status, answer) = await Send(suite, key, HttpMethod.Post, "events", body);
        if (field is null)
        {
            Assert.Equal(202, status);
            return;
        }

        Assert.Equal(400, status);
        Assert.Equal(field, (string)answer!["errors"]!.AsArray().Single()!["field"]!);

        // The id was not used up: the source itself may still send it.
        var name = JsonNode.Parse(body)!;
        var (again, taken) = await suite.Send(
            HttpMethod.Post,
            "events",
            $$$"""{"id":"{{{name["id"]}}}","source":"{{{name["source"]}}}","type":"visit","data":{"customer":{"id":"1"} } }"""
        );
        Assert.Equal(202, again);
        Assert.Equal("accepted", (string)taken!["events"]![0]!["status"]!);
    }

    [Fact]
    public async Task Of_a_batch_the_events_beyond_the_key_are_refused_by_index_and_the_others_are_taken()
    {
        await using var suite = await Suite.Start(azurite);
        var key = await Key(suite, """{"role":"ingest","sources":["shop"]}""");
        var good = """{"id":"g1","source":"shop","type":"visit","data":{"customer":{"id":"1"}}}""";
        var (status, answer) = await Send(suite, key, HttpMethod.Post, "events", $"[{Pin},{good},{Others}]");
        Assert.Equal(202, status);
        Assert.Equal(["refused", "accepted", "refused"], answer!["events"]!.AsArray().Select(one => (string)one!["status"]!));
        Assert.Equal("[2].source", (string)answer["events"]![2]!["errors"]![0]!["field"]!);
    }

    [Fact]
    public async Task A_webhook_cannot_decide_for_people_either()
    {
        await using var suite = await Suite.Start(azurite);
        var secret = Convert.ToBase64String([.. Enumerable.Range(0, 24).Select(i => (byte)(i * 7))]);
        var (refused, problem) = await suite.Send(
            HttpMethod.Put,
            "sources/form-one",
            $$"""{"provider":"standard-webhooks","secrets":["whsec_{{secret}}"],"types":{"vip":"tier.pinned"} }"""
        );
        Assert.Equal((400, "types.vip"), (refused, (string)problem!["errors"]![0]!["field"]!));
        Assert.Equal(
            400,
            (
                await suite.Send(
                    HttpMethod.Put,
                    "sources/form-one",
                    $$"""{"provider":"standard-webhooks","name":"crm","secrets":["whsec_{{secret}}"] }"""
                )
            ).Status
        );
        Assert.Equal(
            201,
            (
                await suite.Send(
                    HttpMethod.Put,
                    "sources/form-one",
                    $$"""{"provider":"standard-webhooks","secrets":["whsec_{{secret}}"] }"""
                )
            ).Status
        );
        var body = """{"type":"tier.pinned","data":{"customer":{"id":"1"},"scheme":"value","tier":"A","author":"form","reason":"x"}}""";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("api/hooks/form-one", UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in Webhooks.Standard(secret, Encoding.UTF8.GetBytes(body), "m1", TimeProvider.System.GetUtcNow()))
            request.Headers.Add(name, value);
        using var client = suite.NewClient();
        using var answer = await client.SendAsync(request);
        Assert.Equal(200, (int)answer.StatusCode);
        var kept = (await suite.Get("quarantine?source=form-one"))["items"]!.AsArray().Single()!;
        Assert.Equal("invalid", (string)kept["reason"]!);
        Assert.Contains("manager", (string)kept["detail"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("…")]
    [InlineData("secret")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_secret_that_can_be_guessed_is_refused(string secret)
    {
        await using var suite = await Suite.Start(azurite);
        var (status, answer) = await suite.Send(
            HttpMethod.Put,
            "sources/shop-one",
            $$"""{"provider":"shopify","secrets":["{{secret}}"] }"""
        );
        Assert.Equal(400, status);
        Assert.Contains("secrets", (string)answer!["errors"]![0]!["field"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_owner_sees_own_customers_duties_and_calendar_and_nobody_else_s()
    {
        await using var suite = await Suite.Start(azurite);
        foreach (var owner in new[] { "ann", "bob" })
            await suite.Send(HttpMethod.Put, $"owners/{owner}", $$"""{"name":"{{owner}}","capacity":10}""");
        var ids = new Dictionary<string, string>();
        foreach (var owner in new[] { "ann", "bob" })
        {
            ids[owner] = (string)(await suite.Post(Sent.Visit($"v-{owner}", $"of-{owner}")))["events"]![0]!["customerId"]!;
            await suite.Settle();
            Assert.Equal(
                200,
                (await suite.Send(HttpMethod.Put, $"customers/{ids[owner]}/owner", $$"""{"owner":"{{owner}}","reason":"hers"}""")).Status
            );
        }

        await suite.Settle();
        var key = await Key(suite, """{"role":"owner","owner":"ann","name":"ann"}""");
        async Task<int> Get(string path) => (await Send(suite, key, HttpMethod.Get, path)).Status;
        foreach (var what in new[] { "", "/receipt", "/timeline", "/messages" })
        {
            Assert.Equal(200, await Get($"customers/{ids["ann"]}{what}"));
            Assert.Equal(404, await Get($"customers/{ids["bob"]}{what}"));
        }

        Assert.Single(
            (await Send(suite, key, HttpMethod.Post, "customers/find", """{"handle":"shop:of-ann"}""")).Answer!["customers"]!.AsArray()
        );
        Assert.Empty(
            (await Send(suite, key, HttpMethod.Post, "customers/find", """{"handle":"shop:of-bob"}""")).Answer!["customers"]!.AsArray()
        );
        Assert.Equal(200, await Get("duties?owner=ann"));
        Assert.Equal(403, await Get("duties?owner=bob"));
        Assert.Equal(403, await Get("duties?owner=pool"));
        Assert.Equal(403, await Get("owners/bob/calendar"));
        Assert.Equal(
            ["ann"],
            (await Send(suite, key, HttpMethod.Get, "owners")).Answer!["owners"]!.AsArray().Select(one => (string)one!["id"]!)
        );
        var rating = """{"score":80,"reason":"met the buyer"}""";
        Assert.Equal(202, (await Send(suite, key, HttpMethod.Post, $"customers/{ids["ann"]}/ratings", rating)).Status);
        Assert.Equal(404, (await Send(suite, key, HttpMethod.Post, $"customers/{ids["bob"]}/ratings", rating)).Status);

        // Who did it is known from the key, whatever the body says.
        await Send(suite, key, HttpMethod.Post, $"customers/{ids["ann"]}/ratings", """{"score":70,"reason":"again","author":"the boss"}""");
        await suite.Settle();
        var timeline = (await suite.Get($"customers/{ids["ann"]}/timeline")).ToJsonString();
        Assert.DoesNotContain("the boss", timeline, StringComparison.Ordinal);
        var audit = (await suite.Get("audit"))["items"]!.AsArray().First(item => (string)item!["what"]! == "RateCustomer")!;
        Assert.Equal(("ann", "owner", "again"), ((string)audit["by"]!, (string)audit["role"]!, (string)audit["reason"]!));
    }

    [Fact]
    public async Task Without_a_key_health_says_ready_or_not_and_counts_nothing()
    {
        await using var suite = await Suite.Start(azurite);
        await suite.Post(Sent.Visit("h1", "seen"));
        await suite.Settle();
        using var client = suite.NewClient();
        foreach (var path in new[] { "health", "health/live", "health/ready", "health/fresh" })
        {
            var text = await client.GetStringAsync(new Uri($"api/{path}", UriKind.Relative));
            foreach (var told in new[] { "operations", "standard", "items", "count", "says", "recalculations" })
                Assert.DoesNotContain($"\"{told}\":", text, StringComparison.Ordinal);
        }
    }

    private static async Task<string> Key(Suite suite, string body)
    {
        var (status, made) = await suite.Send(HttpMethod.Post, "keys", body);
        return status == 201 ? (string)made!["key"]! : throw new InvalidOperationException(made?.ToJsonString());
    }

    private static async Task<(int Status, JsonNode? Answer)> Send(
        Suite suite,
        string key,
        HttpMethod method,
        string path,
        string? body = null
    )
    {
        using var client = suite.NewClient();
        using var request = new HttpRequestMessage(method, new Uri($"api/{path}", UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }
}
