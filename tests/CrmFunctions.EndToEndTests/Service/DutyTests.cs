using System.Text.Json.Nodes;
using CrmFunctions.EndToEndTests.Input;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Service;

public sealed class DutyTests
{
    private const string Plan = """
        { "scheme": "value", "timeZone": "Asia/Shanghai", "tiers": [
          { "tier": "A", "owner": { "skills": ["key-account"] }, "visits": "weekly Mon", "visitTime": "PT45M", "respondWithin": "PT4H", "escalateAfter": "PT4H", "benefits": ["free shipping"], "services": ["express"] },
          { "tier": "B", "owner": {}, "visits": "monthly 1", "respondWithin": "PT8H" } ] }
        """;

    [Fact]
    public async Task A_plan_gives_owners_duties_and_their_ends()
    {
        await using var service = await ServiceSuite.Start(
            new Dictionary<string, string> { ["Calendar:Key"] = Convert.ToBase64String(new byte[32]) }
        );
        var suite = service.Suite;
        await service.Put("owners/lea", """{ "name": "Lea", "capacity": 0 }""");
        await service.Put(
            "owners/ann",
            """{ "name": "Ann", "email": "ann@example.com", "capacity": 2, "skills": ["key-account"], "lead": "lea" }"""
        );
        await service.Put("owners/bob", """{ "name": "Bob", "capacity": 10 }""");
        var put = await service.Put("plans/value", Plan);
        Assert.Empty(put["warnings"]!.AsArray());

        // Three of tier A, of whom two have room with Ann; one who was never anything.
        var events = new JsonArray();
        foreach (var name in new[] { "a1", "a2", "a3" })
            for (var i = 0; i < 8; i++)
                events.Add(Sent.Paid($"{name}-{i}", name, "900.00", at: Suite.Now.AddDays(-100 + (10 * i))));
        events.Add(Sent.Visit("v1", "window"));
        await suite.Post(events);
        await suite.Settle();

        var tiers = new Dictionary<string, string>();
        foreach (var name in new[] { "a1", "a2", "a3" })
            tiers[name] = (string)(await suite.Customer($"shop:{name}"))["tier"]!;
        Assert.All(tiers.Values, tier => Assert.Equal("A", tier));
        var owners = (await suite.Get("owners"))["owners"]!
            .AsArray()
            .ToDictionary(owner => (string)owner!["id"]!, owner => (int)owner!["customers"]!);
        Assert.Equal(2, owners["ann"]);
        Assert.Equal(0, owners["bob"]);

        // It is Monday, and nobody was in contact since the last: a visit each, on Ann's list or in the pool.
        var (ann, pool) = (await service.Duties("ann"), await service.Duties("pool"));
        Assert.Equal(2, ann.Count);
        Assert.Equal("revisit", (string)Assert.Single(pool)["kind"]!);
        Assert.All(ann, duty => Assert.Contains("visit planned for 2026-03-02", (string)duty["why"]!, StringComparison.Ordinal));

        var list = await suite.Get("duties?owner=ann");
        Assert.Equal(("PT45M", "PT1H30M"), ((string)ann[0]["takes"]!, (string)list["takes"]!));
        OpenApi.Holds(list, "DutiesAnswer");

        // Done with evidence; told again it stays done.
        var done = (string)ann[0]["id"]!;
        await service.Send(HttpMethod.Post, $"duties/{done}/done", """{ "by": "ann" }""", 400);
        await service.Send(HttpMethod.Post, $"duties/{done}/done", """{ "by": "ann", "evidence": "called, all well" }""", 202);
        await suite.Settle();
        Assert.Single(await service.Duties("ann"));
        Assert.Equal(
            "done",
            (string)(await service.Send(HttpMethod.Post, $"duties/{done}/done", """{ "by": "ann", "evidence": "again" }"""))["status"]!
        );

        // The other is overdue when the day has closed, and the lead is told four hours of work later; each once, however often it is
        // looked.
        var late = (string)ann[1]["customerId"]!;
        for (var minute = 0; minute < 3; minute++)
            await service.Turn(Suite.Now.AddDays(1).AddMinutes(minute));
        Assert.True((bool)(await service.Duties("ann"))[0]["overdue"]!);
        await service.Turn(Suite.Now.AddDays(1).AddHours(5));
        await service.Turn(Suite.Now.AddDays(1).AddHours(5));
        var rows = (await suite.Get($"customers/{late}/messages"))["messages"]!.AsArray().Select(row => (string)row!["rule"]!).ToList();
        Assert.Single(rows, rule => rule == "overdue");
        Assert.Single(rows, rule => rule == "escalated");

        // Somebody stands in: sees her own and the others, said for whom.
        await service.Send(
            HttpMethod.Put,
            "owners/ann",
            $$"""{ "name": "Ann", "capacity": 2, "skills": ["key-account"], "leave": { "from": "{{service.Now.AddHours(-1):O}}", "until": "{{service.Now.AddDays(7):O}}", "standIn": "bob" } }"""
        );
        Assert.Equal("ann", (string)Assert.Single(await service.Duties("bob"))["for"]!);

        // Who has an owner is not given away by mistake; a hand-over takes the duties along.
        var refused = await service.Send(
            HttpMethod.Put,
            $"customers/{late}/owner",
            """{ "owner": "bob", "by": "lea", "reason": "moved" }""",
            409
        );
        Assert.Contains("already has an owner: Ann (ann)", (string)refused["detail"]!, StringComparison.Ordinal);
        Assert.Equal(
            2,
            (int)
                (await suite.PostConfirmed("owners/ann/handover", """{ "to": "bob", "by": "lea", "reason": "leaves" }""", 200))[
                    "customers"
                ]!
        );
        await suite.Settle();
        Assert.Empty(await service.Duties("ann"));
        Assert.Null((await service.Duties("bob")).Single(duty => (string)duty["customerId"]! == late)["for"]);
        owners = (await suite.Get("owners"))["owners"]!
            .AsArray()
            .ToDictionary(owner => (string)owner!["id"]!, owner => (int)owner!["customers"]!);
        Assert.Equal((0, 2), (owners["ann"], owners["bob"]));

        // An order is a contact: the visit is off the list, and a week with contact has none.
        var (lateName, otherName) =
            late == (string)(await suite.Customer("shop:a1"))["customerId"]! ? ("a1", "a2")
            : late == (string)(await suite.Customer("shop:a2"))["customerId"]! ? ("a2", "a1")
            : ("a3", "a1");
        await suite.Post(Sent.Paid("again", lateName, at: service.Now));
        await suite.Settle();
        Assert.DoesNotContain(await service.Duties("bob"), duty => (string)duty["customerId"]! == late);
        await service.Turn(Suite.Now.AddDays(7));
        Assert.DoesNotContain(await service.Duties("bob"), duty => (string)duty["customerId"]! == late);
        await service.Turn(Suite.Now.AddDays(14));
        Assert.Contains(await service.Duties("bob"), duty => (string)duty["customerId"]! == late);

        // A calendar subscribes without a key of ours; another address shows nothing.
        var path = (string)(await suite.Get("owners/bob/calendar"))["path"]!;
        using var stranger = suite.NewClient();
        Assert.Contains(
            "SUMMARY:Revisit",
            await stranger.GetStringAsync(new Uri($"{path[1..]}?lang=en", UriKind.Relative)),
            StringComparison.Ordinal
        );
        using var none = await stranger.GetAsync(new Uri($"{path[1..^3]}AAA", UriKind.Relative));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, none.StatusCode);

        // Renewed, the old address shows nothing, and another owner's goes on; its last day stands in it.
        var others = (string)(await suite.Get("owners/ann/calendar"))["path"]!;
        var (renewed, link) = await suite.Send(HttpMethod.Post, "owners/bob/calendar");
        Assert.Equal(200, renewed);
        foreach (var (address, status) in new[] { (path, 404), ((string)link!["path"]!, 200), (others, 200) })
        {
            using var shown = await stranger.GetAsync(new Uri(address[1..], UriKind.Relative));
            Assert.Equal(status, (int)shown.StatusCode);
        }

        var feed = await stranger.GetStringAsync(new Uri(((string)link["path"]!)[1..], UriKind.Relative));
        Assert.Contains(((string)link["until"]!).Replace("-", "", StringComparison.Ordinal), feed, StringComparison.Ordinal);

        // What is in the plan, and what is not.
        Assert.True((bool)(await suite.Get($"customers/{late}/services/express"))["inPlan"]!);
        var no = await suite.Get($"customers/{late}/services/on-site?lang=en");
        Assert.Equal((false, "No tier has on-site in its plan."), ((bool)no["inPlan"]!, (string)no["reason"]!));

        // Who is erased leaves no place behind.
        var before = Customers(await suite.Get("owners"), "bob");
        await suite.PostConfirmed($"customers/{late}/erase", """{ "by": "lea", "reason": "asked for it" }""", 202);
        await suite.Settle();
        Assert.Equal(before - 1, Customers(await suite.Get("owners"), "bob"));
        Assert.DoesNotContain(await service.Duties("bob"), duty => (string)duty["customerId"]! == late);

        // Two who turn out to be one have one owner and one place.
        await suite.Post(new JsonArray(Sent.Paid("t1", "twin", at: service.Now), Sent.Paid("t2", "twan", at: service.Now)));
        await suite.Settle();
        before = Customers(await suite.Get("owners"), "bob");
        var twins = new[]
        {
            (string)(await suite.Customer("shop:twin"))["customerId"]!,
            (string)(await suite.Customer("shop:twan"))["customerId"]!,
        };
        foreach (var twin in twins)
            await service.Send(HttpMethod.Put, $"customers/{twin}/owner", """{ "owner": "bob", "by": "lea", "reason": "met" }""");
        await suite.Settle();
        Assert.Equal(before + 2, Customers(await suite.Get("owners"), "bob"));
        await service.Send(
            HttpMethod.Post,
            "customers/merge",
            $$"""{ "customers": ["{{twins[0]}}", "{{twins[1]}}"], "by": "lea", "reason": "one person" }""",
            202
        );
        await suite.Settle();
        Assert.Equal(before + 1, Customers(await suite.Get("owners"), "bob"));

        // Words and complaints are to be answered, and a plan that is gone takes its duties with it.
        await suite.Post(Sent.Event("complaint.opened", "c1", otherName, at: service.Now, data: ("complaintId", "77")));
        await suite.Settle();
        Assert.Contains(await All(), duty => (string)duty["kind"]! == "complaint");
        using var gone = await suite.Client.DeleteAsync(new Uri("api/plans/value", UriKind.Relative));
        await service.Suite.RolledOut((int)JsonNode.Parse(await gone.Content.ReadAsStringAsync())!["revision"]!);
        Assert.DoesNotContain(await All(), duty => (string)duty["kind"]! == "complaint");

        // Ann is back from her leave by now, and may have got somebody from the pool.
        async Task<IEnumerable<JsonNode>> All() =>
            [.. await service.Duties("pool"), .. await service.Duties("ann"), .. await service.Duties("bob")];
    }

    private static int Customers(JsonNode owners, string id) =>
        (int)owners["owners"]!.AsArray().Single(owner => (string)owner!["id"]! == id)!["customers"]!;
}
