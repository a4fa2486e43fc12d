using System.Net;
using System.Text.Json.Nodes;
using CrmFunctions.Cli.Commands;
using CrmFunctions.Cli.Operating;
using CrmFunctions.EndToEndTests.Input;
using CrmFunctions.Operations;
using CrmFunctions.Operations.HealthChecks;
using CrmFunctions.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.EndToEndTests.Operating;

/// <summary>Health says what is bad and since when; the bill has what the meter saw.</summary>
public sealed class HealthTests(Azurite azurite) : IClassFixture<Azurite>
{
    [Fact]
    public async Task A_timer_that_did_not_run_and_a_dead_letter_are_told_with_their_time_until_they_are_mended()
    {
        await using var suite = await Suite.Start(azurite);
        Assert.Equal((200, "fresh"), await Ask(suite, "fresh"));
        Assert.Equal((200, "live"), await Ask(suite, "live"));
        Assert.Equal((200, "ready"), await Ask(suite, "ready"));
        Assert.Equal(400, (await Ask(suite, "fresh?part=weather")).Code);

        var runs = suite.Host.Services.GetRequiredService<TimerRuns>();
        var ran = new DateTimeOffset(2026, 3, 2, 2, 0, 6, TimeSpan.Zero);
        await runs.Succeeded("ReclassifyDue", ran, default);
        Assert.Equal((503, "stale"), await Ask(suite, "fresh"));
        Assert.Equal((503, "stale"), await Ask(suite, "fresh?part=timers"));
        Assert.Equal((200, "fresh"), await Ask(suite, "fresh?part=backlog"));
        Assert.Equal((200, "ready"), await Ask(suite, "ready"));
        var timers = await Part(suite, HealthPartNames.Timers);
        Assert.Equal("2026-03-02T02:01:05+00:00", (string)timers["since"]!);
        Assert.Equal("ReclassifyDue", (string)timers["items"]!.AsArray().Single(item => !(bool)item!["good"]!)!["name"]!);
        var (status, said) = await Crm(suite, new FreshnessCommand());
        Assert.Equal(ExitCode.Failed, status);
        Assert.Contains(
            "BAD   ReclassifyDue  went well at 2026-03-02 02:00:06Z  due at 2026-03-02 02:01:05Z  ReclassifyDue did not run.  since 2026-03-02 02:01:05Z",
            said,
            StringComparison.Ordinal
        );
        Assert.Contains("异常  定时任务", (await Crm(suite, new FreshnessCommand(), "zh_CN.UTF-8")).Said, StringComparison.Ordinal);

        await suite.Fire("ReclassifyDue");
        Assert.Equal((200, "fresh"), await Ask(suite, "fresh?part=timers"));

        var id = (string)(await suite.Post(Sent.Visit("h1", "dead")))["events"]![0]!["customerId"]!;
        await suite.Settle();
        await suite.Tables.Events.AddEntityAsync(
            new Azure.Data.Tables.TableEntity(id, "broken")
            {
                ["Source"] = "shop",
                ["Id"] = "broken",
                ["Type"] = "visit",
                ["Data"] = "{",
                ["OccurredAt"] = Suite.Now,
                ["ReceivedAt"] = Suite.Now,
                ["BodyHash"] = "",
            }
        );
        await suite.Post(Sent.Visit("h2", "dead"));
        await suite.Settle();
        var letters = await Part(suite, HealthPartNames.DeadLetters);
        Assert.False((bool)letters["good"]!);
        Assert.Equal("There are letters in recalculations (1).", (string)letters["says"]!);
        Assert.NotNull(letters["since"]);
        Assert.Contains(
            "dead-letters: There are letters",
            (string)(await suite.Get("health/details"))["alarms"]![0]!,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task An_event_that_waits_too_long_for_its_recalculation_is_told_since_when_it_waits()
    {
        var settings = new Dictionary<string, string>
        {
            ["Health:Backlog"] = "00:00:01",
            ["AzureWebJobs.RecalculateCustomer.Disabled"] = "true",
        };
        await using var suite = await Suite.Start(azurite, settings: settings);
        Assert.Equal("No event waits.", (string)(await Part(suite, HealthPartNames.Backlog))["says"]!);
        var before = TimeProvider.System.GetUtcNow();
        await suite.Post(Sent.Visit("b1", "waiting"));

        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        JsonNode backlog;
        while ((bool)(backlog = await Part(suite, HealthPartNames.Backlog))["good"]!)
            await Task.Delay(TimeSpan.FromMilliseconds(100), bound.Token);
        Assert.InRange((DateTimeOffset)backlog["since"]!, before, TimeProvider.System.GetUtcNow());
        Assert.Equal((200, "ready"), await Ask(suite, "ready"));
    }

    [Fact]
    public async Task The_counts_of_the_bill_are_what_the_meter_saw_and_another_instance_s_are_added()
    {
        // Nothing of its own accord between two looks.
        await using var suite = await Suite.Start(
            azurite,
            settings: new Dictionary<string, string> { ["Standards:FollowEvery"] = "00:01:00" }
        );
        using var heard = new System.Diagnostics.Metrics.MeterListener();
        var sums = new System.Collections.Concurrent.ConcurrentDictionary<string, long>();
        var started = suite.Operations.Lines();
        heard.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, suite.Operations.Meter))
                listener.EnableMeasurementEvents(instrument);
        };
        heard.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) =>
            {
                var line = instrument.Name switch
                {
                    "crm.table.transactions" => $"table.{tags[0].Value}",
                    "crm.broker.operations" => $"bus.{tags[0].Value}",
                    _ => "events",
                };
                sums.AddOrUpdate(line, value, (_, sum) => sum + value);
            }
        );
        heard.Start();

        for (var i = 0; i < 20; i++)
            await suite.Post(Sent.Paid($"c{i}", $"bill{i}"));
        await suite.Settle();
        await suite.Fire("ReclassifyDue");
        var seen = sums.ToDictionary();
        var month = TimeProvider.System.GetUtcNow().ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);
        var bill = JsonNode.Parse((await Crm(suite, new CostCommand(), "C", "--json", "--month", month)).Said)!;

        Assert.Equal(20, (decimal)bill["events"]!);
        var lines = bill["lines"]!.AsArray().ToDictionary(line => (string)line!["name"]!, line => (decimal)line!["count"]!);
        Assert.NotEmpty(seen);
        foreach (var (line, count) in seen.Where(line => line.Key != "events"))
            Assert.Equal(count + started.GetValueOrDefault(line), lines[line]);
        Assert.All(
            suite
                .Operations.Lines()
                .Keys.Where(line =>
                    line.StartsWith("table.", StringComparison.Ordinal) || line.StartsWith("bus.", StringComparison.Ordinal)
                ),
            line => Assert.True(lines.ContainsKey(line))
        );
        Assert.True(lines["active.RecalculateCustomer"] > 0 && lines["active.http"] > 0);
        Assert.InRange((decimal)bill["perMillionEvents"]!, 0.5m, 500m);
        Assert.Contains("合计", (await Crm(suite, new CostCommand(), "zh_CN.UTF-8")).Said, StringComparison.Ordinal);

        // Kept, and read by another instance beside its own.
        await suite.Host.Services.GetRequiredService<UsageStore>().Keep(default);
        await using var other = await Suite.Start(azurite);
        var all = await other.Get("operations");
        OpenApi.Holds(all, "UsageSummary");
        Assert.True((long)all["lines"]!["events"]! >= 20);
        Assert.True((int)all["instances"]! >= 2);
        Assert.Equal(0, (int)(await other.Get("operations?month=2020-01"))["instances"]!);
    }

    private static async Task<(int Code, string Status)> Ask(Suite suite, string path)
    {
        using var stranger = suite.NewClient();
        using var answer = await stranger.GetAsync(new Uri($"api/health/{path}", UriKind.Relative));
        var json = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        if (answer.StatusCode != HttpStatusCode.BadRequest)
            OpenApi.Holds(json, "HealthShort");
        return ((int)answer.StatusCode, json["status"]!.ToString());
    }

    private static async Task<JsonNode> Part(Suite suite, string part)
    {
        var parts = (await suite.Get("health/details"))["parts"]!.AsArray();
        return parts.Single(one => (string)one!["name"]! == part)!;
    }

    private static async Task<(int Status, string Said)> Crm(Suite suite, ICommand command, string locale = "C", params string[] options)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal(output, errors, false, TimeProvider.System, name => name == "LC_ALL" ? locale : null);
        var key = suite.Client.DefaultRequestHeaders.GetValues("x-functions-key").Single();
        var status = await CommandLine.Run(
            [command],
            [.. command.Name.Split(' '), .. options, "--url", suite.Client.BaseAddress!.ToString(), "--key", key],
            terminal,
            default
        );
        return (status, (output.ToString() + errors).Trim());
    }
}
