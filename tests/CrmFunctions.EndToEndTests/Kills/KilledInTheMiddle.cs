using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Azure.Messaging.ServiceBus;
using CrmFunctions.EndToEndTests.Reconciliation;
using CrmFunctions.Sources.Reconciliation;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Kills;

/// <summary>An end in the middle of something: by SIGKILL in an import or a reconciliation, by SIGTERM in whatever is going on.</summary>
public sealed class KilledInTheMiddle : IDisposable
{
    private static readonly TimeProvider clock = TimeProvider.System;
    private static readonly TimeSpan peace = TimeSpan.FromMinutes(3);

    private readonly Azurite azurite = new();
    private readonly SuiteFolder folder;

    public KilledInTheMiddle() => folder = new SuiteFolder(azurite, locks: TimeSpan.FromSeconds(5));

    [Theory]
    [InlineData(CrashPoints.ImportKept, 1)]
    [InlineData(CrashPoints.Logged, 4)]
    [InlineData(CrashPoints.ChunkFiled, 7)]
    [InlineData(CrashPoints.Saved, 9)]
    public async Task A_file_whose_import_was_killed_and_that_is_posted_again_ends_in_the_same_base_as_one_that_was_not(
        string crashPoint,
        int pass
    )
    {
        var now = clock.GetUtcNow();
        var crowd = new Crowd(seed: 7, clock);
        for (var i = 0; i < 30; i++)
            crowd.Next(file: false);
        var file = crowd.File(orders: 120);
        var settings = Settings(folder, now);
        await using (
            var dying = new SuiteProcess(
                new Dictionary<string, string>(settings) { ["CRM_KILL_AT"] = crashPoint, ["CRM_KILL_AFTER"] = $"{pass}" }
            )
        )
        {
            using var first = new Sender(() => dying.Address, clock);
            using var stop = new CancellationTokenSource();
            var post = first.Post(file, stop.Token);
            Assert.Equal(SuiteProcess.Killed, await dying.Exited.WaitAsync(peace, clock));
            await stop.CancelAsync();
            await Task.WhenAny(post);
        }

        await using var again = new SuiteProcess(settings);
        using var sender = new Sender(() => again.Address, clock);
        var import = (string)(await sender.Post(file, CancellationToken.None))["id"]!;
        await folder.Quiet(again, clock, peace);
        var progress = await Get(again, $"api/imports/{import}");
        Assert.Equal(
            ("completed", 120, 0),
            ((string)progress["status"]!, (int)progress["accepted"]! + (int)progress["duplicates"]!, (int)progress["refused"]!)
        );
        Assert.Equal(file.Names.Order(StringComparer.Ordinal), (await new Stored(folder.Storage).Events()).Order(StringComparer.Ordinal));
        var killed = await Get(again, "api/reports/base");

        // A chunk delivered again after the kill reports its own rows as accepted: the two files together say of each row once that it was
        // new.
        Assert.Equal(120, (await new Stored(folder.Storage).ImportResults()).Sum(result => result.Accepted));

        using var fresh = new Azurite();
        using var other = new SuiteFolder(fresh);
        await using var undisturbed = new SuiteProcess(Settings(other, now));
        using var once = new Sender(() => undisturbed.Address, clock);
        await once.Post(file, CancellationToken.None);
        await other.Quiet(undisturbed, clock, peace);
        Assert.Equal((await Get(undisturbed, "api/reports/base")).ToJsonString(), killed.ToJsonString());
    }

    [Fact]
    public async Task A_gap_whose_filing_was_killed_is_reported_whole_by_who_comes_after()
    {
        await using var shop = new ShopifyStub(ReconcileSuite.Token);
        shop.Things.AddRange(
            Enumerable.Range(0, 40).Select(i => ReconcileSuite.Order(i, Suite.Now.AddHours(-3).AddMinutes(i), customer: 7))
        );
        var settings = Settings(folder, Suite.Now);
        settings["Reconciliation__AllowLoopback"] = "true";
        await using (
            var dying = new SuiteProcess(
                new Dictionary<string, string>(settings) { ["CRM_KILL_AT"] = CrashPoints.GapsFiled, ["CRM_KILL_AFTER"] = "1" }
            )
        )
        {
            using var client = await dying.Client();
            using var put = await client.PutAsJsonAsync(
                new Uri("api/sources/killed", UriKind.Relative),
                ReconcileSuite.Shopify(shop, ReconcileSuite.Token)
            );
            Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync());
            using var sender = new Sender(() => dying.Address, clock);
            await dying.KilledOver(sender.Fire(dying.Address!, [nameof(ReconcileSources)], CancellationToken.None));
        }

        // All is in the log, and no report tells of it yet.
        Assert.Equal(40, (await new Stored(folder.Storage).Events()).Count);
        await using var next = new SuiteProcess(settings);
        await next.Ready();
        Assert.Empty((await Get(next, "api/reports/gaps"))["gaps"]!.AsArray());
        using var again = new Sender(() => next.Address, clock);
        await again.Fire(next.Address!, [nameof(ReconcileSources)], CancellationToken.None);
        var report = await Get(next, "api/reports/gaps");
        for (
            var began = clock.GetTimestamp();
            report["gaps"]!.AsArray().Count == 0 && clock.GetElapsedTime(began) < peace;
            report = await Get(next, "api/reports/gaps")
        )
            await Task.Yield();

        var gap = Assert.Single(report["gaps"]!.AsArray())!;
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"{i}"), gap["ids"]!.AsArray().Select(id => (string)id!));
        await folder.Quiet(next, clock, peace);
        Assert.Equal(40, (int)(await next.Find("killed:7"))[0]!["orders"]!);
    }

    [Fact]
    public async Task SIGTERM_lets_what_was_begun_end_and_loses_nothing()
    {
        var settings = Settings(folder, clock.GetUtcNow());
        var crowd = new Crowd(seed: 5, clock);
        await using var first = new SuiteProcess(settings);
        var alive = first;
        using var sender = new Sender(() => alive.Address, clock);
        await first.Ready();
        for (var i = 0; i < 20; i++)
        {
            foreach (var parcel in crowd.Next(file: i % 5 == 0))
                await sender.Post(parcel, CancellationToken.None);
        }

        List<Task> late =
        [
            .. Enumerable.Range(0, 5).SelectMany(_ => crowd.Next(file: true)).Select(parcel => sender.Post(parcel, CancellationToken.None)),
        ];
        first.Terminate();
        Assert.Equal(0, await first.Exited.WaitAsync(peace, clock));

        // A delivery that failed would be counted: nothing was taken up and dropped.
        Assert.Empty((await folder.Messages()).Where(message => message.DeliveryCount > 0).Select(message => message.MessageId));

        await using var second = new SuiteProcess(settings);
        alive = second;
        await Task.WhenAll(late).WaitAsync(peace, clock);
        await folder.Quiet(second, clock, peace);
        var stored = new Stored(folder.Storage);
        Assert.Empty(Reckoning.Log(crowd.Parcels.SelectMany(parcel => parcel.Names).ToHashSet(), await stored.Events()));
        Assert.Empty(await folder.Messages(SubQueue.DeadLetter));
        Assert.Equal(crowd.People, (int)(await Get(second, "api/reports/base"))["customers"]!);
    }

    public void Dispose()
    {
        folder.Dispose();
        azurite.Dispose();
    }

    private static Dictionary<string, string> Settings(SuiteFolder folder, DateTimeOffset now)
    {
        var settings = Campaign.Standing(folder.Settings(), now);
        settings["Imports__ChunkRows"] = "10";
        return settings;
    }

    private static async Task<JsonNode> Get(SuiteProcess process, string path)
    {
        using var client = await process.Client();
        return JsonNode.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative)))!;
    }
}
