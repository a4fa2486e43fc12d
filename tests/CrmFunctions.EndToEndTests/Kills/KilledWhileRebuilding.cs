using System.Text.Json.Nodes;
using Azure.Messaging.ServiceBus;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Demo.Generation;
using CrmFunctions.Cli.Rebuilding;
using CrmFunctions.TestKit;
using CrmFunctions.Tiering.Reviews;

namespace CrmFunctions.EndToEndTests.Kills;

public sealed class KilledWhileRebuilding
{
    private const int People = 40;
    private static readonly TimeProvider clock = TimeProvider.System;
    private static readonly TimeSpan peace = TimeSpan.FromMinutes(3);
    private static readonly DateTimeOffset now = new(2026, 6, 30, 16, 0, 0, TimeSpan.Zero);
    private static readonly string[] timers = [nameof(ReclassifyDue), nameof(SendChurnWarnings), nameof(SendRevisitReminders)];

    [Fact]
    public async Task A_rebuild_that_was_killed_goes_on_while_events_come_in_and_ends_in_the_state_of_who_was_left_alone()
    {
        var year = ShopYear.Generate(ShopYear.DefaultSeed, People).Chunk(40).ToList();
        var before = year.Count * 3 / 4;
        using var azurite = new Azurite();
        using var folder = new SuiteFolder(azurite, locks: TimeSpan.FromSeconds(5));
        await using var stub = await WebhookStub.Start();
        var settings = Settings(folder, stub);
        await using (
            var dying = new SuiteProcess(
                new Dictionary<string, string>(settings) { ["CRM_KILL_AT"] = CrashPoints.LaneWorked, ["CRM_KILL_AFTER"] = "7" }
            )
        )
        {
            await Post(dying, year.Take(before));
            await folder.Quiet(dying, clock, peace);
            using var client = await dying.Client();
            await dying.KilledOver(Ask(client));
        }

        await using var second = new SuiteProcess(settings);
        await second.Ready();
        var begun = await Get(second, "api/rebuilds");
        Assert.Equal("running", (string)begun["status"]!);
        var (rebuilt, said) = (Crm(second, new RebuildCommand()), Post(second, year.Skip(before)));
        await said;
        Assert.Equal(ExitCode.Ok, await rebuilt);
        Assert.Equal((string)begun["startedAt"]!, (string)(await Get(second, "api/rebuilds"))["startedAt"]!);
        using var sender = new Sender(() => second.Address, clock);
        await sender.Fire(second.Address!, timers, CancellationToken.None);
        await folder.Quiet(second, clock, peace);

        using var fresh = new Azurite();
        using var other = new SuiteFolder(fresh);
        await using var undisturbed = new SuiteProcess(Settings(other, stub: null));
        await Post(undisturbed, year);
        await other.Quiet(undisturbed, clock, peace);
        var report = await Get(undisturbed, "api/reports/base");
        var stored = new Stored(folder.Storage);
        var customers = await stored.Customers();
        List<string> findings =
        [
            .. Reckoning.Standings(await new Stored(fresh.ConnectionString).Customers(), customers),
            .. Reckoning.Ledger(customers, await stored.Histories(), await stored.Ledger(), stub.Received),
            .. Reckoning.Effects(customers, stub.Received),
            .. (await folder.Messages(SubQueue.DeadLetter)).Select(message =>
                $"{message.MessageId} is dead: {message.DeadLetterErrorDescription}"
            ),
        ];
        Assert.True(findings.Count == 0, string.Join('\n', findings));
        Assert.Equal((string)report["hash"]!, (string)(await Get(second, "api/reports/base"))["hash"]!);
        Assert.Equal(ExitCode.Ok, await Crm(second, new VerifyCommand()));
    }

    private static Dictionary<string, string> Settings(SuiteFolder folder, WebhookStub? stub)
    {
        var settings = Campaign.Standing(folder.Settings(), now);
        foreach (var (name, value) in stub?.Settings ?? new Dictionary<string, string>())
            settings[name] = value;
        settings["Rebuilding__SecondLook"] = "00:00:01";
        return settings;
    }

    private static async Task Ask(HttpClient client)
    {
        using var answer = await client.PostAsync(new Uri("api/rebuilds", UriKind.Relative), null);
        Assert.Equal(202, (int)answer.StatusCode);
    }

    private static async Task Post(SuiteProcess process, IEnumerable<CanonicalEvent[]> batches)
    {
        using var client = await process.Client();
        foreach (var batch in batches)
        {
            using var body = new StringContent(
                $"[{string.Join(',', batch.Select(happened => happened.Json))}]",
                System.Text.Encoding.UTF8,
                "application/json"
            );
            using var answer = await client.PostAsync(new Uri("api/events", UriKind.Relative), body);
            answer.EnsureSuccessStatusCode();
        }
    }

    private static async Task<JsonNode> Get(SuiteProcess process, string path)
    {
        using var client = await process.Client();
        return JsonNode.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative)))!;
    }

    private static async Task<int> Crm(SuiteProcess process, ICommand command)
    {
        var said = new StringWriter();
        var status = await CommandLine.Run(
            [command],
            [command.Name, "--url", process.Address!.ToString(), "--key", SuiteFolder.Key],
            new Terminal(said, said, false, clock, _ => null),
            default
        );
        return status == ExitCode.Ok ? status : throw new InvalidOperationException(said.ToString());
    }
}
