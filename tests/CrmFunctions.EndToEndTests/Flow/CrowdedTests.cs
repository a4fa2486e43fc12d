using System.Text.Json.Nodes;
using CrmFunctions.EndToEndTests.Service;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Flow;

/// <summary>One customer with more of something than anybody has: a row has room for so much, and nobody may be lost for it.</summary>
public sealed class CrowdedTests
{
    [Fact]
    public async Task A_guest_account_that_everybody_orders_with_is_decided_like_all_others()
    {
        await using var service = await ServiceSuite.Start();
        var suite = service.Suite;
        foreach (var some in Enumerable.Range(0, 1_200).Chunk(200))
        {
            await suite.Post(new JsonArray([.. some.Select(i => Sent.Paid($"g{i}", "guest", email: $"guest{i}@example.com", at: Suite.Now.AddDays(-1)))]));
            await suite.Settle();
        }

        Assert.Empty((await suite.Get("dead-letters/recalculations"))["items"]!.AsArray());
        Assert.Equal(1_200, (int)(await suite.Customer("shop:guest"))["events"]!);
    }

    [Fact]
    public async Task Who_complains_three_hundred_times_is_on_the_list_and_one_answer_ends_it()
    {
        await using var service = await ServiceSuite.Start();
        var suite = service.Suite;
        await service.Put("plans/value", """{ "scheme": "value", "timeZone": "Asia/Shanghai", "tiers": [ { "tier": "D", "respondWithin": "PT4H" } ] }""");
        await suite.Post(new JsonArray([.. Enumerable.Range(0, 300).Select(i => Sent.Event("complaint.opened", $"c{i}", "angry", at: Suite.Now.AddMinutes(-i), data: ("complaintId", $"{i}")))]));
        await suite.Settle();

        Assert.Empty((await suite.Get("dead-letters/recalculations"))["items"]!.AsArray());
        Assert.InRange((await service.Duties("pool")).Count, 1, 50);
        await suite.Post(Sent.Event("interaction", "sorry", "angry", at: Suite.Now, data: [("direction", "out"), ("channel", "phone")]));
        await suite.Settle();
        Assert.Empty(await service.Duties("pool"));
    }
}
