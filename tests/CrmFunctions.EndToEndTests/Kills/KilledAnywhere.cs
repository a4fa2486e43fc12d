using System.Globalization;
using System.Text.Json.Nodes;
using Azure.Messaging.ServiceBus;
using CrmFunctions.TestKit;
using Xunit.Abstractions;

namespace CrmFunctions.EndToEndTests.Kills;

public sealed class KilledAnywhere(ITestOutputHelper output)
{
    private static readonly TimeProvider clock = TimeProvider.System;
    private static readonly TimeSpan peace = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Killed_at_every_seam_and_any_moment_the_suite_loses_nothing_and_doubles_nothing()
    {
        var seed = int.Parse(Environment.GetEnvironmentVariable("CRM_SEED") ?? "1", CultureInfo.InvariantCulture);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10) + (Campaign.Kills * TimeSpan.FromSeconds(15)), clock);
        using var azurite = new Azurite();
        await using var campaign = await Campaign.Start(azurite, seed, clock);
        var began = clock.GetTimestamp();
        await campaign.Run(limit.Token);
        output.WriteLine(
            $"{campaign.KillsByCrashPoint.Values.Sum()} kills in {clock.GetElapsedTime(began).TotalSeconds:0} s, seed {seed}: "
                + string.Join(
                    ", ",
                    campaign.KillsByCrashPoint.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}")
                )
        );

        foreach (var (failure, times) in campaign.Failures.CountBy(line => line))
            output.WriteLine($"{times} times: {failure}");

        await campaign.Rest((killed, now) => Reckon(campaign, killed, now), limit.Token);
        Assert.Empty(Campaign.AllCrashPoints.Except(campaign.KillsByCrashPoint.Keys));
        Assert.InRange(campaign.KillsByCrashPoint.Values.Sum(), Campaign.Kills, int.MaxValue);
    }

    private async Task Reckon(Campaign campaign, SuiteProcess killed, DateTimeOffset now)
    {
        var stored = new Stored(campaign.Folder.Storage);
        using var fresh = new Azurite();
        using var folder = new SuiteFolder(fresh);
        await using var undisturbed = new SuiteProcess(Campaign.Standing(folder.Settings(), now));
        using var client = await undisturbed.Client();
        using var sender = new Sender(() => undisturbed.Address, clock);
        foreach (var parcel in campaign.Crowd.Parcels)
            await sender.Post(parcel, CancellationToken.None);
        await folder.Quiet(undisturbed, clock, peace);

        var customers = await stored.Customers();
        output.WriteLine(
            $"{customers.Count} customers, {campaign.Crowd.Parcels.Count} requests, {campaign.Sender.Again} of them sent again, "
                + $"{campaign.Stub.Received.Count} webhooks with {campaign.Stub.Received.DistinctBy(message => message.Id).Count()} ids"
        );
        List<string> findings =
        [
            .. Reckoning.Log(campaign.Crowd.Parcels.SelectMany(parcel => parcel.Names).ToHashSet(), await stored.Events()),
            .. Reckoning.Standings(await new Stored(fresh.ConnectionString).Customers(), customers),
            .. Reckoning.Ledger(customers, await stored.Histories(), await stored.Ledger(), campaign.Stub.Received),
            .. Reckoning.Effects(customers, campaign.Stub.Received),
            .. (await campaign.Folder.Messages(SubQueue.DeadLetter)).Select(message =>
                $"{message.MessageId} is dead: {message.DeadLetterErrorDescription}"
            ),
        ];
        Assert.True(findings.Count == 0, string.Join('\n', findings));
        Assert.Equal(campaign.Crowd.People, customers.Count);

        // Scores fade between decisions. Decided anew at one instant, both bases are the same to the last digit.
        using var ours = await killed.Client();
        using var all = await ours.PostAsync(new Uri("api/recalculations", UriKind.Relative), null);
        all.EnsureSuccessStatusCode();
        await campaign.Folder.Quiet(killed, clock, peace);
        Assert.Equal(
            (await new Stored(fresh.ConnectionString).Customers()).Select(row => row.Digest),
            (await stored.Customers()).Select(row => row.Digest)
        );
        Assert.Equal(await Hash(client), await Hash(ours));
    }

    private static async Task<string> Hash(HttpClient client) =>
        (string)JsonNode.Parse(await client.GetStringAsync(new Uri("api/reports/base", UriKind.Relative)))!["hash"]!;
}
