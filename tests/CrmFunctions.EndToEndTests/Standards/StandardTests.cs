using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Standards;

/// <summary>Standards and calibrations changed while the suite runs.</summary>
public sealed class StandardTests
{
    private static readonly Dictionary<string, string> quick = new()
    {
        ["Standards:FollowEvery"] = "00:00:01",
        ["Calibration:FewestCustomers"] = "10",
    };

    [Fact]
    public async Task A_standard_put_while_the_suite_runs_decides_all_customers_again_and_outlives_a_restart()
    {
        using var azurite = new Azurite();
        string version;
        await using (var suite = await Suite.Start(azurite, settings: quick))
        {
            await Customers(suite, 3);
            var before = (string)(await suite.Customer("c0@example.com"))["standard"]!;
            var put = await Put(suite, "value", Standard(tierA: 1));
            Assert.Equal("inForce", (string)put["status"]!);
            version = (string)put["version"]!;
            Assert.NotEqual($"value@{version}", before);
            await suite.RolledOut((int)put["revision"]!);
            for (var i = 0; i < 3; i++)
            {
                var customer = await suite.Customer($"c{i}@example.com");
                Assert.Equal(($"value@{version}", "A"), ((string)customer["standard"]!, (string)customer["tier"]!));
            }

            var again = await Put(suite, "value", Standard(tierA: 1));
            Assert.Equal((int)put["revision"]!, (int)again["revision"]!);
            Assert.Equal(1, (int)(await suite.Get($"standards/value/{version}"))["standard"]!["tiers"]![0]!["from"]!);
        }

        await using var later = await Suite.Start(azurite, settings: quick);
        Assert.Equal($"value@{version}", (string)(await later.Get("health/details"))["standard"]!);
        Assert.Equal(version, (string)(await later.Get("standards"))["schemes"]![0]!["version"]!);
        Assert.True((bool)(await later.Get("standards/value"))["inForce"]!);
    }

    [Fact]
    public async Task A_standard_that_cannot_work_is_refused_field_by_field_and_changes_nothing()
    {
        using var azurite = new Azurite();
        await using var suite = await Suite.Start(azurite, settings: quick);
        var before = (await suite.Get("standards")).ToJsonString();
        var wrong = JsonNode.Parse(Standard(tierA: 1))!;
        wrong["dimensions"]![0]!["weight"] = 26;
        var refused = await Put(suite, "value", wrong.ToJsonString(), 400);
        Assert.Equal("urn:crm:invalid-standard", (string)refused["type"]!);
        Assert.Contains("weights", refused["errors"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("scheme", (string)(await Put(suite, "other", Standard(tierA: 1), 400))["errors"]![0]!["field"]!);
        await Put(suite, "value", "{", 400);
        await Put(suite, "value", "", 400);
        Assert.Equal("checked", (string)(await Put(suite, "value", Standard(tierA: 1), 200, "?dryRun=true"))["status"]!);
        Assert.Equal(before, (await suite.Get("standards")).ToJsonString());
        using var none = await suite.Client.GetAsync(new Uri("api/standards/value/000000000000", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task A_standard_with_percentiles_waits_for_its_calibration_and_a_calibration_of_a_base_that_broke_is_held_back()
    {
        using var azurite = new Azurite();
        await using var suite = await Suite.Start(azurite, settings: quick);
        await Customers(suite, 14);
        var put = await Put(suite, "value", Standard(tierA: 80, percentiles: true), 202);
        Assert.Equal("calibrating", (string)put["status"]!);
        await Eventually.Holds(async () => (string)(await suite.Get("standards"))["schemes"]![0]!["version"]! == (string)put["version"]!);
        var inForce = (await suite.Get("standards"))["schemes"]![0]!;
        await suite.RolledOut((int)(await suite.Get("standards"))["revision"]!);

        // The fourteen spent 10, 20, … 140: the quartiles share them out.
        var id = (string)(await suite.Customer("c13@example.com"))["customerId"]!;
        var receipt = await suite.Get($"customers/{id}/receipt");
        Assert.Equal((string)inForce["calibration"]!, (string)receipt["calibration"]!);
        Assert.Equal(3, (int)receipt["terms"]![2]!["band"]!);
        var whole = await suite.Get($"calibrations/value/{(string)inForce["calibration"]!}");
        Assert.Equal([10m, 75m, 140m], new[] { 0, 50, 100 }.Select(at => (decimal)whole["calibration"]!["percentiles"]!["monetary"]![at]!));
        Assert.Equal("used", (string)whole["summary"]!["outcome"]!);
        Assert.DoesNotContain("shifted", (await suite.Get("health/details"))["alarms"]!.ToJsonString(), StringComparison.Ordinal);

        // Everybody's spend tenfold: somebody imported fen for yuan.
        for (var i = 0; i < 14; i++)
            await suite.Post(Sent.Paid($"x{i}", $"u{i}", $"{(i + 1) * 100}.00", email: $"c{i}@example.com", at: Suite.Now.AddHours(-1)));
        await suite.Settle();
        await Calibrated(suite, "");
        Assert.Equal((string)inForce["calibration"]!, (string)(await suite.Get("standards"))["schemes"]![0]!["calibration"]!);
        Assert.Contains("'monetary' has shifted", (string)(await suite.Get("health/details"))["alarms"]![0]!, StringComparison.Ordinal);

        await Calibrated(suite, "?force=true");
        Assert.NotEqual((string)inForce["calibration"]!, (string)(await suite.Get("standards"))["schemes"]![0]!["calibration"]!);
        Assert.DoesNotContain("shifted", (await suite.Get("health/details"))["alarms"]!.ToJsonString(), StringComparison.Ordinal);

        // The same base again at the same instant is the same calibration: now it is used.
        Assert.Equal(
            ["used", "used"],
            (await suite.Get("calibrations"))["calibrations"]!.AsArray().Select(each => (string)each!["outcome"]!)
        );
    }

    private static async Task Customers(Suite suite, int count)
    {
        for (var i = 0; i < count; i++)
            await suite.Post(Sent.Paid($"o{i}", $"u{i}", $"{(i + 1) * 10}.00", email: $"c{i}@example.com", at: Suite.Now.AddDays(-i)));
        await suite.Settle();
    }

    private static async Task Calibrated(Suite suite, string query)
    {
        using var asked = await suite.Client.PostAsync(new Uri($"api/calibrations{query}", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        await Eventually.Holds(async () => (string)(await suite.Get("calibrations"))["runs"]![0]!["status"]! == "done");
        await suite.Settle();
    }

    private static async Task<JsonNode> Put(Suite suite, string scheme, string json, int expected = 200, string query = "")
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await suite.Client.PutAsync(new Uri($"api/standards/{scheme}{query}", UriKind.Relative), content);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == expected, $"{(int)answer.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }

    private static string Standard(int tierA, bool percentiles = false)
    {
        var standard = JsonNode.Parse(Make.StandardJson)!;
        standard["tiers"] = new JsonArray(
            new JsonObject { ["name"] = "A", ["from"] = tierA },
            new JsonObject { ["name"] = "B", ["from"] = 0 }
        );
        if (percentiles)
            standard["dimensions"]![2]!["bands"] = new JsonObject { ["percentiles"] = new JsonArray(25, 50, 75) };
        return standard.ToJsonString();
    }
}
