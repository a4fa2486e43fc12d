using System.Text;
using System.Text.Json.Nodes;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Kills;

/// <summary>A process that dies while a standard comes into force: everybody is decided by the new one all the same.</summary>
public sealed class KilledWhileStandardsChange : IDisposable
{
    private const int Customers = 12;
    private static readonly TimeProvider clock = TimeProvider.System;
    private static readonly TimeSpan peace = TimeSpan.FromMinutes(3);

    private readonly Azurite azurite = new();
    private readonly SuiteFolder folder;

    public KilledWhileStandardsChange() => folder = new SuiteFolder(azurite, locks: TimeSpan.FromSeconds(5));

    [Theory]
    [InlineData(CrashPoints.Calibrated)]
    [InlineData(CrashPoints.InForceWritten)]
    [InlineData(CrashPoints.RolloutAsked)]
    public async Task A_process_killed_between_calibration_record_and_rollout_leaves_no_customer_on_the_old_standard(string crashPoint)
    {
        var settings = Campaign.Standing(folder.Settings(), Suite.Now);
        settings["Standards__FollowEvery"] = "00:00:01";
        settings["Calibration__FewestCustomers"] = "5";
        await using (var before = new SuiteProcess(settings))
        {
            await before.Ready();
            using var client = await before.Client();
            for (var i = 0; i < Customers; i++)
                await Send(client, HttpMethod.Post, "api/events", Sent.Paid($"o{i}", $"u{i}", $"{(i + 1) * 10}.00").ToJsonString());
            await folder.Quiet(before, clock, peace);
        }

        await using (
            var dying = new SuiteProcess(
                new Dictionary<string, string>(settings) { ["CRM_KILL_AT"] = crashPoint, ["CRM_KILL_AFTER"] = "1" }
            )
        )
        {
            using var client = await dying.Client();
            await dying.KilledOver(Send(client, HttpMethod.Put, "api/standards/value", Standard()));
        }

        await using var after = new SuiteProcess(settings);
        await after.Ready();
        await folder.Quiet(after, clock, peace);
        using var asking = await after.Client();
        var version = (string)(await Get(asking, "api/standards"))["schemes"]![0]!["version"]!;
        Assert.Equal((string)(await Send(asking, HttpMethod.Put, "api/standards/value", Standard()))["version"]!, version);
        for (var i = 0; i < Customers; i++)
        {
            var customer = (await after.Find($"shop:u{i}"))[0]!;
            Assert.Equal($"value@{version}", (string)customer["standard"]!);
        }
    }

    public void Dispose()
    {
        folder.Dispose();
        azurite.Dispose();
    }

    private static async Task<JsonNode> Send(HttpClient client, HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }

    private static async Task<JsonNode> Get(HttpClient client, string path) =>
        JsonNode.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative)))!;

    private static string Standard()
    {
        var standard = JsonNode.Parse(Make.StandardJson)!;
        standard["dimensions"]![2]!["bands"] = new JsonObject { ["percentiles"] = new JsonArray(25, 50, 75) };
        return standard.ToJsonString();
    }
}
