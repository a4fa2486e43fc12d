using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using CrmFunctions.Customers;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Notifications;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Ledger;
using CrmFunctions.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.EndToEndTests.Service;

/// <summary>
/// What the suite tells the team: in the team's own words, saying whom it is about, and again where it could not be delivered.
/// </summary>
public sealed class TeamNoteTests
{
    [Fact]
    public async Task A_warning_is_said_in_the_teams_own_words_and_a_robot_says_whom_it_is_about()
    {
        await using var robot = new RobotStub("wecom");
        var mail = new Sink("email", "customer.churn-warning");
        await using var service = await ServiceSuite.Start(
            new Dictionary<string, string>
            {
                ["Notifications:Robots:team:Platform"] = "wecom",
                ["Notifications:Robots:team:Url"] = robot.Url.ToString(),
                ["Notifications:Robots:team:AllowLoopback"] = "true",
            },
            services => services.AddSingleton<IChannel>(mail)
        );
        var suite = service.Suite;
        await service.Put(
            "templates/churn-warning",
            """
            { "name": "churn-warning", "purpose": "transactional", "texts": [
              { "language": "en", "subject": "{{name}} ({{tier}}) is silent", "text": "{{name}}, {{customer}}: last seen {{lastOrder}}." },
              { "language": "en", "channel": "robot", "subject": "-", "text": "Call {{customer}}, silent since {{lastOrder}}, owner {{owner}}." } ] }
            """
        );
        var paid = Sent.Paid("p1", "ada", at: Suite.Now.AddDays(-160));
        paid["data"]!["customer"]!["name"] = "Ada <@all>";
        await suite.Post(paid);
        await suite.Settle();
        var id = (string)(await suite.Customer("shop:ada"))["customerId"]!;

        await service.Turn(Suite.Now.AddMinutes(1));
        await Eventually.Holds(() => !robot.Taken.IsEmpty);

        var said = Assert.Single(mail.Sent);
        Assert.Matches(@"^Ada <@all> \(\w+\) is silent$", said.Subject);
        Assert.Equal($"Ada <@all>, {id}: last seen 2025-09-23.", said.Text);
        Assert.Contains($"Call {id}, silent since 2025-09-23, owner -.", Assert.Single(robot.Taken).Body, StringComparison.Ordinal);
        var rows = (await suite.Get($"customers/{id}/messages"))["messages"]!
            .AsArray()
            .Where(row => (string)row!["rule"]! == "churn-warning")
            .ToList();
        Assert.Equal(2, rows.Count);
        Assert.All(
            rows,
            row =>
                Assert.Equal(
                    ("sent", "churn-warning", "transactional"),
                    ((string)row!["status"]!, (string)row["template"]!, (string)row["purpose"]!)
                )
        );

        // Put back, the shipped words are in force again.
        using (var gone = await suite.Client.DeleteAsync(new Uri("api/templates/churn-warning", UriKind.Relative)))
            gone.EnsureSuccessStatusCode();
        await suite.Post(Sent.Paid("p2", "bea", at: Suite.Now.AddDays(-160)));
        await suite.Settle();
        await service.Turn(Suite.Now.AddMinutes(2));
        var other = (string)(await suite.Customer("shop:bea"))["customerId"]!;
        Assert.StartsWith($"Customer {other} (owner -) has not ordered since 2025-09-23", mail.Sent.Last().Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        """{"name":"churn-warning","purpose":"transactional","texts":[{"language":"en","subject":"s","text":"{{naem}} is silent"}]}""",
        "texts[0]",
        "{{naem}}"
    )]
    [InlineData(
        """{"name":"overdue","purpose":"transactional","texts":[{"language":"en","tier":"A","subject":"s","text":"{{why}}"}]}""",
        "texts",
        "left unsaid"
    )]
    [InlineData(
        """{"name":"escalated","purpose":"marketing","texts":[{"language":"en","subject":"s","text":"{{why}} {{unsubscribe}}"}]}""",
        "purpose",
        "transactional"
    )]
    public async Task A_text_that_would_leave_the_team_without_a_warning_is_refused_when_it_is_put(
        string template,
        string field,
        string message
    )
    {
        await using var service = await ServiceSuite.Start();
        var name = (string)JsonNode.Parse(template)!["name"]!;

        var problem = await service.Send(HttpMethod.Put, $"templates/{name}", template, 400);

        Assert.Contains(
            problem["errors"]!.AsArray(),
            error => (string)error!["field"]! == field && ((string)error["message"]!).Contains(message, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task What_could_not_be_delivered_waits_and_is_tried_again_and_is_no_dead_letter()
    {
        var mail = new Sink(
            "email",
            "customer.complaint",
            new SendOutcome.Failed(SendReason.PlatformBusy) { RetryAfter = TimeSpan.FromSeconds(1) },
            new SendOutcome.Failed(SendReason.PlatformBusy) { RetryAfter = TimeSpan.FromSeconds(1) }
        );
        var hook = new Sink(
            "webhook",
            "customer.complaint",
            [.. Enumerable.Repeat(new SendOutcome.Failed(SendReason.PlatformBusy) { RetryAfter = TimeSpan.Zero }, 5)]
        );
        await using var service = await ServiceSuite.Start(replace: services =>
            services.AddSingleton<IChannel>(mail).AddSingleton<IChannel>(hook)
        );
        var suite = service.Suite;
        await service.Put(
            "plans/value",
            """{ "scheme": "value", "timeZone": "Asia/Shanghai", "tiers": [ { "tier": "D", "respondWithin": "PT4H" } ] }"""
        );
        await suite.Post(Sent.Event("complaint.opened", "c1", "ann", at: Suite.Now, data: ("complaintId", "7")));
        await suite.Settle();
        var id = (string)(await suite.Customer("shop:ann"))["customerId"]!;

        await service.Fire("SweepDuties");
        await Eventually.Holds(() => mail.Sent.Count == 3);
        await Eventually.Holds(async () => (string)(await Row(suite, id, "email"))["status"]! == "sent");

        // Asked to come again at once, again and again: from the fourth time on it waits as it does for who says nothing.
        await Eventually.Holds(() => hook.Sent.Count == 4);
        await Eventually.Holds(async () => (DateTimeOffset?)(await Row(suite, id, "webhook"))["until"] == Suite.Now.AddSeconds(30 * 27));
        var waits = await Row(suite, id, "webhook");
        Assert.Equal(("deferred", "throttled"), ((string)waits["status"]!, (string)waits["reason"]!));
        Assert.Single(mail.Sent.Select(sent => sent.Text).Distinct());
        Assert.Empty((await suite.Get("dead-letters/notifications"))["items"]!.AsArray());
    }

    [Fact]
    public async Task What_may_have_arrived_is_told_again_only_where_the_receiver_knows_its_key()
    {
        var (mail, hook) = (new Sink("email", "customer.complaint"), new Sink("webhook", "customer.complaint") { ResendIsSafe = true });
        await using var service = await ServiceSuite.Start(replace: services =>
            services.AddSingleton<IChannel>(mail).AddSingleton<IChannel>(hook)
        );
        var suite = service.Suite;
        await service.Put(
            "plans/value",
            """{ "scheme": "value", "timeZone": "Asia/Shanghai", "tiers": [ { "tier": "D", "respondWithin": "PT4H" } ] }"""
        );
        await suite.Post(Sent.Event("complaint.opened", "c1", "ann", at: Suite.Now, data: ("complaintId", "7")));
        await suite.Settle();
        await service.Fire("SweepDuties");
        var id = (string)(await suite.Customer("shop:ann"))["customerId"]!;
        var period = (string)(await Row(suite, id, "email"))["period"]!;
        foreach (var channel in new[] { "email", "webhook" })
        {
            var row = (await suite.Tables.Messages.GetEntityAsync<MessageRow>(id, $"complaint|{period}|{channel}")).Value;
            row.Status = MessageStatus.Uncertain;
            await suite.Tables.Messages.UpdateEntityAsync(row, row.ETag, Azure.Data.Tables.TableUpdateMode.Replace);
        }

        var again = MessageRequest.Of(
            ObligationKind.Complaint,
            new DueRow
            {
                RowKey = id,
                Period = period,
                Timestamp = service.Now,
            }
        );
        await suite
            .Host.Services.GetRequiredService<CrmFunctions.Messaging.Bus>()
            .Send(CrmFunctions.Flow.Queues.Notifications, [again], CancellationToken.None);
        await suite.Settle();

        Assert.Equal((1, "uncertain"), (mail.Sent.Count, (string)(await Row(suite, id, "email"))["status"]!));
        Assert.Equal((2, "sent"), (hook.Sent.Count, (string)(await Row(suite, id, "webhook"))["status"]!));
        var told = Assert.Single(hook.Sent.Select(sent => (sent.Key, sent.Text, sent.FirstTriedAt)).Distinct());
        Assert.Equal((DateTimeOffset)(await Row(suite, id, "webhook"))["decidedAt"]!, told.FirstTriedAt);
    }

    private static async Task<JsonNode> Row(Suite suite, string customer, string channel) =>
        (await suite.Get($"customers/{customer}/messages"))["messages"]!
            .AsArray()
            .Single(row => (string)row!["rule"]! == "complaint" && (string)row["channel"]! == channel)!;

    /// <summary>Hears of one matter, with an outcome for each of the first tries.</summary>
    private sealed class Sink(string name, string type, params SendOutcome[] first) : IChannel
    {
        public ConcurrentQueue<RenderedMessage> Sent { get; } = [];

        public string Name => name;

        public bool ResendIsSafe { get; init; }

        public Task<SendOutcome> Send(RenderedMessage message, CancellationToken ct)
        {
            if (message.Type != type)
                return Task.FromResult<SendOutcome>(new SendOutcome.Sent());
            Sent.Enqueue(message);
            return Task.FromResult(Sent.Count <= first.Length ? first[Sent.Count - 1] : new SendOutcome.Sent());
        }
    }
}
