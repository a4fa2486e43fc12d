using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Ledger;
using CrmFunctions.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.EndToEndTests.Service;

public sealed class EveryMinuteTests
{
    private const string Plan = """
        { "scheme": "value", "timeZone": "Asia/Shanghai", "tiers": [ { "tier": "C", "owner": {}, "visits": "weekly Tue", "respondWithin": "PT1H", "escalateAfter": "PT1H" }, { "tier": "D", "owner": {}, "respondWithin": "PT1H", "escalateAfter": "PT1H" } ] }
        """;

    [Fact]
    public async Task A_day_of_timers_that_run_every_minute_tells_everything_once_and_to_whom_it_concerns()
    {
        var sink = new Sink();
        await using var service = await ServiceSuite.Start(
            new Dictionary<string, string> { ["Notifications:To"] = "team@example.com" },
            services => services.AddSingleton<IChannel>(sink)
        );
        var suite = service.Suite;
        await service.Put("owners/lea", """{ "name": "Lea", "email": "lea@example.com", "capacity": 0 }""");
        await service.Put("owners/ann", """{ "name": "Ann", "email": "ann@example.com", "capacity": 10, "lead": "lea" }""");
        await service.Put("plans/value", Plan);
        await suite.Post(
            new JsonArray(
                Sent.Paid("m1", "visited", at: Suite.Now.AddDays(-10)),
                Sent.Event("interaction", "m2", "writes", at: Suite.Now, data: [("direction", "in"), ("channel", "email")]),
                Sent.Event("complaint.opened", "m3", "complains", at: Suite.Now, data: ("complaintId", "1"))
            )
        );
        await suite.Settle();

        string[] timers = ["ReclassifyDue", "SendChurnWarnings", "SendRevisitReminders", "SweepDuties"];
        for (var minute = 1; minute <= 24 * 60; minute++)
        {
            service.Set(Suite.Now.AddMinutes(minute));
            await Task.WhenAll(timers.Select(timer => suite.Host.FireTimer(timer)));
            if (minute % 30 == 0)
                foreach (var timer in timers)
                    await service.Fire(timer);
        }

        // A word and a complaint, each told, late, and late for long; a visit that was due on the second day, told only, as its day has not
        // closed yet.
        var told = sink.Sent.Select(sent => (sent.Rule, sent.To)).Order().ToList();
        Assert.Equal(
            [
                ("complaint", "ann@example.com"),
                ("escalated", "lea@example.com"),
                ("escalated", "lea@example.com"),
                ("overdue", "ann@example.com"),
                ("overdue", "ann@example.com"),
                ("reply", "ann@example.com"),
                ("revisit", "ann@example.com"),
            ],
            told
        );
        var rows = 0;
        await foreach (var row in suite.Tables.Messages.QueryAsync<MessageRow>())
            rows += row.Status == MessageStatus.Sent ? 1 : 100;
        Assert.Equal(told.Count, rows);
        Assert.Equal(3, (await service.Duties("ann")).Count);
    }

    private sealed class Sink : IChannel
    {
        public ConcurrentQueue<(string Rule, string? To)> Sent { get; } = [];

        public string Name => "email";

        public bool ResendIsSafe => false;

        public Task<SendOutcome> Send(RenderedMessage message, CancellationToken ct)
        {
            Sent.Enqueue((message.Payload.Rule, message.To));
            return Task.FromResult<SendOutcome>(new SendOutcome.Sent());
        }
    }
}
