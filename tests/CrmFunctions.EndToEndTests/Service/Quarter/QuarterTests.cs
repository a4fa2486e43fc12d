using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Ledger;
using CrmFunctions.Service.Duties;
using CrmFunctions.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace CrmFunctions.EndToEndTests.Service.Quarter;

public sealed class QuarterTests(ITestOutputHelper output)
{
    private const string Standard = """
        { "scheme": "value", "kind": "ladder", "currency": "CNY", "timeZone": "Asia/Shanghai",
          "dimensions": [ { "name": "frequency", "measure": "orders", "window": "P365D", "weight": 100, "bands": { "at": [3] } } ],
          "tiers": [ { "name": "A", "from": 50 }, { "name": "B", "from": 0 } ],
          "lifecycle": { "newFor": "P10D", "intentFor": "P90D", "dormant": "P20D", "churnWarning": "P35D", "churned": "P60D" } }
        """;

    private const string Plan = """
        { "scheme": "value", "timeZone": "Asia/Shanghai", "calendar": { "holidays": ["2026-04-06"] }, "tiers": [
          { "tier": "A", "visits": "weekly Mon", "respondWithin": "PT8H", "escalateAfter": "PT8H", "benefits": ["free shipping"],
            "perks": [ { "name": "gift", "template": "welcome", "channels": ["email"], "variables": { "next": "a gift" } } ],
            "winBack": { "template": "win-back", "channels": ["email"], "variables": { "offer": "20 %" } },
            "birthday": { "template": "birthday", "channels": ["email"] },
            "upgraded": { "template": "tier-upgraded", "channels": ["email"] } },
          { "tier": "B", "visits": "monthly 1", "respondWithin": "PT8H",
            "wakeUp": { "template": "wake-up", "channels": ["email"], "variables": { "offer": "come back" } },
            "winBack": { "template": "win-back", "channels": ["email"], "variables": { "offer": "10 %" } },
            "birthday": { "template": "birthday", "channels": ["email"] },
            "onboarding": [ { "name": "hello", "after": "P2D", "unless": "interaction", "template": "welcome", "channels": ["email"], "variables": { "next": "look around" } } ],
            "downgraded": { "template": "tier-downgraded", "channels": ["email"], "variables": { "how": "three orders a year" } } } ] }
        """;

    private static readonly int customers = int.Parse(
        Environment.GetEnvironmentVariable("CRM_QUARTER") ?? "500",
        CultureInfo.InvariantCulture
    );
    private static readonly int days = int.Parse(
        Environment.GetEnvironmentVariable("CRM_QUARTER_DAYS") ?? "90",
        CultureInfo.InvariantCulture
    );

    [Fact]
    public async Task A_quarter_of_duties_and_messages_is_what_brute_force_counts()
    {
        var sink = new Sink();
        await using var service = await ServiceSuite.Start(
            new Dictionary<string, string>
            {
                ["Unsubscribe:Url"] = "https://crm.example.com/api/unsubscribe",
                ["Unsubscribe:Key"] = Convert.ToBase64String(new byte[32]),
                ["Permission:Cap"] = "1000",
                ["Debounce:Window"] = "00:00:00.1",

                // Longer than a batch is being written on a busy machine: a recalculation before the event is in the log would find owed,
                // for a moment, what the event ends.
                ["Debounce:Margin"] = "00:00:02",
                ["Debounce:ClockSkew"] = "00:00:00.05",
            },
            services => services.AddSingleton<IChannel>(sink)
        );
        var suite = service.Suite;
        await service.Put("standards/value", Standard);
        await service.Put("plans/value", Plan);
        var (cast, count) = (new Cast(customers, days, Suite.Now), new Count(customers, new DateOnly(2026, 4, 6)));
        var dice = new Random(7);

        for (var day = 0; day <= days; day++)
        {
            var now = Suite.Now.AddDays(day);
            service.Set(now);
            var told = cast.Told[day];

            // Somebody does a few of the duties of the day before, and says which.
            foreach (var (customer, name) in count.Open.Where(_ => dice.Next(25) == 0).ToList())
                told.Add(new Deed(customer, now.AddMinutes(-dice.Next(1, 59)), "done", name));
            foreach (var batch in told.Select(deed => (JsonNode)cast.Event(deed)).Chunk(400))
                await suite.Post(new JsonArray(batch));
            count.Turn(now, told);
            if (told.Count > 0)
                await suite.Settle();
            foreach (var timer in new[] { "ReclassifyDue", "SendChurnWarnings", "SendRevisitReminders", "SweepDuties" })
                await service.Fire(timer);
        }

        var numbers = Enumerable.Range(0, customers).ToDictionary(customer => Handle.OfId("shop", Cast.Name(customer)).Key);
        var duties = await Duties(suite, numbers);
        var messages = await Messages(suite, numbers);
        output.WriteLine(
            $"{customers} customers, {days} days, {cast.Told.Sum(told => told.Count)} events: {duties.Count} duties ({string.Join(", ", duties.Values.CountBy(status => status).OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {pair.Key}"))})"
        );
        output.WriteLine(
            $"{messages.Count} messages ({string.Join(", ", messages.CountBy(pair => $"{pair.Key.Rule} {pair.Value}").OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {pair.Key}"))})"
        );

        var different = Differences(count.Duties, duties).Concat(Differences(count.Messages, messages)).ToList();
        Assert.True(different.Count == 0, string.Join('\n', different.Take(30)));
        Assert.Equal(messages.Values.Count(status => status == "sent"), sink.Keys.Count);
        Assert.Equal(sink.Keys.Count, sink.Keys.Distinct().Count());
        Assert.True(duties.Count > customers && messages.Count > customers, "The quarter was empty.");
    }

    private static IEnumerable<string> Differences<T>(Dictionary<T, string> counted, Dictionary<T, string> found)
        where T : notnull =>
        counted
            .Keys.Union(found.Keys)
            .Where(key => counted.GetValueOrDefault(key) != found.GetValueOrDefault(key))
            .Select(key =>
                $"{key}: counted {counted.GetValueOrDefault(key) ?? "nothing"}, found {found.GetValueOrDefault(key) ?? "nothing"}"
            )
            .Order(StringComparer.Ordinal);

    private static async Task<Dictionary<(int Customer, string Name), string>> Duties(Suite suite, Dictionary<string, int> numbers)
    {
        var found = new Dictionary<(int, string), string>();
        await foreach (var row in suite.Tables.Customers.QueryAsync<DutyRow>())
        {
            if (!row.RowKey.StartsWith(DutyRow.Prefix, StringComparison.Ordinal))
                continue;
            found.Add((numbers[row.PartitionKey], row.Name), row.Status == DutyRow.Open ? row.Status : $"{row.Status} {row.Reason}");
        }

        return found;
    }

    private static async Task<Dictionary<(int Customer, string Rule, string Period), string>> Messages(
        Suite suite,
        Dictionary<string, int> numbers
    )
    {
        var found = new Dictionary<(int, string, string), string>();
        await foreach (var row in suite.Tables.Messages.QueryAsync<MessageRow>())
            found.Add((numbers[row.PartitionKey], row.Rule, row.Period), row.Reason is null ? row.Status : $"{row.Status} {row.Reason}");
        return found;
    }

    // Takes every mail. What a relay does is shown elsewhere, with a real one.
    private sealed class Sink : IChannel
    {
        public ConcurrentQueue<string> Keys { get; } = [];

        public string Name => "email";

        public bool ResendIsSafe => false;

        public Task<SendOutcome> Send(RenderedMessage message, CancellationToken ct)
        {
            Keys.Enqueue(message.Key);
            return Task.FromResult<SendOutcome>(new SendOutcome.Sent());
        }
    }
}
