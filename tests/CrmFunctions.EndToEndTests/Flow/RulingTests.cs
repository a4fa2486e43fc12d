using System.Text.Json.Nodes;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events;
using CrmFunctions.Messaging;
using CrmFunctions.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.EndToEndTests.Flow;

/// <summary>What people decide about who is who, and what shared identifiers do.</summary>
public sealed class RulingTests
{
    [Fact]
    public async Task A_merge_joins_two_customers_and_an_unmerge_gives_both_their_histories_back_exactly()
    {
        using var azurite = new Azurite();
        await using var suite = await Suite.Start(azurite);
        await suite.Post(
            new JsonArray(
                Sent.Paid("a1", "ann", "900.00", at: Suite.Now.AddDays(-5)),
                Sent.Paid("a2", "ann", "30.00", at: Suite.Now.AddDays(-50)),
                Sent.Paid("b1", "bob", "20.00", email: "bob@example.com", at: Suite.Now.AddDays(-100)),
                Sent.Form("b2", email: "bob@example.com")
            )
        );
        await suite.Settle();
        var (ann, bob, hash) = (
            await suite.Customer("shop:ann"),
            await suite.Customer("shop:bob"),
            (string)(await suite.Get("reports/base"))["hash"]!
        );

        await Rule(suite, "customers/merge", Pair(ann, bob));
        await suite.Settle();
        var merged = await suite.Customer("shop:bob");
        Assert.Equal((4, 3), ((int)merged["events"]!, (int)merged["orders"]!));
        Assert.Equal((string)merged["customerId"]!, (string)(await suite.Customer("shop:ann"))["customerId"]!);
        Assert.Equal(1, (int)(await suite.Get("reports/base"))["customers"]!);

        // Events that come meanwhile under either id count for the merged one, and stay where they were filed.
        await suite.Post(Sent.Visit("b3", "bob"));
        await suite.Settle();
        Assert.Equal(5, (int)(await suite.Customer("shop:ann"))["events"]!);

        await Rule(suite, "customers/unmerge", Pair(ann, bob));
        await suite.Settle();
        var (annAgain, bobAgain) = (await suite.Customer("shop:ann"), await suite.Customer("bob@example.com"));
        Assert.Equal((2, 3), ((int)annAgain["events"]!, (int)bobAgain["events"]!));
        foreach (var name in (string[])["customerId", "tier", "stage", "score", "orders", "lastOrderAt", "nextReview"])
        {
            Assert.True(JsonNode.DeepEquals(ann[name], annAgain[name]), $"{name} was {ann[name]} and is {annAgain[name]}");
        }

        // But for the visit that is new, bob's too: without it the state is what it was before the merge, by hash.
        Assert.Equal((string)bob["customerId"]!, (string)bobAgain["customerId"]!);
        Assert.NotEqual(hash, (string)(await suite.Get("reports/base"))["hash"]!);
        using var other = new Azurite();
        await using var without = await Suite.Start(other);
        await without.Post(
            new JsonArray(
                Sent.Paid("a1", "ann", "900.00", at: Suite.Now.AddDays(-5)),
                Sent.Paid("a2", "ann", "30.00", at: Suite.Now.AddDays(-50)),
                Sent.Visit("b3", "bob"),
                Sent.Paid("b1", "bob", "20.00", email: "bob@example.com", at: Suite.Now.AddDays(-100)),
                Sent.Form("b2", email: "bob@example.com")
            )
        );
        await without.Settle();
        Assert.Equal((string)(await without.Get("reports/base"))["hash"]!, (string)(await suite.Get("reports/base"))["hash"]!);
    }

    [Fact]
    public async Task A_family_s_phone_joins_no_customers_until_a_steward_rules_that_it_is_one_person_s()
    {
        using var azurite = new Azurite();
        await using var suite = await Suite.Start(azurite);
        const string phone = "+8613912345678";
        await suite.Post(Sent.Paid("m1", "mother", phone: "139 1234 5678"));
        await suite.Post(Sent.Form("f1", phone: phone));
        await suite.Settle();
        Assert.Equal(2, (int)(await suite.Customer("shop:mother"))["events"]!);

        await suite.Post(Sent.Paid("d1", "daughter", phone: "0086-139-1234-5678"));
        await suite.Settle();
        Assert.Equal(
            (1, 1),
            ((int)(await suite.Customer("shop:mother"))["events"]!, (int)(await suite.Customer("shop:daughter"))["events"]!)
        );
        Assert.Equal(3, (await suite.Find(phone)).Count);
        var item = Assert.Single((await suite.Get("customers/shared"))["items"]!.AsArray());
        Assert.Equal(("phone", 2), ((string)item!["kind"]!, (int)item["carriers"]!));

        await Rule(suite, "customers/shared", new JsonObject { ["handle"] = phone, ["decision"] = "personal" });
        await suite.Settle();
        Assert.Equal(3, (int)(await suite.Customer("shop:daughter"))["events"]!);
        Assert.Empty((await suite.Get("customers/shared"))["items"]!.AsArray());

        await Rule(suite, "customers/shared", new JsonObject { ["handle"] = (string)item["handle"]!, ["decision"] = "shared" });
        await suite.Settle();
        Assert.Equal(
            (1, 1),
            ((int)(await suite.Customer("shop:mother"))["events"]!, (int)(await suite.Customer("shop:daughter"))["events"]!)
        );
        Assert.True((bool)Assert.Single((await suite.Get("customers/shared"))["items"]!.AsArray())!["ruled"]!);
    }

    [Fact]
    public async Task State_dropped_and_replayed_from_the_log_gives_the_same_people_rulings_and_all()
    {
        var hashes = new HashSet<string>();
        for (var seed = 1; seed <= 3; seed++)
        {
            using var azurite = new Azurite();
            await using var suite = await Suite.Start(azurite);

            // A shop's test address on nine ids, a family of three, somebody with two ids that are merged, and two people parted by hand.
            JsonObject[] events =
            [
                .. Enumerable.Range(0, 9).Select(i => Sent.Paid($"t{i}", $"walk-in-{i}", email: "test@shop.example")),
                .. Enumerable
                    .Range(0, 3)
                    .Select(i => Sent.Paid($"f{i}", $"family-{i}", email: $"family-{i}@example.com", phone: "+491701234567")),
                Sent.Paid("m1", "m", email: "m@example.com"),
                Sent.Paid("m2", "m", source: "other"),
                Sent.Form("m3", email: "m@example.com"),
                Sent.Paid("p1", "p", email: "p@example.com"),
                Sent.Paid("p2", "q", email: "p@example.com"),
            ];
            foreach (var sent in PeopleTests.Shuffled(events, seed))
                await suite.Post(sent.DeepClone());
            await suite.Settle();
            await Rule(suite, "customers/merge", Pair(await suite.Customer("shop:m"), await suite.Customer("other:m")));
            await Rule(
                suite,
                "customers/unmerge",
                new JsonObject { ["customers"] = new JsonArray(Handle.OfId("shop", "p").Key, Handle.OfId("shop", "q").Key) }
            );
            await suite.Settle();
            var before = await suite.Get("reports/base");
            Assert.Equal((9 + 3 + 1 + 2, 17), ((int)before["customers"]!, (int)before["events"]!));

            var partitions = await Drop(suite);
            await suite
                .Host.Services.GetRequiredService<Bus>()
                .Send(
                    CrmFunctions.Flow.Queues.Recalculations,
                    [
                        .. PeopleTests
                            .Shuffled(partitions, seed)
                            .Select(partition => RecalculationMessage.NewsFor(Handle.FromKey(partition)!.Value)),
                    ],
                    CancellationToken.None
                );
            await suite.Settle();
            var after = await suite.Get("reports/base");
            Assert.Equal((string)before["hash"]!, (string)after["hash"]!);
            Assert.DoesNotContain(suite.Host.Invocations, invocation => !invocation.Succeeded);
            hashes.Add((string)after["hash"]!);
        }

        Assert.Single(hashes);
    }

    private static async Task<HashSet<string>> Drop(Suite suite)
    {
        foreach (var table in new[] { suite.Tables.Customers, suite.Tables.Handles, suite.Tables.Due })
        {
            await foreach (var row in table.QueryAsync<Azure.Data.Tables.TableEntity>(select: ["PartitionKey", "RowKey"]))
                await table.DeleteEntityAsync(row.PartitionKey, row.RowKey);
        }

        var partitions = new HashSet<string>();
        await foreach (var row in suite.Tables.Events.QueryAsync<Azure.Data.Tables.TableEntity>(select: ["PartitionKey"]))
            partitions.Add(row.PartitionKey);
        return partitions;
    }

    private static JsonObject Pair(JsonNode one, JsonNode other) =>
        new() { ["customers"] = new JsonArray((string)one["customerId"]!, (string)other["customerId"]!) };

    internal static async Task Rule(Suite suite, string path, JsonObject body)
    {
        body["reason"] = "looked at it";
        using var content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var answer = await suite.Client.PostAsync(new Uri($"api/{path}", UriKind.Relative), content);
        Assert.True((int)answer.StatusCode == 202, await answer.Content.ReadAsStringAsync());
    }
}
