using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Service.Calendars;
using CrmFunctions.Domain.Service.Care;
using CrmFunctions.Domain.Service.Owners;
using CrmFunctions.Domain.Service.Plans;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Domain.Documents;

public sealed partial class ServiceExamples
{
    private const string Plan = """
        { "scheme": "value", "timeZone": "Etc/UTC", "tiers": [
          { "tier": "A", "visits": "weekly Mon", "respondWithin": "PT4H", "escalateAfter": "PT4H",
            "perks": [ { "name": "gift", "template": "welcome", "channels": ["email"] } ], "winBack": { "template": "win-back", "channels": ["email"] },
            "wakeUp": { "template": "wake-up", "channels": ["email"] }, "upgraded": { "template": "tier-upgraded", "channels": ["email"] },
            "onboarding": [ { "name": "hello", "after": "P2D", "unless": "visit", "template": "welcome", "channels": ["email"] } ],
            "birthday": { "template": "birthday", "channels": ["email"] } } ] }
        """;

    public static TheoryData<Row> Owed => RuleDocument.Theory("Service/Care/Care.md", "Examples");

    public static TheoryData<Row> Teams => RuleDocument.Theory("Service/Owners/Owners.md", "Examples");

    public static TheoryData<Row> Refused => RuleDocument.Theory("Service/Plans/Plans.md", "What is refused, by example");

    [Theory]
    [MemberData(nameof(Owed))]
    public void A_customer_is_owed_what_the_document_says(Row row)
    {
        var care = At(Story.Read(row["what happened"]), Standing(row["standing"]), Story.When(row["at"]));
        var owed = string.Join(", ", care.Obligations.Select(obligation => Readable(obligation.Name)));
        var duties = string.Join(", ", care.Duties.Select(duty => $"{duty.Of.Kind.Code()} until {Days(duty.Due)}"));
        Assert.Equal((row["owed"], row["duties"]), (owed.Length == 0 ? "nothing" : owed, duties.Length == 0 ? "none" : duties));
    }

    [Theory]
    [MemberData(nameof(Owed))]
    public void Nothing_changes_before_the_instant_that_was_named(Row row)
    {
        var (history, standing, now) = (Story.Read(row["what happened"]), Standing(row["standing"]), Story.When(row["at"]));
        var care = At(history, standing, now);
        var next = Earlier(care.Next, Make.Decision(history, now).NextReview);
        foreach (
            var at in new[] { 1, 60, 3600, 86_400 }
                .Select(seconds => now.AddSeconds(seconds))
                .Where(at => at < next)
                .Append(next is { } end && end > now.AddSeconds(1) ? end.AddSeconds(-1) : now)
        )
        {
            Assert.Equal(care.Obligations.Select(owed => owed.Name), At(history, standing, at, care).Obligations.Select(owed => owed.Name));
        }
    }

    [Theory]
    [MemberData(nameof(Teams))]
    public void Customers_go_to_whom_the_document_says(Row row)
    {
        var team = row["team: owner customers/capacity skills"].Split(',', StringSplitOptions.TrimEntries).Select(Member).ToList();
        var rule = new OwnerRule(row["wanted"] == "-" ? [] : [.. row["wanted"].Split(',', StringSplitOptions.TrimEntries)]);
        var chosen = Assignment.Choose(team, rule, "customer", new HashSet<string>(), Make.Start)?.Id ?? "nobody";
        Assert.Contains(chosen, row["chosen"].Split(" or "));
        Assert.Equal(
            chosen,
            Assignment.Choose(Enumerable.Reverse(team), rule, "customer", new HashSet<string>(), Make.Start)?.Id ?? "nobody"
        );
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_plan_that_cannot_work_is_refused_by_field(Row row)
    {
        Assert.Null(PlanReader.Read(row["plan"], out var problems, out _));
        Assert.Contains(
            problems,
            problem => problem.Field == row["field"] && problem.Message.StartsWith(row["what would be right"], StringComparison.Ordinal)
        );
    }

    [Fact]
    public void The_plan_of_the_document_can_work()
    {
        var text = File.ReadAllText(
            Path.Combine(NodeTools.RepositoryRoot, "functions", "CrmFunctions.Domain", "Service", "Plans", "Plans.md")
        );
        var json = text.Split("```json")[1].Split("```")[0];
        var plan = PlanReader.Read(json, out var problems, out var warnings);
        Assert.Equal(([], []), (problems.ToArray(), warnings.ToArray()));
        Assert.Equal(["A", "B", "C"], plan!.Tiers.Select(tier => tier.Tier));
        Assert.Equal("weekly Mon", plan.For("A")!.Visits!.ToString());
    }

    private static CareDecision At(
        IReadOnlyList<CrmFunctions.Domain.Events.CustomerEvent> events,
        AnnouncedTier standing,
        DateTimeOffset now,
        CareDecision? before = null
    )
    {
        var history = History.Distinct(events);
        var plan = PlanReader.Read(Plan, out _, out _)!;
        var facts = Facts.From(history, now);

        // A duty that has been owed for a while has been on the list for as long.
        var open = before?.Duties.Select(OpenDuty.Of).ToImmutableArray() ?? [];
        CareDecision Answer(ImmutableArray<OpenDuty> listed) =>
            CareRules.At(
                new Situation(history, facts, [Make.Decision(history, now)], [standing], listed, null, now),
                [plan],
                BusinessCalendar.Weekdays(TimeZoneInfo.Utc)
            );
        return before is not null
            ? Answer(open)
            : Answer([.. Answer([]).Duties.Select(duty => OpenDuty.Of(duty) with { Opened = duty.Of.Since })]);
    }

    private static AnnouncedTier Standing(string text)
    {
        var match = Standings().Match(text);
        var from = match.Groups["from"].Success ? match.Groups["from"].Value : null;
        return new AnnouncedTier(
            "value",
            match.Groups["tier"].Value,
            Story.When(match.Groups["since"].Value),
            from,
            from is null ? null : true
        );
    }

    private static (Owner Owner, int Customers) Member(string text)
    {
        var words = text.Split(' ');
        var (customers, capacity) = (
            int.Parse(words[1].Split('/')[0], CultureInfo.InvariantCulture),
            int.Parse(words[1].Split('/')[1], CultureInfo.InvariantCulture)
        );
        var leave = words.Contains("away") ? new Leave(Make.Start.AddDays(-1), Make.Start.AddDays(1), "bob") : null;
        return (new Owner(words[0], words[0], null, [.. words.Skip(2).Where(word => word != "away")], capacity, null, leave), customers);
    }

    private static string Readable(string name) => name.Replace(Base32.Hash("value\nA", 8), "A", StringComparison.Ordinal);

    private static string Days(DateTimeOffset at) => Math.Round((at - Make.Start).TotalDays, 6).ToString(CultureInfo.InvariantCulture);

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;

    [GeneratedRegex(@"^(?<tier>\w+)( from (?<from>\w+))? since (?<since>\S+)$")]
    private static partial Regex Standings();
}
