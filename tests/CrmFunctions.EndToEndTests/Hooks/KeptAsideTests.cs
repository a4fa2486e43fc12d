using System.Text;
using CrmFunctions.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.EndToEndTests.Input;
using CrmFunctions.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.EndToEndTests.Hooks;

/// <summary>What is kept aside is listed, looked at, released after a fix, and counts once.</summary>
public sealed class KeptAsideTests(HookSuite hooks) : IClassFixture<HookSuite>
{
    private const string Form = """
        {"event_id":"e1","event_type":"form_response","form_response":{"form_id":"f","token":"t1","submitted_at":"2026-02-20T18:17:02Z",
         "hidden":{"user_id":"abc123456"},"answers":[{"type":"text","text":"好","field":{"id":"q1","type":"long_text"}}]}}
        """;

    [Fact]
    public async Task A_form_without_an_identifier_is_quarantined_and_released_when_its_field_is_named()
    {
        await hooks.Source("form-one", """{"provider":"typeform","secrets":["s-of-a-test"]}""");
        var body = Encoding.UTF8.GetBytes(Form);
        (string, string)[] signed = [("Typeform-Signature", "sha256=" + Webhooks.Base64("s-of-a-test", body))];

        Assert.Equal((0, 0, 1), (await hooks.Send("form-one", body, signed)).Counts);
        Assert.Equal((0, 0, 1), (await hooks.Send("form-one", body, signed)).Counts);
        var item = Assert.Single(await hooks.Quarantine("form-one"));
        OpenApi.Holds(item, "QuarantineItem");
        Assert.Equal(
            ("names-nobody", "typeform", "form_response"),
            ((string)item["reason"]!, (string)item["provider"]!, (string)item["type"]!)
        );
        Assert.Null(item["body"]);
        Assert.Equal(Form, (string)(await hooks.Suite.Get($"quarantine/{(string)item["id"]!}"))["body"]!);

        // Tried again before anything was mended, it stays.
        var still = await hooks.Release("form-one");
        Assert.Equal((0, 1), ((int)still["released"]!, still["left"]!.AsArray().Count));

        await hooks.Source("form-one", """{"provider":"typeform","fields":{"customer.id":"hidden.user_id"}}""");
        var released = await hooks.Release("form-one");
        Assert.Equal((1, 1, 0), ((int)released["released"]!, (int)released["accepted"]!, released["left"]!.AsArray().Count));
        Assert.Empty(await hooks.Quarantine("form-one"));
        Assert.Equal((0, 1, 0), (await hooks.Send("form-one", body, signed)).Counts);
        await hooks.Suite.Settle();
        Assert.Equal(1, (int)(await hooks.Suite.Customer("form-one:abc123456"))["events"]!);
    }

    [Fact]
    public async Task An_unknown_topic_is_quarantined_and_an_ignored_one_is_dropped()
    {
        await hooks.Source("topics", """{"provider":"woocommerce","secrets":["s-of-a-test"],"types":{"coupon.created":"ignore"}}""");
        byte[] product = [.. """{"id":1,"name":"tea"}"""u8];
        Assert.Equal((0, 0, 1), (await hooks.Send("topics", product, Webhooks.Woo("s-of-a-test", product, "product.updated"))).Counts);
        Assert.Equal((0, 0, 0), (await hooks.Send("topics", product, Webhooks.Woo("s-of-a-test", product, "coupon.created"))).Counts);
        var item = Assert.Single(await hooks.Quarantine("topics"));
        Assert.Equal(("unknown-topic", "product.updated"), ((string)item["reason"]!, (string)item["type"]!));

        await hooks.Source("topics", """{"provider":"woocommerce","types":{"product.updated":"ignore"}}""");
        Assert.Equal((1, 0), ((int)(await hooks.Release("topics"))["released"]!, (await hooks.Quarantine("topics")).Count));
    }

    [Fact]
    public async Task Something_kept_is_discarded_and_then_is_nowhere()
    {
        await hooks.Source("discard", """{"provider":"tally","secrets":["s-of-a-test"]}""");
        byte[] body = [.. """{"eventType":"UNHEARD_OF"}"""u8];
        await hooks.Send("discard", body, [("Tally-Signature", Webhooks.Base64("s-of-a-test", body))]);
        var id = (string)Assert.Single(await hooks.Quarantine("discard"))["id"]!;

        using var discarded = await hooks.Suite.Client.DeleteAsync(new Uri($"api/quarantine/{id}", UriKind.Relative));
        using var again = await hooks.Suite.Client.DeleteAsync(new Uri($"api/quarantine/{id}", UriKind.Relative));
        using var released = await hooks.Suite.Client.PostAsync(new Uri($"api/quarantine/{id}/release", UriKind.Relative), null);

        Assert.Equal((200, 404, 404), ((int)discarded.StatusCode, (int)again.StatusCode, (int)released.StatusCode));
        Assert.Empty(await hooks.Rows("discard"));
    }

    [Fact]
    public async Task An_id_used_for_two_events_becomes_two_events_when_it_is_released()
    {
        await hooks.Suite.Post(Sent.Paid("reused", "twice", "10.00", source: "api-shop"));
        await hooks.Suite.Post(Sent.Paid("reused", "twice", "99.00", source: "api-shop"));
        var id = (string)Assert.Single(await hooks.Quarantine("api-shop"))["id"]!;
        Assert.Contains("99.00", (string)(await hooks.Suite.Get($"quarantine/{id}"))["body"]!, StringComparison.Ordinal);

        var released = await hooks.Release("api-shop");

        Assert.Equal((1, 1), ((int)released["released"]!, (int)released["accepted"]!));
        Assert.Equal(2, (await hooks.Log("api-shop")).Count);
    }

    [Fact]
    public async Task Deliveries_with_a_bad_signature_are_kept_only_while_the_source_asks_for_it_and_released_under_the_right_secret()
    {
        await hooks.Source("mistyped", """{"provider":"shopify","secrets":["mistyped secret"]}""");
        var (before, during, forged) = (
            ShopTests.Order(1, "1.00", "paid"),
            ShopTests.Order(2, "2.00", "paid"),
            ShopTests.Order(3, "3.00", "paid")
        );
        Assert.Equal(401, (await hooks.Send("mistyped", before, Webhooks.Shopify("the right secret", before, "orders/paid"))).Status);
        Assert.Empty(await hooks.Rows("mistyped"));

        await hooks.Source("mistyped", $$"""{"provider":"shopify","keepRefusedUntil":"{{HookSuite.Now.AddHours(1):O}}"}""");
        Assert.Equal(401, (await hooks.Send("mistyped", during, Webhooks.Shopify("the right secret", during, "orders/paid"))).Status);
        Assert.Equal(401, (await hooks.Send("mistyped", forged, Webhooks.Shopify("a forger's", forged, "orders/paid"))).Status);
        Assert.Equal(["bad-signature", "bad-signature"], (await hooks.Quarantine("mistyped")).Select(item => (string)item["reason"]!));
        Assert.Equal(0, (int)(await hooks.Release("mistyped"))["released"]!);

        await hooks.Source("mistyped", """{"provider":"shopify","secrets":["the right secret"]}""");
        var released = await hooks.Release("mistyped");

        Assert.Equal((1, 1, 1), ((int)released["released"]!, (int)released["accepted"]!, released["left"]!.AsArray().Count));
        Assert.Equal(["order.paid"], await hooks.Types("mistyped"));
        Assert.Equal((0, 1, 0), (await hooks.Send("mistyped", during, Webhooks.Shopify("the right secret", during, "orders/paid"))).Counts);
    }

    [Fact]
    public async Task A_signed_time_that_was_right_when_it_came_is_right_when_it_is_released()
    {
        await hooks.Source(
            "late",
            $$"""{"provider":"stripe","secrets":["wrong-one"],"keepRefusedUntil":"{{HookSuite.Now.AddHours(1):O}}"}"""
        );
        var (good, old) = (HostileTests.Stripe("evt_good"), HostileTests.Stripe("evt_old"));
        await hooks.Send("late", good, Webhooks.Stripe("right-one", good, HookSuite.Now));
        await hooks.Send("late", old, Webhooks.Stripe("right-one", old, HookSuite.Now.AddHours(-2)));
        await hooks.Source("late", """{"provider":"stripe","secrets":["right-one"]}""");

        var released = await hooks.Release("late");

        Assert.Equal((1, 1), ((int)released["released"]!, released["left"]!.AsArray().Count));
        Assert.Contains("evt_good", Assert.Single(await hooks.Log("late")).Id, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shopify", """{"buyer":{"customer":"4711471147"}}""")]
    [InlineData("shopify", """{"buyer":{"customer":4711471147}}""")]
    [InlineData("shopify", """{"note":"call 0170 123 45 67"," phone":"0170 123 45 67"}""")]
    [InlineData("shopify", """{"mail":"Kept.Aside@Example.com"}""")]
    [InlineData("shopify", """{"mail":"kept.aside\u0040example.com"}""")]
    [InlineData("youzan", """{"type":"POINTS","msg":"%7B%22mobile%22%3A%220170%20123%2045%2067%22%7D"}""")]
    [InlineData("jotform", "submissionID=1&mail=kept.aside%40example.com")]
    public async Task Who_is_in_quarantine_only_is_found_there_by_handles_alone(string provider, string body)
    {
        var id = $"persons-{Math.Abs(body.GetHashCode(StringComparison.Ordinal))}";
        await hooks.Source(id, $$"""{"provider":"{{provider}}","name":"persons","secrets":["s-of-a-test"],"region":"DE","clientId":"c"}""");
        foreach (var text in new[] { body, """{"nobody":"else@example.com"}""" })
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            (string, string)[] signed =
                provider == "youzan" ? Webhooks.Youzan("c", "s-of-a-test", bytes) : Webhooks.Shopify("s-of-a-test", bytes, "carts/update");
            Assert.Equal(
                200,
                (
                    await hooks.Send(
                        id,
                        bytes,
                        signed,
                        "?key=s-of-a-test",
                        contentType: provider == "jotform" ? "application/x-www-form-urlencoded" : "application/json"
                    )
                ).Status
            );
        }

        var place = hooks.Suite.Host.Services.GetServices<IPersonalData>().Single(place => place.Place == "quarantine");
        var person = new PersonalIdentifiers(
            Handle.All(new Identifiers(Id: "4711471147", Email: "kept.aside@example.com", Phone: "+491701234567"), "persons").ToHashSet(),
            new HashSet<string>()
        );
        Assert.Single(await place.Export(person, CancellationToken.None));
        Assert.Equal(1, await place.Forget(person, CancellationToken.None));
        Assert.Equal(0, await place.Forget(person, CancellationToken.None));
        Assert.Single(await hooks.Rows(id));
    }

    [Fact]
    public async Task Quarantined_rows_are_deleted_when_their_time_is_over()
    {
        await hooks.Source("swept", """{"provider":"tally","secrets":["s-of-a-test"]}""");
        byte[] body = [.. """{"eventType":"UNHEARD_OF"}"""u8];
        await hooks.Send("swept", body, [("Tally-Signature", Webhooks.Base64("s-of-a-test", body))]);
        var row = Assert.Single(await hooks.Rows("swept"));
        await hooks.Suite.Fire("SweepQuarantine");
        Assert.Single(await hooks.Rows("swept"));

        row.Until = HookSuite.Now.AddDays(-1);
        await hooks.Suite.Tables.Quarantine.UpsertEntityAsync(row, Azure.Data.Tables.TableUpdateMode.Replace);
        await hooks.Suite.Fire("SweepQuarantine");

        Assert.Empty(await hooks.Rows("swept"));
    }
}
