using CrmFunctions.Sources.Reconciliation;
using CrmFunctions.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.EndToEndTests.Reconciliation;

public sealed class ReconcileTests(Azurite azurite) : IClassFixture<Azurite>
{
    private static readonly DateTimeOffset morning = Suite.Now.AddHours(-3);

    [Fact]
    public async Task Orders_that_no_webhook_told_are_recovered_once_and_reported_with_their_span_in_words()
    {
        await using var shop = new ShopifyStub(ReconcileSuite.Token);
        await using var crm = await ReconcileSuite.Start(azurite, shop, source: "span-1");
        shop.Things.AddRange(new[] { 2, 4, 7 }.Select(minute => ReconcileSuite.Order(minute, morning.AddMinutes(minute), customer: 505)));

        await crm.Reconcile();
        await crm.Reconcile();

        var (source, gaps) = await crm.Report("&lang=en");
        var gap = Assert.Single(gaps);
        Assert.Equal("3 missing 2026-03-02 01:02–01:07 (Europe/Berlin), recovered", (string)gap["text"]!);
        Assert.Equal("缺少 3 条，2026-03-02 01:02–01:07 (Europe/Berlin)，已补回", (string)(await crm.Report("&lang=zh")).Gaps[0]["text"]!);
        Assert.Equal((3, 3), ((int)gap["items"]!, (int)source["missing"]!));
        Assert.Equal(3, (int)(await crm.Suite.Customer("span-1:505"))["orders"]!);
    }

    [Fact]
    public async Task What_changed_just_now_is_left_to_its_webhook_and_asked_for_later()
    {
        await using var shop = new ShopifyStub(ReconcileSuite.Token);
        await using var crm = await ReconcileSuite.Start(azurite, shop, source: "grace-1");
        shop.Things.Add(ReconcileSuite.Order(1, Suite.Now.AddMinutes(-14)));

        await crm.Reconcile();

        Assert.Empty((await crm.Report()).Gaps);
        Assert.Equal(Suite.Now.AddMinutes(-15), (DateTimeOffset)(await crm.Report()).Source["through"]!);
    }

    [Fact]
    public async Task Who_dies_between_filing_and_reporting_is_followed_by_the_same_window_and_the_report_is_the_same()
    {
        await using var shop = new ShopifyStub(ReconcileSuite.Token);
        await using var crm = await ReconcileSuite.Start(azurite, shop, source: "death-1");
        shop.Things.AddRange(Enumerable.Range(0, 40).Select(i => ReconcileSuite.Order(i, morning.AddMinutes(i), customer: 506)));
        await crm.Reconcile();
        var store = crm.Suite.Host.Services.GetRequiredService<GapStore>();
        var done = (await store.ReadState("death-1", CancellationToken.None))!;

        // As it is when a process dies there: the window is noted as being filed, its events are in the log, its gaps are nowhere.
        var options = new ReconciliationOptions();
        done.Filing = Suite.Now - options.Grace;
        done.Through = Suite.Now - options.Window;
        done.Missing = 0;
        var gaps = (await crm.Report()).Gaps;
        await foreach (var row in crm.Suite.Tables.Gaps.QueryAsync<GapRow>("PartitionKey eq 'death-1'"))
            await crm.Suite.Tables.Gaps.DeleteEntityAsync(row.PartitionKey, row.RowKey);
        Assert.True(await store.SaveState(done, CancellationToken.None));
        await crm.Reconcile();

        var (source, again) = await crm.Report();
        Assert.Equal(gaps.Select(gap => gap["ids"]!.ToJsonString()), again.Select(gap => gap["ids"]!.ToJsonString()));
        Assert.Equal(40, (int)source["missing"]!);
        Assert.Equal(40, (int)(await crm.Suite.Customer("death-1:506"))["orders"]!);
    }

    [Fact]
    public async Task A_run_makes_so_many_calls_and_the_next_goes_on_with_windows_that_fit()
    {
        await using var shop = new ShopifyStub(ReconcileSuite.Token);
        await using var crm = await ReconcileSuite.Start(
            azurite,
            shop,
            new Dictionary<string, string> { ["Reconciliation:Calls"] = "3", ["Reconciliation:Lookback"] = "2.00:00:00" },
            source: "many-1"
        );
        shop.Things.AddRange(
            Enumerable.Range(0, 1500).Select(i => ReconcileSuite.Order(i, Suite.Now.AddDays(-1).AddSeconds(i * 30), customer: i % 20))
        );

        var runs = 0;
        while ((DateTimeOffset)(await Fire())["through"]! < Suite.Now.AddMinutes(-15))
            Assert.True(++runs < 30, "It comes to no end.");

        Assert.Equal(Enumerable.Range(0, 1500).Select(i => $"{i}").Order(), (await crm.Missing()).Order());
        Assert.Equal(shop.Calls.Count, (int)(await crm.Report()).Source["calls"]!);

        async Task<System.Text.Json.Nodes.JsonNode> Fire()
        {
            var before = shop.Calls.Count;
            shop.Used = 0;
            await crm.Reconcile();
            Assert.InRange(shop.Calls.Count - before, 1, 3);
            return (await crm.Report()).Source;
        }
    }

    [Fact]
    public async Task A_source_that_cannot_be_asked_is_reported_with_what_would_be_right_and_the_others_are_asked()
    {
        await using var shop = new ShopifyStub(ReconcileSuite.Token);
        await using var crm = await ReconcileSuite.Start(azurite, shop, token: "shpat_wrong", source: "wrong-1");
        shop.Things.Add(ReconcileSuite.Order(1, morning));

        await crm.Reconcile();

        var (source, gaps) = await crm.Report();
        Assert.Contains("401", (string)source["error"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("shpat_wrong", source.ToJsonString(), StringComparison.Ordinal);
        Assert.Empty(gaps);
    }

    [Fact]
    public async Task An_order_that_cannot_be_taken_is_counted_with_its_reason_and_does_not_stop_the_others()
    {
        await using var shop = new ShopifyStub(ReconcileSuite.Token);
        await using var crm = await ReconcileSuite.Start(azurite, shop, source: "guest-1");
        var guest = ReconcileSuite.Order(1, morning);
        guest["customer"] = null;
        shop.Things.AddRange([guest, ReconcileSuite.Order(2, morning.AddMinutes(1))]);

        await crm.Reconcile();

        var (source, gaps) = await crm.Report();
        Assert.Equal(["2"], (await crm.Missing()));
        Assert.Equal(1, (int)source["unmapped"]!);
        Assert.StartsWith("1: ", (string)source["unmappedExample"]!, StringComparison.Ordinal);
        Assert.Single(gaps);
    }
}
