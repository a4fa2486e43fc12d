using System.Net;
using CrmFunctions.Domain.Identity;
using CrmFunctions.EndToEndTests.Input;
using CrmFunctions.Notifications.Complaints;
using CrmFunctions.Notifications.Ledger;
using CrmFunctions.TestKit;

namespace CrmFunctions.EndToEndTests.Service;

/// <summary>客户之声: figures by tier that can be recounted, and a spike of complaints that is told once.</summary>
public sealed class FeedbackTests
{
    [Fact]
    public async Task The_base_is_read_once_for_figures_that_are_asked_for_again()
    {
        await using var service = await ServiceSuite.Start(new Dictionary<string, string> { ["Reports:KeptFor"] = "01:00:00" });
        var suite = service.Suite;
        await suite.Post(Score("s1", "happy", 5, "csat", 5));
        await suite.Settle();
        async Task<int> Answers(string query) => (int)(await suite.Get($"reports/feedback?{query}"))["all"]!["csat"]!["answers"]!;
        Assert.Equal(1, await Answers("days=30"));

        // What came since stands in figures that are read anew only.
        await suite.Post(Score("s2", "glad", 4, "csat", 5));
        await suite.Settle();
        Assert.Equal((1, 1, 2), (await Answers("days=30"), await Answers("days=30&lang=en"), await Answers("days=31")));
    }

    [Fact]
    public async Task What_customers_say_is_counted_by_tier_and_a_spike_of_complaints_is_told_to_the_team_once()
    {
        await using var robot = new RobotStub("wecom");
        await using var service = await ServiceSuite.Start(
            new Dictionary<string, string>
            {
                ["Notifications:Robots:team:Platform"] = "wecom",
                ["Notifications:Robots:team:Url"] = robot.Url.ToString(),
                ["Notifications:Robots:team:AllowLoopback"] = "true",
            }
        );
        var suite = service.Suite;
        await suite.Post(Sent.Paid("p1", "happy"));
        await suite.Post(Score("s1", "happy", 5, "csat", 5));
        await suite.Post(Score("s2", "happy", 2, "csat", 5, Suite.Now.AddDays(-3)));
        await suite.Post(Score("s3", "happy", 10, "nps"));
        await suite.Post(Score("s4", "cold", 3, "csat", 5));
        await suite.Post(Score("s5", "cold", 6, "nps"));
        await suite.Post(Score("s6", "angry0", 0, "nps"));
        await suite.Post(Score("s7", "angry0", 5, "csat"));
        await suite.Post(Score("s8", "cold", 10, "nps", at: Suite.Now.AddDays(-31)));
        for (var i = 0; i < 6; i++)
            await suite.Post(Complaint($"c{i}", $"angry{i}", $"{i}"));

        // Opened again, told twice, and one of long ago: no complaint more of yesterday.
        await suite.Post(Complaint("c0-again", "angry0", "0", Suite.Now.AddHours(-20)));
        await suite.Post(Complaint("c1", "angry1", "1"));
        await suite.Post(Complaint("c-old", "happy", "old", Suite.Now.AddDays(-300)));
        await suite.Settle();

        var report = await suite.Get("reports/feedback?days=30&lang=en");
        OpenApi.Holds(report, "FeedbackAnswer");
        var all = report["all"]!;
        Assert.Equal(
            (8, 6, 6, 75m, 1),
            (
                (int)all["customers"]!,
                (int)all["complaints"]!,
                (int)all["complainers"]!,
                (decimal)all["complaintsPerHundred"]!,
                (int)all["otherScores"]!
            )
        );
        Assert.Equal((0.5m, 1, 2), ((decimal)all["csat"]!["share"]!, (int)all["csat"]!["satisfied"]!, (int)all["csat"]!["answers"]!));
        Assert.Equal(
            (-33.3m, 1, 0, 2, 3),
            (
                (decimal)all["nps"]!["score"]!,
                (int)all["nps"]!["promoters"]!,
                (int)all["nps"]!["passives"]!,
                (int)all["nps"]!["detractors"]!,
                (int)all["nps"]!["answers"]!
            )
        );
        Assert.Equal(8, report["tiers"]!.AsArray().Sum(tier => (int)tier!["customers"]!));
        Assert.Equal(
            ("2026-03-01", 6, 0.0, true),
            (
                (string)report["yesterday"]!["day"]!,
                (int)report["yesterday"]!["complaints"]!,
                (double)report["yesterday"]!["usual"]!,
                (bool)report["yesterday"]!["alarm"]!
            )
        );

        var lines = (await suite.Client.GetStringAsync(new Uri("api/reports/feedback?days=30&lang=en&format=csv", UriKind.Relative)))
            .TrimStart('\ufeff')
            .Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            "tier,label,customers,csat,satisfied,csatAnswers,nps,promoters,passives,detractors,npsAnswers,complaints,complainers,complaintsPerHundred,otherScores",
            lines[0]
        );
        Assert.Equal("*,All,8,0.5,1,2,-33.3,1,0,2,3,6,6,75,1", lines[^1]);
        Assert.Equal(report["tiers"]!.AsArray().Count + 2, lines.Length);
        foreach (var wrong in new[] { "days=0", "days=x", "format=xml" })
        {
            Assert.Equal(
                HttpStatusCode.BadRequest,
                (await suite.Client.GetAsync(new Uri($"api/reports/feedback?{wrong}", UriKind.Relative))).StatusCode
            );
        }

        for (var run = 0; run < 3; run++)
            await suite.Fire(nameof(WatchComplaints));
        await Eventually.Holds(() => !robot.Taken.IsEmpty);
        await service.Turn(Suite.Now.AddDays(1));
        await suite.Fire(nameof(WatchComplaints));
        await suite.Settle();
        Assert.Contains(
            "6 complaints were opened on 2026-03-01; a usual day has 0",
            Assert.Single(robot.Taken).Body,
            StringComparison.Ordinal
        );
        var row = Assert.Single(await Rows(suite));
        Assert.Equal(("complaint-spike", "2026-03-01", MessageStatus.Sent), (row.Rule, row.Period, row.Status));

        var alarm = Assert.Single((await suite.Get("reports/feedback?days=30&lang=en"))["alarms"]!.AsArray())!;
        Assert.Equal(
            ("2026-03-01", "team", "sent", "It was handed over."),
            ((string)alarm["period"]!, (string)alarm["channel"]!, (string)alarm["status"]!, (string)alarm["why"]!)
        );

        // What nothing looks back at any more is swept.
        Assert.Equal(7, await Kept(suite));
        await service.Turn(Suite.Now.AddDays(62));
        await suite.Fire(nameof(WatchComplaints));
        Assert.Equal(0, await Kept(suite));
    }

    private static System.Text.Json.Nodes.JsonObject Score(
        string id,
        string customer,
        int score,
        string kind,
        int? scale = null,
        DateTimeOffset? at = null
    )
    {
        var sent = Sent.Event("feedback", id, customer, at: at, data: [("score", score), ("kind", kind)]);
        if (scale is not null)
            sent["data"]!["scale"] = scale;
        return sent;
    }

    private static System.Text.Json.Nodes.JsonObject Complaint(string id, string customer, string complaint, DateTimeOffset? at = null) =>
        Sent.Event("complaint.opened", id, customer, at: at, data: [("complaintId", complaint)]);

    private static async Task<IReadOnlyList<MessageRow>> Rows(Suite suite)
    {
        var rows = new List<MessageRow>();
        await foreach (var row in suite.Tables.Messages.QueryAsync<MessageRow>($"PartitionKey eq '{Handle.Base.Key}'"))
            rows.Add(row);
        return rows;
    }

    private static async Task<int> Kept(Suite suite)
    {
        var kept = 0;
        await foreach (var _ in suite.Tables.Complaints.QueryAsync<ComplaintRow>())
            kept++;
        return kept;
    }
}
