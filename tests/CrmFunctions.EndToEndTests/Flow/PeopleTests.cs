using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Flow;

public sealed class PeopleTests(Azurite azurite) : IClassFixture<Azurite>
{
    [Fact]
    public async Task An_order_a_form_and_a_row_of_a_file_about_one_person_are_three_events_of_one_customer()
    {
        await using var suite = await Suite.Start(azurite);

        await suite.Post(Sent.Form("lead-1", phone: "138 0013 8001"));
        await suite.Settle();
        await suite.Post(Sent.Paid("o1", "7001", "20.00", email: "Three@Example.com", phone: "+86-138-0013-8001"));
        await suite.Settle();
        await suite.Import("day,total,mail\n2026-02-01,30.00,three@example.com\n", "source=ledger&email=mail&date=day&amount=total");

        var byId = await suite.Customer("shop:7001");
        Assert.Equal((3, 2), ((int)byId["events"]!, (int)byId["orders"]!));
        foreach (var handle in (string[])["three@example.com", "+8613800138001", "008613800138001"])
        {
            Assert.Equal((string)byId["customerId"]!, (string)(await suite.Customer(handle))["customerId"]!);
        }
    }

    [Fact]
    public async Task Chains_of_handles_join_to_one_customer_whatever_the_order_in_which_they_come()
    {
        JsonObject[] chain =
        [
            Sent.Form("c1", email: "x@chain.example", phone: "+491701234567"),
            Sent.Paid("c2", "900", phone: "+491701234567"),
            Sent.Paid("c3", "901", email: "x@chain.example", source: "other"),
            Sent.Form("c4", email: "x@chain.example"),
            Sent.Visit("c5", "900"),
        ];
        var digests = new HashSet<string>();
        foreach (var seed in Enumerable.Range(1, 6))
        {
            using var own = new Azurite();
            await using var suite = await Suite.Start(own);
            foreach (var sent in Shuffled(chain, seed))
            {
                await suite.Post(sent.DeepClone());

                // Every second time the flow runs dry between, so that joins meet customers that were decided and customers that were not.
                if (seed % 2 == 0) await suite.Settle();
            }

            await suite.Settle();
            var report = await suite.Get("reports/base");
            Assert.Equal((1, 5, 2), ((int)report["customers"]!, (int)report["events"]!, (int)report["orders"]!));
            digests.Add((string)report["hash"]!);
        }

        Assert.Single(digests);
    }

    [Fact]
    public async Task An_id_given_before_a_join_still_finds_the_customer()
    {
        await using var suite = await Suite.Start(azurite);
        var form = await suite.Post(Sent.Form("b1", email: "before@example.com"));
        await suite.Settle();
        await suite.Post(Sent.Paid("b2", "8001", email: "before@example.com"));
        await suite.Settle();

        var first = (string)form["events"]![0]!["customerId"]!;
        var customer = await suite.Get($"customers/{first}");

        Assert.Equal((string)(await suite.Customer("shop:8001"))["customerId"]!, (string)customer["customerId"]!);
        Assert.NotEqual(first, (string)customer["customerId"]!);
        Assert.Equal(2, (await suite.Get($"customers/{first}/timeline"))["items"]!.AsArray().Count);
    }

    internal static T[] Shuffled<T>(IEnumerable<T> items, int seed)
    {
        var array = items.ToArray();
        new Random(seed).Shuffle(array);
        return array;
    }
}
