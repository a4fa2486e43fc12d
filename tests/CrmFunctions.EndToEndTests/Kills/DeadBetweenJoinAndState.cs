using System.Text.Json.Nodes;
using CrmFunctions.Customers;
using CrmFunctions.Storage;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Kills;

public sealed class DeadBetweenJoinAndState(Azurite azurite) : IClassFixture<Azurite>
{
    private const int Visits = 1000;

    [Fact]
    public async Task A_long_history_takes_in_the_whole_of_a_customer_that_was_joined_by_somebody_who_died_then()
    {
        await using var suite = await Suite.Start(azurite);
        var noise = new Random(1);
        foreach (var batch in Enumerable.Range(0, Visits).Chunk(500))
        {
            await suite.Post(new JsonArray([.. batch.Select(number => Sent.Event("visit", $"v{number}", "900", data: ("page", Noise(noise))))]));
        }

        await suite.Post(Sent.Event("visit", "linked", "900", email: "late@example.com", data: ("page", "/")));
        await suite.Settle();
        var longer = (string)(await suite.Customer("shop:900"))["customerId"]!;
        var before = (await suite.Tables.Customers.Get<CustomerRow>(longer, CustomerRow.Key, CancellationToken.None))!;
        Assert.InRange(before.SnapshotRows, 1, int.MaxValue);

        // The first event under the address joined it to the longer history, and whoever did so died before the state was saved. An hour
        // went by, and the history was kept in rows of its own meanwhile.
        await suite.Post(Sent.Paid("other", email: "late@example.com"));
        await suite.Settle();
        before.SnapshotThrough += TimeSpan.FromHours(1);
        await suite.Tables.Customers.Put(before, CancellationToken.None);
        await suite.Post(Sent.Paid("another", email: "late@example.com"));
        await suite.Settle();

        // Visits are no orders: these two are the other's.
        var joined = await suite.Customer("late@example.com");
        Assert.Equal((longer, 2), ((string)joined["customerId"]!, (int)joined["orders"]!));
    }

    // Nothing that compresses.
    private static string Noise(Random dice)
    {
        var bytes = new byte[90];
        dice.NextBytes(bytes);
        return Convert.ToBase64String(bytes);
    }
}
