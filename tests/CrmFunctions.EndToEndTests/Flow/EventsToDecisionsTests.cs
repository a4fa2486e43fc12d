using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Flow;

public sealed class EventsToDecisionsTests(Azurite azurite) : IClassFixture<Azurite>
{
    [Fact]
    public async Task An_event_becomes_a_customer_with_a_tier_a_stage_and_a_receipt_that_adds_up()
    {
        await using var suite = await Suite.Start(azurite);

        var answer = await suite.Post(Sent.Paid("f1", "first", "129.90", email: "first@example.com"));
        await suite.Settle();

        Assert.Equal(1, (int)answer["accepted"]!);
        var id = (string)answer["events"]![0]!["customerId"]!;
        var customer = await suite.Get($"customers/{id}?lang=en");
        Assert.Equal(("C", "Silver", "new"), ((string)customer["tier"]!, (string)customer["tierLabel"]!, (string)customer["stage"]!));
        Assert.Equal("first@example.com", (string)customer["profile"]!["email"]!["value"]!);
        Assert.Single(customer["history"]!.AsArray());

        var receipt = await suite.Get($"customers/{id}/receipt?lang=en");
        var terms = receipt["terms"]!.AsArray();
        Assert.Equal((decimal)receipt["score"]!, terms.Sum(term => (decimal)term!["points"]!));
        Assert.Equal((decimal)customer["score"]!, (decimal)receipt["score"]!);
        Assert.Contains("shop/f1-paid", terms.SelectMany(term => term!["events"]!.AsArray()).Select(name => (string)name!));
        Assert.StartsWith("Tier C (Silver)", (string)receipt["text"]!, StringComparison.Ordinal);
        var chinese = await suite.Get($"customers/{id}/receipt?lang=zh-CN");
        Assert.StartsWith("等级 C (白银)", (string)chinese["text"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Twenty_copies_of_an_event_in_parallel_have_one_effect()
    {
        await using var suite = await Suite.Start(azurite);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => suite.Post(Sent.Paid("t1", "twenty", "50.00"))));
        await suite.Settle();

        Assert.Equal(1, answers.Sum(answer => (int)answer["accepted"]!));
        Assert.Equal(19, answers.Sum(answer => (int)answer["duplicates"]!));
        var customer = await suite.Customer("shop:twenty");
        Assert.Equal((1, 1), ((int)customer["events"]!, (int)customer["orders"]!));
    }

    [Fact]
    public async Task An_id_used_for_something_else_is_kept_in_quarantine_and_counts_for_nothing()
    {
        await using var suite = await Suite.Start(azurite);

        await suite.Post(Sent.Paid("q1", "reuser", "10.00"));
        var again = await suite.Post(Sent.Paid("q1", "reuser", "99.00"));
        var batch = await suite.Post(
            new JsonArray(
                Sent.Visit("q2", "reuser"),
                Sent.Visit("q2", "reuser"),
                Sent.Event("feedback", "q2", "reuser", data: ("score", 9))
            )
        );
        await suite.Settle();

        Assert.Equal("quarantined", (string)again["events"]![0]!["status"]!);
        Assert.Equal(["accepted", "duplicate", "quarantined"], batch["events"]!.AsArray().Select(item => (string)item!["status"]!));
        Assert.Equal(2, (int)(await suite.Customer("shop:reuser"))["events"]!);
        var kept = (await suite.Get("quarantine"))["items"]!
            .AsArray()
            .Where(item => (string)item!["eventId"]! is "q1-paid" or "q2")
            .ToList();
        Assert.Equal(2, kept.Count);
        Assert.All(kept, item => Assert.Equal("id-reused", (string)item!["reason"]!));
    }

    [Fact]
    public async Task Members_in_another_order_and_with_other_blanks_are_the_same_event()
    {
        await using var suite = await Suite.Start(azurite);
        var sent = Sent.Paid("m1", "members");
        var turned = new JsonObject(sent.Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));

        await suite.Post(sent);
        var again = await suite.Post(turned);

        Assert.Equal(1, (int)again["duplicates"]!);
    }

    [Fact]
    public async Task A_burst_of_a_hundred_events_about_one_customer_is_one_recalculation()
    {
        // A window long enough for a busy machine; what is proved is the number, not the time.
        await using var suite = await Suite.Start(
            azurite,
            settings: new Dictionary<string, string> { ["Debounce:Window"] = "00:00:20", ["Debounce:Margin"] = "00:00:20" }
        );
        await WaitForTheStartOfAWindow(TimeSpan.FromSeconds(20));
        var (tables, broker) = (suite.Operations.Tables, suite.Operations.Broker);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => suite.Post(Sent.Visit($"burst-{i}", "burst"))));
        await suite.Settle();

        Assert.Single(suite.Host.Invocations, invocation => invocation.Function == "RecalculateCustomer");
        Assert.Equal(100, (int)(await suite.Customer("shop:burst"))["events"]!);
        Assert.InRange((suite.Operations.Tables - tables) / 100.0, 1.0, 1.2);
        Assert.InRange((suite.Operations.Broker - broker) / 100.0, 1.0, 1.1);
    }

    [Fact]
    public async Task A_poison_event_ends_in_the_dead_letter_queue_with_its_reason_and_its_neighbours_go_on()
    {
        await using var suite = await Suite.Start(azurite);
        var answer = await suite.Post(Sent.Visit("p1", "poisoned"));
        await suite.Settle();

        // What no event can be: a row of the log that somebody broke.
        var id = (string)answer["events"]![0]!["customerId"]!;
        var row = new Azure.Data.Tables.TableEntity(id, "broken")
        {
            ["Source"] = "shop",
            ["Id"] = "broken",
            ["Type"] = "visit",
            ["Data"] = "{",
            ["OccurredAt"] = Suite.Now,
            ["ReceivedAt"] = Suite.Now,
            ["BodyHash"] = "",
        };
        await suite.Tables.Events.AddEntityAsync(row);
        await suite.Post(new JsonArray(Sent.Visit("p2", "poisoned"), Sent.Visit("n1", "neighbour")));
        await suite.Settle();

        Assert.Equal(1, (int)(await suite.Customer("shop:neighbour"))["events"]!);
        var dead = await suite.DeadLetters(CrmFunctions.Flow.Queues.Recalculations);
        var letter = Assert.Single(dead);
        Assert.Equal("MaxDeliveryCountExceeded", letter.DeadLetterReason);
        Assert.Contains(id, letter.Body.ToString(), StringComparison.Ordinal);
        Assert.Contains(
            suite.Host.Invocations,
            invocation => invocation.Exception is FormatException failure && failure.Message.Contains(id, StringComparison.Ordinal)
        );
    }

    private static async Task WaitForTheStartOfAWindow(TimeSpan window)
    {
        while (TimeProvider.System.GetUtcNow().UtcTicks % window.Ticks > window.Ticks / 4)
            await Task.Delay(50);
    }
}
