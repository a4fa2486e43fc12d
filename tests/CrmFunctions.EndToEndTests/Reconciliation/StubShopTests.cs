using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Reconciliation;

/// <summary>A shop whose webhooks get lost, come twice and out of order, and which imports orders without a webhook.</summary>
public sealed class StubShopTests(Azurite azurite) : IClassFixture<Azurite>
{
    private const int Told = 5000;
    private const int Bulk = 500;
    private const int Customers = 150;

    // A customer's orders of some seconds are decided together: what is proved here is which of them there are.
    private static readonly Dictionary<string, string> longWindows = new() { ["Debounce:Window"] = "00:00:03" };

    [Fact]
    public async Task Of_5000_orders_with_5_percent_dropped_10_percent_doubled_and_500_imported_silently_the_state_is_the_truth_and_the_report_exact()
    {
        var dice = new Random(20260302);
        await using var shop = new ShopifyStub(ReconcileSuite.Token) { LeakPerSecond = 1000 };
        var truth = Orders(dice);
        shop.Things.AddRange(truth);
        await using var crm = await ReconcileSuite.Start(azurite, shop, longWindows);

        // What the shop sends: a webhook for each order but those it drops and those it imported in bulk, some twice, in any order.
        var dropped = truth.Take(Told).Where(_ => dice.Next(100) < 5).Select(Id).ToHashSet();
        var sent = truth
            .Take(Told)
            .Where(order => !dropped.Contains(Id(order)))
            .SelectMany(order => Enumerable.Repeat(order, dice.Next(100) < 10 ? 2 : 1))
            .ToArray();
        dice.Shuffle(sent);
        await Parallel.ForEachAsync(sent, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (order, _) => await Send(crm, order));
        await crm.Suite.Settle();
        Assert.Equal(Told - dropped.Count, (await Logged(crm)).Count);

        await crm.Reconcile();

        // Id for id: nothing is missing, nothing is there twice, nothing is there that the shop does not have.
        Assert.Equal(truth.Select(Id).Order(), (await Logged(crm)).Order());
        var (source, gaps) = await crm.Report();
        Assert.Equal(dropped.Concat(truth.Skip(Told).Select(Id)).Order(), (await crm.Missing()).Order());
        Assert.Equal(dropped.Count + Bulk, gaps.Sum(gap => (int)gap["items"]!));
        Assert.Equal((dropped.Count + Bulk, 0), ((int)source["missing"]!, (int)source["unmapped"]!));

        // The orders imported in the night lie in a row, and are one gap with its first and last minute.
        var bulk = Assert.Single(gaps, gap => (int)gap["items"]! >= Bulk);
        Assert.Equal((Time(truth[Told]), Time(truth[^1])), ((DateTimeOffset)bulk["from"]!, (DateTimeOffset)bulk["to"]!));

        // The webhooks that were dropped come after all, a day late: nothing changes.
        var before = await crm.Suite.Get("reports/base");
        foreach (var order in truth.Where(order => dropped.Contains(Id(order))).Take(50))
            await Send(crm, order);
        await crm.Suite.Settle();
        Assert.Equal((string)before["hash"]!, (string)(await crm.Suite.Get("reports/base"))["hash"]!);
        Assert.Equal(truth.Count, (await Logged(crm)).Count);

        // A suite that never got a webhook and only asked the shop stands where this one stands.
        using var fresh = new Azurite();
        await using var asking = await ReconcileSuite.Start(fresh, shop, longWindows);
        await asking.Reconcile();
        Assert.Equal(truth.Count, (int)(await asking.Report()).Source["missing"]!);
        var other = await asking.Suite.Get("reports/base");
        Assert.Equal((Customers, (string)before["hash"]!), ((int)other["customers"]!, (string)other["hash"]!));
    }

    // Two days of trade, an order every half minute; then, in a quiet hour, an import of 500 within some minutes.
    private static List<JsonObject> Orders(Random dice)
    {
        var start = Suite.Now.AddDays(-2);
        var orders = Enumerable.Range(0, Told).Select(i => Order(i, start.AddSeconds(i * 30), dice)).ToList();
        orders.AddRange(Enumerable.Range(Told, Bulk).Select(i => Order(i, start.AddSeconds((Told * 30) + 3600 + (i - Told)), dice)));
        return orders;
    }

    private static JsonObject Order(int number, DateTimeOffset at, Random dice)
    {
        var total = string.Create(CultureInfo.InvariantCulture, $"{dice.Next(5, 300)}.{dice.Next(100):D2}");

        // Ids beyond what a double can tell apart, as Shopify has them.
        return ReconcileSuite.Order(820_982_911_946_150_000 + number, at, number < Customers ? number : dice.Next(Customers), total);
    }

    private static string Id(JsonObject order) => ((long)order["id"]!).ToString(CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(JsonObject order) =>
        DateTimeOffset.Parse((string)order["created_at"]!, CultureInfo.InvariantCulture).ToUniversalTime();

    private static Task Send(ReconcileSuite crm, JsonObject order)
    {
        var body = Encoding.UTF8.GetBytes(order.ToJsonString());
        return crm.Send(body, Webhooks.Shopify(ReconcileSuite.Secret, body, "orders/paid"));
    }

    private static async Task<List<string>> Logged(ReconcileSuite crm) =>
        [.. (await crm.Logged()).Select(row => row.ToData().GetProperty("orderId").GetString()!)];
}
