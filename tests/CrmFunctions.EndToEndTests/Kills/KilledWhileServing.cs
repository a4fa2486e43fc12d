using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Azure.Messaging.ServiceBus;
using CrmFunctions.Customers;
using CrmFunctions.Service.Duties;
using CrmFunctions.Service.Owners;
using CrmFunctions.Storage;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Kills;

/// <summary>
/// A process dies while customers get owners and duties: each has one owner in the end, and stands on that list and no other.
/// </summary>
public sealed class KilledWhileServing
{
    private const int Customers = 24;
    private const string Plan =
        """{ "scheme": "value", "timeZone": "Asia/Shanghai", "tiers": [ { "tier": "C", "owner": {}, "respondWithin": "PT4H" }, { "tier": "D", "owner": {}, "respondWithin": "PT4H" } ] }""";
    private static readonly TimeProvider clock = TimeProvider.System;
    private static readonly TimeSpan peace = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData(CrashPoints.Saved, 3)]
    [InlineData(CrashPoints.Announced, 5)]
    [InlineData(CrashPoints.Placed, 4)]
    public async Task Every_customer_has_one_owner_whose_count_is_right_and_is_on_one_list(string crashPoint, int pass)
    {
        using var azurite = new Azurite();
        using var folder = new SuiteFolder(azurite, locks: TimeSpan.FromSeconds(5));
        var settings = Campaign.Standing(folder.Settings(), Suite.Now);
        await using (
            var dying = new SuiteProcess(
                new Dictionary<string, string>(settings) { ["CRM_KILL_AT"] = crashPoint, ["CRM_KILL_AFTER"] = $"{pass}" }
            )
        )
        {
            using var client = await dying.Client();
            await Put(client, "owners/ann", """{ "name": "Ann", "capacity": 7 }""");
            await Put(client, "owners/bob", """{ "name": "Bob", "capacity": 11 }""");
            await Put(client, "plans/value", Plan);
            await dying.KilledOver(Post(client));
        }

        // Who got no answer sends again.
        await using var next = new SuiteProcess(settings);
        using var again = await next.Client();
        await Post(again);
        await folder.Quiet(next, clock, peace);

        var tables = new CrmTables(new TableServiceClient(folder.Storage));
        var states = (await new Stored(folder.Storage).Customers()).ToDictionary(
            row => row.PartitionKey,
            row => ServiceState.Read(row.Service)
        );
        Assert.Equal(Customers, states.Count);
        Assert.All(states.Values, state => Assert.True(state.IsSettled));
        Assert.Equal((7, 11, 6), (Owned("ann"), Owned("bob"), states.Values.Count(state => state.Owner is null)));

        var places = new List<(string Owner, string Customer)>();
        await foreach (
            var row in tables.Owners.QueryAsync<OwnedCustomerRow>(
                $"RowKey ge '{OwnedCustomerRow.Prefix}' and RowKey lt '{OwnedCustomerRow.Prefix}~'"
            )
        )
            places.Add((row.PartitionKey, row.RowKey[OwnedCustomerRow.Prefix.Length..]));
        Assert.Equal(
            states.Where(pair => pair.Value.Owner is not null).Select(pair => (pair.Value.Owner!, pair.Key)).Order(),
            places.Order()
        );
        await foreach (var row in tables.Owners.QueryAsync<OwnerRow>($"RowKey eq '{OwnerRow.Key}'"))
            Assert.Equal(places.Count(place => place.Owner == row.PartitionKey), row.Customers);

        var lists = new List<(string List, string Customer)>();
        await foreach (var row in tables.Duties.QueryAsync<ListRow>())
            lists.Add((row.PartitionKey, row.RowKey));
        Assert.Equal(states.Select(pair => (pair.Value.Owner ?? "pool", pair.Key)).Order(), lists.Order());
        Assert.All(states.Values, state => Assert.Equal("reply", state.Open.Single().Name.Split(':')[0]));
        Assert.Empty(await folder.Messages(SubQueue.DeadLetter));

        int Owned(string owner) => states.Values.Count(state => state.Owner == owner);
    }

    private static async Task Post(HttpClient client)
    {
        var words = Enumerable
            .Range(0, Customers)
            .Select(i =>
                (JsonNode)
                    Sent.Event(
                        "interaction",
                        $"i{i}",
                        $"s{i}",
                        at: Suite.Now.AddHours(-1),
                        data: [("direction", "in"), ("channel", "email")]
                    )
            );
        using var answer = await client.PostAsJsonAsync(new Uri("api/events", UriKind.Relative), new JsonArray([.. words]));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task Put(HttpClient client, string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await client.PutAsync(new Uri($"api/{path}", UriKind.Relative), content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
