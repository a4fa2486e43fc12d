using System.Text.Json.Nodes;
using CrmFunctions.EndToEndTests.Service;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Flow;

/// <summary>One customer with more of something than anybody has: a row has room for so much, and nobody may be lost for it.</summary>
public sealed class CrowdedTests
{
    [Fact]
    public async Task Who_complains_three_hundred_times_is_on_the_list_and_one_answer_ends_it()
    {
        await using var service = await ServiceSuite.Start();
        var suite = service.Suite;
        await service.Put(
            "plans/value",
            """{ "scheme": "value", "timeZone": "Asia/Shanghai", "tiers": [ { "tier": "D", "respondWithin": "PT4H" } ] }"""
        );
        await suite.Post(
            new JsonArray([
                .. Enumerable
                    .Range(0, 300)
                    .Select(i =>
                        Sent.Event("complaint.opened", $"c{i}", "angry", at: Suite.Now.AddMinutes(-i), data: ("complaintId", $"{i}"))
                    ),
            ])
        );
        await suite.Settle();

        Assert.Empty((await suite.Get("dead-letters/recalculations"))["items"]!.AsArray());
        var list = await service.Duties("pool");
        Assert.Equal(20, list.Count);
        Assert.Equal(Suite.Now.AddMinutes(-299), list.Min(duty => (DateTimeOffset)duty["since"]!));
        await suite.Post(Sent.Event("interaction", "sorry", "angry", at: Suite.Now, data: [("direction", "out"), ("channel", "phone")]));
        await suite.Settle();
        Assert.Empty(await service.Duties("pool"));
    }
}
