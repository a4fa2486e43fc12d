using System.Collections.Immutable;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Service.Calendars;
using CrmFunctions.Domain.Service.Care;
using CrmFunctions.Domain.Service.Plans;
using CrmFunctions.TestKit;

namespace CrmFunctions.UnitTests.Domain;

public sealed class CareTests
{
    private static readonly DateTimeOffset start = Make.Start;

    [Theory]
    [InlineData("Pacific/Kiritimati", "2026-02-16T10:00:00Z")]
    [InlineData("Etc/GMT+12", "2026-02-17T12:00:00Z")]
    [InlineData("Asia/Shanghai", "2026-02-16T16:00:00Z")]
    public void A_festival_of_the_moon_is_on_the_customer_s_own_day_and_once(string zone, string begins)
    {
        var from = Instants.Parse(begins)!.Value;
        CustomerEvent[] history = [Make.Event(new Visit(null), start, customer: new Identifiers("1", null, null, null, null, "Ada", zone))];
        const string Members =
            """ "festivals": [ { "name": "spring", "on": "lunar 1-1", "template": "festival", "channels": ["email"] } ] """;

        Assert.Empty(At(Members, history, from.AddSeconds(-1)).Obligations);
        var care = At(Members, history, from);
        Assert.Equal("festival:spring-2026", Assert.Single(care.Obligations).Name);
        Assert.Equal(
            ("spring", from.AddDays(1)),
            (care.Messages["festival:spring-2026"].Given["festival"], care.Messages["festival:spring-2026"].Until)
        );
        Assert.Equal(from.AddDays(1), care.Next);
        Assert.Empty(At(Members, history, from.AddDays(1)).Obligations);
        Assert.Equal(from, At(Members, history, from.AddDays(-3)).Next);
    }

    [Fact]
    public void A_birthday_on_the_29th_of_February_is_kept_every_year_and_one_without_a_year_is_one()
    {
        foreach (var written in new[] { "2000-02-29", "--02-29" })
        {
            CustomerEvent[] history =
            [
                Make.Event(
                    new CustomerUpdated(
                        new Dictionary<string, System.Text.Json.JsonElement>
                        {
                            ["birthday"] = System.Text.Json.JsonSerializer.SerializeToElement(written),
                        }
                    ),
                    start
                ),
            ];
            foreach (
                var (day, owed) in new[]
                {
                    ("2026-02-27T12:00:00Z", false),
                    ("2026-02-28T12:00:00Z", true),
                    ("2026-03-01T12:00:00Z", false),
                    ("2028-02-28T12:00:00Z", false),
                    ("2028-02-29T12:00:00Z", true),
                }
            )
            {
                var names = At(""" "birthday": { "template": "birthday", "channels": ["email"] } """, history, Instants.Parse(day)!.Value)
                    .Obligations.Select(obligation => obligation.Name);
                Assert.Equal(owed ? [$"birthday:{day[..4]}"] : [], names);
            }
        }
    }

    [Fact]
    public void A_survey_is_asked_for_once_and_not_within_the_cool_down_or_after_the_customer_has_said_so()
    {
        const string Members =
            """ "survey": { "after": "P7D", "coolDown": "P90D", "template": "survey", "channels": ["email"], "variables": { "link": "x" } } """;
        CustomerEvent Order(int day) => Make.Event(new OrderPaid($"o{day}", Make.Amount(10, "CNY")), Make.Day(day), $"e{day}");
        static string Period(int day) => $"survey:{Make.Day(day).UtcDateTime:yyyyMMdd'T'HHmmss'Z'}";
        var asked = new SurveyRequest(Period(0)["survey:".Length..], Make.Day(7));

        Assert.DoesNotContain(At(Members, [Order(0)], Make.Day(7).AddSeconds(-1)).Obligations, Surveys);
        Assert.Equal(Period(0), At(Members, [Order(0)], Make.Day(7)).Obligations.Single(Surveys).Name);
        Assert.Equal(Period(0), At(Members, [Order(0)], Make.Day(8), asked).Obligations.Single(Surveys).Name);
        Assert.DoesNotContain(At(Members, [Order(0), Order(30)], Make.Day(37), asked).Obligations, Surveys);
        Assert.Equal(Period(100), At(Members, [Order(0), Order(100)], Make.Day(107), asked).Obligations.Single(Surveys).Name);
        Assert.DoesNotContain(
            At(Members, [Order(0), Make.Event(new Feedback(9, null), Make.Day(20), "f"), Order(100)], Make.Day(107), asked).Obligations,
            Surveys
        );

        static bool Surveys(Obligation owed) => owed.Kind == ObligationKind.Survey;
    }

    [Fact]
    public void A_fall_is_told_ahead_of_the_day_that_the_receipt_names()
    {
        const string Members = """ "willDrop": { "ahead": "P14D", "template": "will-drop", "channels": ["email"] } """;
        CustomerEvent[] history =
        [
            .. Enumerable.Range(0, 8).Select(i => Make.Event(new OrderPaid($"o{i}", Make.Amount(900, "CNY")), Make.Day(i), $"e{i}")),
        ];
        var drop = Make.Decision(history, Make.Day(8)).Receipt.Drop!;
        var name = $"will-drop:value-{TimeZoneInfo.ConvertTime(drop.At, TimeZoneInfo.Utc):yyyy-MM-dd}";

        Assert.DoesNotContain(
            At(Members, history, drop.At.AddDays(-14).AddSeconds(-1)).Obligations,
            owed => owed.Kind == ObligationKind.WillDrop
        );
        var care = At(Members, history, drop.At.AddDays(-14));
        Assert.Equal(name, care.Obligations.Single(owed => owed.Kind == ObligationKind.WillDrop).Name);
        Assert.Equal((name.Split("value-")[1], drop.Tier), (care.Messages[name].Given["date"], care.Messages[name].Given["toTier"]));
        Assert.DoesNotContain(At(Members, history, drop.At).Obligations, owed => owed.Name == name);
    }

    [Fact]
    public void Where_two_schemes_have_plans_the_first_says_what_both_would()
    {
        CustomerEvent[] history = [Make.Event(new Interaction(null, true), Make.Day(4.5))];
        var facts = Facts.From(history, Make.Day(5));
        var plans = new[] { ("value", "PT4H"), ("service", "PT1H") }
            .Select(plan => Read($"\"respondWithin\": \"{plan.Item2}\"", plan.Item1))
            .ToImmutableArray();
        var standings = plans.Select(plan => new AnnouncedTier(plan.Scheme, "A", start)).ToImmutableArray();
        var care = CareRules.At(
            new Situation(history, facts, [Make.Decision(history, Make.Day(5))], standings, [], null, Make.Day(5)),
            plans,
            plans[0].Calendar
        );
        Assert.Equal(Make.Day(4.5).AddHours(4), Assert.Single(care.Duties).Due);
    }

    private static CareDecision At(string members, CustomerEvent[] history, DateTimeOffset now, SurveyRequest? surveyed = null)
    {
        var plan = Read(members, "value");
        var facts = Facts.From(history, now);
        return CareRules.At(
            new Situation(history, facts, [Make.Decision(history, now)], [new AnnouncedTier("value", "A", start)], [], surveyed, now),
            [plan],
            BusinessCalendar.Weekdays(TimeZoneInfo.Utc)
        );
    }

    private static Plan Read(string members, string scheme)
    {
        var plan = PlanReader.Read(
            $$"""{ "scheme": "{{scheme}}", "timeZone": "Etc/UTC", "tiers": [ { "tier": "A", {{members}} } ] }""",
            out var problems,
            out _
        );
        Assert.Empty(problems);
        return plan!;
    }
}
