using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Messaging.ServiceBus;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Notifications;
using CrmFunctions.Notifications.Ledger;
using CrmFunctions.TestKit;
using Xunit.Abstractions;

namespace CrmFunctions.EndToEndTests.Kills;

/// <summary>
/// Two processes send to a webhook that knows keys, to a relay and to a robot that know none, while they are killed between decision,
/// ledger and send. Each message has one effect where it is received, or is recorded as uncertain; never two.
/// </summary>
public sealed class KilledWhileSending(ITestOutputHelper output)
{
    private const string AnyMoment = "any moment";
    private const int Customers = 8;
    private static readonly int kills = int.Parse(Environment.GetEnvironmentVariable("CRM_SENDING") ?? "16", CultureInfo.InvariantCulture);
    private static readonly TimeProvider clock = TimeProvider.System;
    private static readonly TimeSpan life = TimeSpan.FromSeconds(20);

    // What the dead have left of robots' messages goes at the platform's pace, a hundred a minute.
    private static readonly TimeSpan peace = TimeSpan.FromMinutes(8) + TimeSpan.FromSeconds(2 * kills);
    private static readonly string[] crashPoints = [CrashPoints.Claimed, CrashPoints.Sent, CrashPoints.Deferred, CrashPoints.SlotBegun];

    [Fact]
    public async Task Each_message_has_one_effect_where_it_is_received_or_is_recorded_as_uncertain()
    {
        var seed = int.Parse(Environment.GetEnvironmentVariable("CRM_SEED") ?? "1", CultureInfo.InvariantCulture);
        using var azurite = new Azurite();
        using var folder = new SuiteFolder(azurite, locks: TimeSpan.FromSeconds(5), deliveries: 500);
        await using var hook = await WebhookStub.Start();
        await using var robot = new RobotStub("feishu");
        using var relay = new MailSink();
        Dictionary<string, string>[] settings = [Settings(folder, hook, robot, relay), Settings(folder, hook, robot, relay)];
        var customers = await Prepare(folder, settings[0]);
        var asked = new ConcurrentBag<string>();
        var byPlace = new ConcurrentDictionary<string, int>();
        var turns = 0;
        var began = clock.GetTimestamp();

        await Task.WhenAll(
            settings.Select(own =>
                Task.Run(async () =>
                {
                    while (Interlocked.Increment(ref turns) is var turn && turn <= kills)
                    {
                        var dice = new Random((seed * 10_000) + turn);
                        var crashPoint = turn % 4 == 0 ? null : crashPoints[(turn - (turn / 4)) % crashPoints.Length];
                        await using var process = new SuiteProcess(
                            new Dictionary<string, string>(own)
                            {
                                ["CRM_KILL_AT"] = crashPoint ?? "",
                                ["CRM_KILL_AFTER"] = $"{1 + dice.Next(3)}",
                            }
                        );
                        await Ask(folder, customers, turn, asked);
                        var end = crashPoint is null ? TimeSpan.FromMilliseconds(dice.Next(300, 4000)) : life;
                        var byHand = await Task.WhenAny(process.Exited, Task.Delay(end, clock)) != process.Exited;
                        if (byHand)
                            process.Kill();
                        Assert.Equal(SuiteProcess.Killed, await process.Exited);
                        byPlace.AddOrUpdate(byHand ? AnyMoment : crashPoint!, 1, (_, count) => count + 1);
                    }
                })
            )
        );

        output.WriteLine(
            $"{byPlace.Values.Sum()} kills while sending in {clock.GetElapsedTime(began).TotalSeconds:0} s, seed {seed}: "
                + string.Join(", ", byPlace.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}"))
        );
        await using (var last = new SuiteProcess(settings[0]))
        {
            Assert.True(await last.Ready(), last.Said);
            await folder.Quiet(last, clock, peace);
        }

        var rows = (await new Stored(folder.Storage).Ledger()).ToDictionary(row =>
            $"{row.PartitionKey}:{row.Rule}:{row.Period}:{row.Channel}"
        );
        var findings = asked.Distinct().SelectMany(key => Findings(key, rows.GetValueOrDefault(key), hook, robot, relay)).ToList();
        output.WriteLine(
            $"{asked.Count} messages: "
                + string.Join(
                    ", ",
                    rows.Values.CountBy(row => $"{row.Channel} {row.Status}")
                        .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                        .Select(pair => $"{pair.Key} {pair.Value}")
                )
                + $"; {hook.Received.Count} webhooks, {relay.Received.Count} mails, {robot.Lines.Count()} lines in {robot.Taken.Count} robot messages, {robot.TooFast} of them too fast"
        );
        Assert.True(findings.Count == 0, string.Join('\n', findings));
        Assert.Empty(
            (await folder.Messages(SubQueue.DeadLetter)).Select(message => $"{message.MessageId}: {message.DeadLetterErrorDescription}")
        );
        Assert.Equal(0, robot.TooFast);
    }

    private static IEnumerable<string> Findings(string key, MessageRow? row, WebhookStub hook, RobotStub robot, MailSink relay)
    {
        if (row is null)
        {
            yield return $"{key} has no row";
            yield break;
        }

        var effects = row.Channel switch
        {
            // A receiver that knows keys acts once, and must be told the same each time.
            "webhook" => hook.Received.Where(message => message.Id == key).Select(message => message.Body).Distinct().Count(),
            "email" => relay.Received.Count(id =>
                id == $"<{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16))}@example.com>"
            ),
            _ => robot.Lines.Count(line => line.Contains($" {row.PartitionKey}-{row.Period},", StringComparison.Ordinal)),
        };
        var right = (row.Channel, row.Status, effects) switch
        {
            ("webhook", MessageStatus.Sent, 1) => true,
            (not "webhook", MessageStatus.Sent, 1) => true,
            (not "webhook", MessageStatus.Uncertain, 0 or 1) => true,
            _ => false,
        };
        if (!right)
            yield return $"{key} is {row.Status} ({row.Reason}) and had {effects} effects";
    }

    private static async Task Ask(SuiteFolder folder, IReadOnlyList<Handle> customers, int turn, ConcurrentBag<string> asked)
    {
        await using var client = new ServiceBusClient(folder.Broker);
        await using var sender = client.CreateSender(CrmFunctions.Flow.Queues.Notifications);
        foreach (
            var (channel, audience, count) in new[]
            {
                ("webhook", Audience.OfCustomer, 4),
                ("email", Audience.OfTeam("owner@example.com"), 4),
                ("sales", Audience.OfTeam(), 3),
            }
        )
        {
            for (var i = 0; i < count; i++)
            {
                var (customer, period) = (customers[(turn + i) % customers.Count], $"t{turn}n{i}");
                var touch = new Touch(
                    "transactional",
                    "duty",
                    new Dictionary<string, string>
                    {
                        ["title"] = "call",
                        ["customer"] = "Ann",
                        ["due"] = $"{customer.Key}-{period},",
                        ["why"] = "why",
                    },
                    [channel],
                    audience,
                    clock.GetUtcNow()
                );
                await sender.SendMessageAsync(MessageRequest.Of(customer, $"duty-{channel}", period, touch));
                asked.Add($"{customer.Key}:duty-{channel}:{period}:{channel}");
            }
        }
    }

    private static async Task<IReadOnlyList<Handle>> Prepare(SuiteFolder folder, Dictionary<string, string> settings)
    {
        await using var process = new SuiteProcess(settings);
        using var client = await process.Client();
        var events = new JsonArray([
            .. Enumerable.Range(0, Customers).Select(i => Sent.Paid($"o{i}", $"c{i}", at: clock.GetUtcNow().AddDays(-1))),
        ]);
        using var content = new StringContent(events.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("api/events", UriKind.Relative), content);
        var told = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["events"]!.AsArray();
        await folder.Quiet(process, clock, peace);
        return [.. told.Select(item => Handle.FromKey((string)item!["customerId"]!)!.Value)];
    }

    private static Dictionary<string, string> Settings(SuiteFolder folder, WebhookStub hook, RobotStub robot, MailSink relay)
    {
        var all = folder.Settings();
        foreach (var (name, value) in hook.Settings.Concat(relay.Settings))
            all[name] = value;
        all["Notifications__Robots__sales__Platform"] = "feishu";
        all["Notifications__Robots__sales__Url"] = robot.Url.ToString();
        all["Notifications__Robots__sales__Secret"] = "xxx";
        all["Notifications__Robots__sales__AllowLoopback"] = "true";
        all["DOTNET_TieredPGO"] = "0";
        return all;
    }
}
