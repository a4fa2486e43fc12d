using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Identity;
using CrmFunctions.EndToEndTests.Hooks;
using CrmFunctions.Notifications.Permission;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Flow;

/// <summary>What a public form says of two customers joins them by nothing but a steward's word.</summary>
public sealed class ClaimTests
{
    private const string Ann = "ann@example.com";
    private const string Bob = "+491701234567";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_form_s_answer_by_webhook_with_one_s_address_and_another_s_number_leaves_two_customers_and_proposes_a_link(
        bool isFormFirst
    )
    {
        using var azurite = new Azurite();
        await using var suite = await Suite.Start(azurite);
        await Put(suite, "contact-form", """{"provider":"typeform","secrets":["s-of-a-test"],"name":"contact"}""");
        if (!isFormFirst)
            await Shop(suite);
        await Answer(suite, "t1", Ann, Bob);
        await suite.Settle();
        if (isFormFirst)
            await Shop(suite);

        await AreTwo(suite);
        var item = Assert.Single((await suite.Get("customers/shared"))["items"]!.AsArray())!;
        Assert.Equal(("claim", 2), ((string)item["kind"]!, (int)item["carriers"]!));
        Assert.Equal([await Id(suite, "shop:ann"), await Id(suite, "shop:bob")], item["customers"]!.AsArray().Select(id => (string)id!));
        Assert.Contains("\"claimed\":true", Assert.Single(await Log(suite, "contact")).Data, StringComparison.Ordinal);

        // A steward takes it, and takes it back.
        await Rule(suite, "customers/merge", item["customers"]!);
        Assert.Equal(1, (int)(await suite.Get("reports/base"))["customers"]!);
        Assert.Empty((await suite.Get("customers/shared"))["items"]!.AsArray());
        await Rule(suite, "customers/unmerge", item["customers"]!);
        await AreTwo(suite);
        Assert.Empty((await suite.Get("customers/shared"))["items"]!.AsArray());
    }

    [Theory]
    [InlineData("form.submitted")]
    [InlineData("interaction")]
    public async Task Over_the_API_an_answer_of_nobody_s_account_and_what_says_so_itself_join_nobody_however_often_they_come(string type)
    {
        using var azurite = new Azurite();
        await using var suite = await Suite.Start(azurite);
        await Shop(suite);
        var hash = (string)(await suite.Get("reports/base"))["hash"]!;
        for (var i = 0; i < 3; i++)
        {
            var claim = Sent.Event(type, $"claim-{i}", email: Ann, phone: Bob, source: "site");
            if (type != "form.submitted")
                claim["data"]!["customer"]!["claimed"] = true;
            await suite.Post(new JsonArray(claim, claim.DeepClone()));
            await suite.Settle();
        }

        Assert.NotEqual(hash, (string)(await suite.Get("reports/base"))["hash"]!);
        await AreTwo(suite, claims: 3);
        Assert.Single((await suite.Get("customers/shared"))["items"]!.AsArray());
    }

    [Fact]
    public async Task A_lead_is_answered_where_it_claimed_and_becomes_the_buyer_who_has_its_number()
    {
        using var azurite = new Azurite();
        await using var suite = await Suite.Start(azurite);
        var lead = await suite.Post(Sent.Form("f1", email: "lead@example.com", phone: Bob));
        await suite.Settle();
        var (byMail, byPhone) = (await suite.Customer("lead@example.com"), await suite.Customer(Bob));
        Assert.Equal((string)byMail["customerId"]!, (string)byPhone["customerId"]!);
        Assert.Equal(
            ("lead@example.com", Bob),
            ((string)byMail["profile"]!["email"]!["value"]!, (string)byMail["profile"]!["phone"]!["value"]!)
        );

        await suite.Post(Sent.Paid("b1", "bob", phone: Bob));
        await suite.Settle();
        var bob = await suite.Customer("shop:bob");
        Assert.Equal((2, 1), ((int)bob["events"]!, (int)(await suite.Get("reports/base"))["customers"]!));
        Assert.Null(bob["profile"]!["email"]);
        Assert.Equal(
            (string)bob["customerId"]!,
            (string)(await suite.Get($"customers/{(string)lead["events"]![0]!["customerId"]!}"))["customerId"]!
        );

        // The address turns out to be somebody else's: the answer was hers.
        await suite.Post(Sent.Paid("l1", "lea", email: "lead@example.com"));
        await suite.Settle();
        Assert.Equal((1, 2), ((int)(await suite.Customer("shop:bob"))["events"]!, (int)(await suite.Customer("shop:lea"))["events"]!));
    }

    [Fact]
    public async Task A_source_s_setting_holds_for_what_comes_from_then_on_and_a_rebuild_keeps_what_was_decided()
    {
        using var azurite = new Azurite();
        await using var suite = await Suite.Start(azurite);
        await Put(suite, "contact-form", """{"provider":"typeform","secrets":["s-of-a-test"],"name":"contact"}""");
        Assert.Equal("claimed", (string)(await suite.Get("sources/contact-form"))["identifiers"]!);
        await Shop(suite);
        await Answer(suite, "t1", Ann, Bob);
        await suite.Settle();
        await AreTwo(suite);

        await Put(suite, "contact-form", """{"provider":"typeform","name":"contact","identifiers":"verified"}""");
        Assert.Equal("verified", (string)(await suite.Get("sources/contact-form"))["identifiers"]!);
        using (var again = await suite.Client.PostAsync(new Uri("api/recalculations?people=true", UriKind.Relative), null))
            Assert.Equal(202, (int)again.StatusCode);
        await suite.Settle();
        await AreTwo(suite);

        await Answer(suite, "t2", Ann, Bob);
        await suite.Settle();
        Assert.Equal(1, (int)(await suite.Get("reports/base"))["customers"]!);
        Assert.Equal(4, (int)(await suite.Customer("shop:ann"))["events"]!);
    }

    [Fact]
    public async Task A_claim_gives_no_consent_and_takes_it_away_from_each_whom_it_names()
    {
        using var azurite = new Azurite();
        await using var suite = await Suite.Start(azurite);
        await Shop(suite);
        await suite.Post(Consent("c1", granted: true));
        await suite.Settle();
        Assert.Empty(await Consents(suite));

        await suite.Post(Consent("c2", granted: false));
        await suite.Settle();
        Assert.Equal(
            [Handle.OfEmail(Ann)!.Value.Key, Handle.OfPhone(Bob)!.Value.Key],
            (await Consents(suite)).Select(row => row.PartitionKey).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("customer.erased")]
    [InlineData("tier.pinned")]
    [InlineData("rating.potential")]
    public async Task What_only_a_source_that_vouches_or_a_person_of_ours_can_say_is_refused_of_a_claim(string type)
    {
        using var azurite = new Azurite();
        await using var suite = await Suite.Start(azurite);
        var claim = Sent.Event(
            type,
            "e1",
            email: Ann,
            data: [("scheme", "value"), ("tier", "A"), ("author", "x"), ("reason", "y"), ("score", 100)]
        );
        claim["data"]!["customer"]!["claimed"] = true;

        var refused = await suite.Post(claim, expected: 400);

        Assert.Equal("type", (string)Assert.Single(refused["errors"]!.AsArray())!["field"]!);
    }

    [Fact]
    public async Task An_export_has_no_identifier_of_another_and_an_erasure_takes_the_claims_of_its_person_and_nobody_else()
    {
        using var azurite = new Azurite();
        await using var suite = await Suite.Start(azurite);
        await Shop(suite);
        var claim = Sent.Form("f1", email: Ann, phone: Bob);
        claim["data"]!["customer"]!["name"] = "Robert Planted";
        await suite.Post(claim);
        await suite.Settle();

        var ann = (await suite.PostConfirmed($"customers/{await Id(suite, "shop:ann")}/export", OnRecord, 200)).ToJsonString();
        Assert.Contains("contact", ann, StringComparison.Ordinal);
        Assert.DoesNotContain("1701234567", ann, StringComparison.Ordinal);
        Assert.DoesNotContain("Planted", ann, StringComparison.Ordinal);
        var bob = (await suite.PostConfirmed($"customers/{await Id(suite, "shop:bob")}/export", OnRecord, 200)).ToJsonString();
        Assert.DoesNotContain(Ann, bob, StringComparison.Ordinal);

        await suite.PostConfirmed($"customers/{await Id(suite, "shop:ann")}/erase", OnRecord, 202);
        await suite.Settle();
        await suite.Settle();
        Assert.Empty(await suite.Find(Ann));
        Assert.Empty((await suite.Get("customers/shared"))["items"]!.AsArray());
        Assert.Equal(1, (int)(await suite.Customer(Bob))["events"]!);
        Assert.Empty(await Leaks.Of([Ann, "Planted"], azurite.ConnectionString, []));

        // Of before, in a combination that never came: erased on arrival.
        await suite.Post(Sent.Form("f2", email: Ann, phone: "+4930900900", at: Suite.Now.AddDays(-50)));
        await suite.Settle();
        await suite.Settle();
        Assert.Empty(await Leaks.Of([Ann, "30900900"], azurite.ConnectionString, []));
        Assert.Empty(await suite.Find(Ann));
        Assert.DoesNotContain(suite.Host.Invocations, invocation => !invocation.Succeeded);
    }

    [Fact]
    public async Task A_file_is_claimed_where_its_sender_says_so()
    {
        using var azurite = new Azurite();
        await using var suite = await Suite.Start(azurite);
        await Shop(suite);
        const string File = "mail,tel\nann@example.com,+491701234567\n";

        await suite.Import(File, "source=fair&kind=customers&email=mail&phone=tel&identifiers=claimed");
        await AreTwo(suite);
        await suite.Import(File.Replace("tel\n", "tel,x\n", StringComparison.Ordinal), "source=fair2&kind=customers&email=mail&phone=tel");
        Assert.Equal(1, (int)(await suite.Get("reports/base"))["customers"]!);
    }

    [Fact]
    public async Task An_event_that_was_kept_aside_is_released_as_the_claim_it_came_as()
    {
        using var azurite = new Azurite();
        await using var suite = await Suite.Start(azurite);
        await Shop(suite);
        await suite.Post(Sent.Form("f1", email: Ann, phone: Bob));
        var other = Sent.Form("f1", email: Ann, phone: Bob);
        other["data"]!["form"] = "another";
        Assert.Equal(1, (int)(await suite.Post(other))["quarantined"]!);

        var (status, answer) = await suite.Send(HttpMethod.Post, "quarantine/release?source=shop");
        Assert.True(status == 200, answer?.ToJsonString());
        await suite.Settle();
        await AreTwo(suite, claims: 2);
    }

    private const string OnRecord = """{"reason":"asked for in a letter"}""";

    private static async Task Shop(Suite suite)
    {
        await suite.Post(new JsonArray(Sent.Paid("a1", "ann", email: Ann), Sent.Paid("b1", "bob", phone: Bob)));
        await suite.Settle();
    }

    private static async Task AreTwo(Suite suite, int claims = 1)
    {
        var (ann, bob) = (await suite.Customer("shop:ann"), await suite.Customer("shop:bob"));
        Assert.Equal((1 + claims, 1), ((int)ann["events"]!, (int)bob["events"]!));
        Assert.Equal(2, (int)(await suite.Get("reports/base"))["customers"]!);
        Assert.Equal((Ann, null), ((string)ann["profile"]!["email"]!["value"]!, ann["profile"]!["phone"]));
        Assert.Equal((Bob, null), ((string)bob["profile"]!["phone"]!["value"]!, bob["profile"]!["email"]));
        Assert.Equal(((string)ann["customerId"]!, (string)bob["customerId"]!), (await Id(suite, Ann), await Id(suite, Bob)));
    }

    private static async Task<string> Id(Suite suite, string handle) => (string)(await suite.Customer(handle))["customerId"]!;

    private static async Task Put(Suite suite, string id, string json)
    {
        var (status, answer) = await suite.Send(HttpMethod.Put, $"sources/{id}", json);
        Assert.True(status is 200 or 201, answer?.ToJsonString());
    }

    private static async Task Answer(Suite suite, string token, string email, string phone)
    {
        var body = Encoding.UTF8.GetBytes(
            $$$"""
            {"event_id":"{{{token}}}","event_type":"form_response","form_response":{"form_id":"f","token":"{{{token}}}","submitted_at":"2026-02-20T18:17:02Z",
             "answers":[{"type":"email","email":"{{{email}}}","field":{"id":"q1","type":"email"}},
                        {"type":"phone_number","phone_number":"{{{phone}}}","field":{"id":"q2","type":"phone_number"}}]}}
            """
        );
        var answer = await HookSuite.Send(
            suite,
            "contact-form",
            body,
            [("Typeform-Signature", "sha256=" + Webhooks.Base64("s-of-a-test", body))]
        );
        Assert.Equal((1, 0, 0), answer.Counts);
    }

    private static JsonObject Consent(string id, bool granted)
    {
        var said = Sent.Event(
            "consent.changed",
            id,
            email: Ann,
            phone: Bob,
            source: "site",
            data: [("channel", "*"), ("purpose", "marketing"), ("granted", granted)]
        );
        said["data"]!["customer"]!["claimed"] = true;
        return said;
    }

    private static async Task<IReadOnlyList<ConsentRow>> Consents(Suite suite)
    {
        var rows = new List<ConsentRow>();
        await foreach (var row in suite.Tables.Consents.QueryAsync<ConsentRow>())
            rows.Add(row);
        return rows;
    }

    private static async Task<IReadOnlyList<CrmFunctions.Events.EventRow>> Log(Suite suite, string source)
    {
        var rows = new List<CrmFunctions.Events.EventRow>();
        await foreach (var row in suite.Tables.Events.QueryAsync<CrmFunctions.Events.EventRow>($"Source eq '{source}'"))
            rows.Add(row);
        return rows;
    }

    private static async Task Rule(Suite suite, string path, JsonNode customers)
    {
        var body = new JsonObject
        {
            ["customers"] = customers.DeepClone(),
            ["by"] = "ops",
            ["reason"] = "asked them",
        };
        var (status, answer) = await suite.Send(HttpMethod.Post, path, body.ToJsonString());
        Assert.True(status == 202, answer?.ToJsonString());
        await suite.Settle();
    }
}
