using System.Text.Json.Nodes;
using Azure.Data.Tables;
using CrmFunctions.Domain.Identity;
using CrmFunctions.EndToEndTests.Importing;
using CrmFunctions.Privacy;
using CrmFunctions.Sources.Importing;
using CrmFunctions.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.EndToEndTests.Flow;

/// <summary>Export and erase.</summary>
public sealed class PrivacyTests
{
    private static readonly string[] planted =
    [
        "zoe.planted@example.com",
        "13700137000",
        "Zoe Plantagenet",
        "customer-zoe-77",
        "wx-openid-zoe",
        "planted-note",
        "order-zoe-1",
    ];

    [Fact]
    public async Task After_an_erasure_no_identifier_is_anywhere_and_the_totals_are_what_they_were()
    {
        using var azurite = new Azurite();
        var folder = Directory.CreateTempSubdirectory("erased-").FullName;
        await using var suite = await Suite.Start(
            azurite,
            brokerFolder: folder,
            settings: new Dictionary<string, string> { ["Imports:LongestSilence"] = "00:00:00" }
        );
        await suite.Post(new JsonArray([.. Zoe(), Sent.Paid("o-9", "bystander", "10.00", email: "by@example.com")]));
        await suite.Settle();
        await suite.Post(Sent.Paid("order-zoe-1", "customer-zoe-77", "1.00", email: "zoe.planted@example.com"));

        // In files: a row that was filed, one that was refused and is quoted, and one that waits.
        await suite.Import(
            "id,mail,day,total\ncustomer-zoe-77,zoe.planted@example.com,2026-02-01,5.00\ncustomer-zoe-77,,zoe.planted@example.com,5.00\n",
            "source=shop&customer=id&email=mail&date=day&amount=total"
        );
        var waiting = await InterruptedTests.Keep(
            suite,
            "email,date,amount,name\nzoe.planted@example.com,2026-01-05,6,Zoe Plantagenet\nby@example.com,2026-01-05,7,By\n"
        );
        var export = await Ask(suite, (string)(await suite.Customer("shop:customer-zoe-77"))["customerId"]!, "export", 200);
        foreach (var text in planted)
            Assert.Contains(text, export.ToJsonString(), StringComparison.Ordinal);
        Assert.Single(export["elsewhere"]!["quarantine"]!.AsArray());
        Assert.Equal(
            [waiting, "day"],
            export["elsewhere"]!["imports"]!.AsArray().Select(found => (string)(found!["column"] ?? found["import"])!)
        );
        Assert.NotEmpty(await Leaks.Of(planted, azurite.ConnectionString, Directory.GetFiles(folder)));
        var revenue = await Revenue(suite);
        var (before, id) = (await suite.Get("reports/base"), (string)(await suite.Customer("zoe.planted@example.com"))["customerId"]!);

        await Ask(suite, id, "erase", 202);
        await suite.Settle();
        await suite.Settle();

        Assert.Empty(await Leaks.Of(planted, azurite.ConnectionString, Directory.GetFiles(folder)));
        var after = await suite.Get("reports/base");
        foreach (var total in (string[])["customers", "events", "orders"])
            Assert.Equal((long)before[total]!, (long)after[total]!);
        Assert.Equal(revenue, await Revenue(suite));
        Assert.Empty((await suite.Find("zoe.planted@example.com")));
        var requests = (await suite.Get("privacy/requests"))["items"]!.AsArray();
        Assert.Equal(["done", "done"], requests.Select(request => (string)request!["status"]!));
        Assert.Contains(
            requests,
            request =>
                (string)request!["kind"]! == "erase"
                && (int)request["found"]!["quarantine"]! == 1
                && (int)request["found"]!["imports"]! == 2
        );
        Assert.DoesNotContain(suite.Host.Invocations, invocation => !invocation.Succeeded);

        // Delivered again, all of it is known; nothing comes back.
        var again = await suite.Post(new JsonArray([.. Zoe()]));
        Assert.Equal(Zoe().Count(), (int)again["duplicates"]!);
        await suite.Settle();
        Assert.Empty(await Leaks.Of(planted, azurite.ConnectionString, Directory.GetFiles(folder)));
        Assert.Equal((string)after["hash"]!, (string)(await suite.Get("reports/base"))["hash"]!);

        // The file that waited is gone on with: the bystander's row is filed, and hers is no one's.
        await suite.Fire(nameof(SweepImports));
        Assert.Equal(
            (1, 1),
            ((int)(await suite.Get($"imports/{waiting}"))["accepted"]!, (int)(await suite.Get($"imports/{waiting}"))["refused"]!)
        );
        Assert.Empty(await Leaks.Of(planted, azurite.ConnectionString, Directory.GetFiles(folder)));
    }

    [Fact]
    public async Task Who_comes_back_is_a_new_customer_and_what_comes_late_from_before_is_erased_too()
    {
        using var azurite = new Azurite();
        var folder = Directory.CreateTempSubdirectory("erased-").FullName;
        await using var suite = await Suite.Start(azurite, brokerFolder: folder);
        await suite.Post(new JsonArray([.. Zoe()]));
        await suite.Settle();
        await Ask(suite, (string)(await suite.Customer("shop:customer-zoe-77"))["customerId"]!, "erase", 202);
        await suite.Settle();
        await suite.Settle();

        // Of before, under an address that no event was filed under: erased on arrival all the same.
        await suite.Post(Sent.Form("zoe-early", email: "zoe.planted@example.com", at: Suite.Now.AddDays(-50)));
        await suite.Settle();
        await suite.Settle();
        Assert.Empty(await Leaks.Of(planted, azurite.ConnectionString, Directory.GetFiles(folder)));

        // Of before: erased on arrival, and counted.
        await suite.Post(Sent.Paid("order-zoe-0", "customer-zoe-77", "7.00", email: "zoe.planted@example.com", at: Suite.Now.AddDays(-40)));
        await suite.Settle();
        await suite.Settle();
        Assert.Empty(await Leaks.Of(planted, azurite.ConnectionString, Directory.GetFiles(folder)));
        Assert.Equal(
            (Zoe().Count() + 2, 2),
            ((int)(await suite.Get("reports/base"))["events"]!, (int)(await suite.Get("reports/base"))["orders"]!)
        );

        // Of after: somebody new.
        await suite.Post(Sent.Paid("order-new", "customer-zoe-77", "9.00", at: Suite.Now.AddHours(1)));
        await suite.Settle();
        var back = await suite.Customer("shop:customer-zoe-77");
        Assert.Equal(1, (int)back["events"]!);
    }

    [Fact]
    public async Task A_request_that_is_delivered_many_times_at_once_is_carried_out_by_one_plan_and_totals_stay()
    {
        using var azurite = new Azurite();
        await using var suite = await Suite.Start(azurite);
        await suite.Post(Sent.Paid("order-many", email: "many@example.com"));
        await suite.Settle();
        var requests = suite.Host.Services.GetRequiredService<PrivacyRequests>();
        await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(_ =>
                    requests.Erase(
                        [Handle.OfEmail("many@example.com")!.Value],
                        "shop-1",
                        "customers/redact",
                        "delivery 1",
                        CancellationToken.None
                    )
                )
        );
        await suite.Settle();
        await suite.Settle();

        Assert.Equal(1, (int)(await suite.Get("reports/base"))["orders"]!);
        Assert.Empty((await suite.Find("many@example.com")));
        Assert.DoesNotContain(suite.Host.Invocations, invocation => !invocation.Succeeded);
    }

    private static IEnumerable<JsonObject> Zoe()
    {
        var paid = Sent.Paid("order-zoe-1", "customer-zoe-77", "129.90", email: "Zoe.Planted@example.com", phone: "+86 137 0013 7000");
        paid["data"]!["customer"]!["name"] = "Zoe Plantagenet";
        paid["data"]!["customer"]!["openid"] = "wx-openid-zoe";
        yield return paid;
        yield return Sent.Form("zoe-form", email: "zoe.planted@example.com", at: Suite.Now.AddDays(-3));
        yield return Sent.Form("zoe-call", phone: "13700137000", at: Suite.Now.AddDays(-2));
        yield return Sent.Event(
            "customer.updated",
            "zoe-note",
            "customer-zoe-77",
            data: ("attributes", new JsonObject { ["note"] = "planted-note" })
        );
        yield return Sent.Event(
            "rating.potential",
            "zoe-rated",
            "customer-zoe-77",
            data: [("score", 80), ("author", "ops"), ("reason", "Zoe Plantagenet asked twice")]
        );
    }

    private static async Task<decimal> Revenue(Suite suite)
    {
        var revenue = 0m;
        await foreach (var row in suite.Tables.Events.QueryAsync<TableEntity>())
        {
            if (row.GetString("Type") == "order.paid")
                revenue += decimal.Parse(
                    (string)JsonNode.Parse(row.GetString("Data")!)!["amount"]!,
                    System.Globalization.CultureInfo.InvariantCulture
                );
        }

        return revenue;
    }

    private static Task<JsonNode> Ask(Suite suite, string id, string what, int expected) =>
        suite.PostConfirmed($"customers/{id}/{what}", """{"reason":"asked for in a letter"}""", expected);
}
