using System.Globalization;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Service.Calendars;
using CrmFunctions.Domain.Service.Plans;
using CrmFunctions.Domain.Tiering;

namespace CrmFunctions.Domain.Service.Care;

/// <summary>What a plan has said to the customer, and when.</summary>
internal static class MessageRules
{
    private static readonly TimeSpan perkIsOwed = TimeSpan.FromDays(30);
    private static readonly TimeSpan noteIsNews = TimeSpan.FromDays(7);
    private static readonly TimeSpan stepIsFresh = TimeSpan.FromDays(7);
    private static readonly TimeSpan surveyIsFresh = TimeSpan.FromDays(14);

    public static void Apply(
        CareDecisionBuilder book,
        Situation situation,
        Signals signals,
        Plan plan,
        TierPlan tier,
        AnnouncedTier standing
    )
    {
        var primary = situation.Decisions[0];
        Silence(book, situation, signals, tier, primary);
        Entry(book, situation, plan, tier, standing);
        Onboarding(book, situation, signals, tier, primary.Stage);
        Days(book, situation, plan, tier);
        Drop(book, situation, plan, tier);
        Survey(book, situation, tier);
    }

    // Stops on a response: after anything that the customer did since, a person takes over.
    private static void Silence(CareDecisionBuilder book, Situation situation, Signals signals, TierPlan tier, Decision primary)
    {
        if (situation.Facts.Orders is not [.., var last])
            return;
        var (times, silence) = (primary.Stages, PeriodStamps.Of(last.At));
        bool Responded(DateTimeOffset since) => signals.Activity.Any(at => at >= since);
        if (tier.WakeUp is { } wake && !Responded(times.DormantFrom))
            book.Say(ObligationKind.WakeUp, silence, times.DormantFrom, Earlier(times.ChurnWarningFrom, times.ChurnedFrom), wake);
        if (tier.WinBack is { } win && !Responded(times.ChurnWarningFrom))
            book.Say(ObligationKind.WinBack, silence, times.ChurnWarningFrom, times.ChurnedFrom, win);
    }

    private static void Entry(CareDecisionBuilder book, Situation situation, Plan plan, TierPlan tier, AnnouncedTier standing)
    {
        var isFirst = standing.From is null;
        if (!isFirst || (plan.From is { } from && situation.Facts.FirstSeen >= from))
        {
            foreach (var perk in tier.Perks)
                book.Say(
                    ObligationKind.Perk,
                    $"{perk.Name}-{Base32.Hash($"{plan.Scheme}\n{tier.Tier}", 8)}-{standing.Entry}",
                    standing.Since,
                    standing.Since + perkIsOwed,
                    perk.Message,
                    ("perk", perk.Name)
                );
        }

        var until = standing.Since + noteIsNews;
        if (standing.IsRise == true && tier.Upgraded is { } rise)
            book.Say(ObligationKind.Upgraded, $"{plan.Scheme}-{standing.Entry}", standing.Since, until, rise, ("fromTier", standing.From!));
        if (standing.IsRise == false && tier.Downgraded is { } fall)
            book.Say(
                ObligationKind.Downgraded,
                $"{plan.Scheme}-{standing.Entry}",
                standing.Since,
                until,
                fall,
                ("fromTier", standing.From!)
            );
    }

    // Done when the customer has come back of his own: who has ordered twice needs no guide.
    private static void Onboarding(CareDecisionBuilder book, Situation situation, Signals signals, TierPlan tier, Stage stage)
    {
        if (tier.Onboarding.IsEmpty || situation.Facts.FirstSeen is not { } seen || stage > Stage.New || situation.Facts.Orders.Length > 1)
            return;
        foreach (var step in tier.Onboarding)
        {
            var isNeedless = step.Unless is { } unless && signals.Types.Keys.Any(type => EventTypes.Of(type) == unless);
            if (!isNeedless)
                book.Say(
                    ObligationKind.Onboarding,
                    step.Name,
                    seen + step.After,
                    seen + step.After + stepIsFresh,
                    step.Message,
                    ("step", step.Name)
                );
        }
    }

    private static void Days(CareDecisionBuilder book, Situation situation, Plan plan, TierPlan tier)
    {
        if (tier.Birthday is null && tier.Festivals.IsEmpty)
            return;
        var zone = ZoneOf(situation.History, situation.Now) ?? plan.Calendar.Zone;

        // The local day, whole: yesterday's may still run where we are not, and the next is what is waited for.
        var today = WallClock.DayOf(situation.Now, zone);
        if (tier.Birthday is { } birthday && BirthdayOf(situation) is { } born)
        {
            for (var year = today.Year; year <= today.Year + 1; year++)
            {
                if (born.DayIn(year) is { } day)
                    Say(ObligationKind.Birthday, Year(year), day, birthday);
            }
        }

        foreach (var festival in tier.Festivals)
        {
            for (var year = today.Year; year <= today.Year + 1; year++)
            {
                if (festival.On.DayIn(year) is { } day)
                    Say(ObligationKind.Festival, $"{festival.Name}-{Year(year)}", day, festival.Message, ("festival", festival.Name));
            }
        }

        void Say(ObligationKind kind, string period, DateOnly day, CareMessage message, params ReadOnlySpan<(string, string)> given) =>
            book.Say(kind, period, WallClock.StartOf(day, zone), WallClock.StartOf(day.AddDays(1), zone), message, given);

        static string Year(int year) => year.ToString(CultureInfo.InvariantCulture);
    }

    private static void Drop(CareDecisionBuilder book, Situation situation, Plan plan, TierPlan tier)
    {
        if (
            tier.WillDrop is not { } note
            || situation.Decisions.FirstOrDefault(decision => decision.By.Scheme == plan.Scheme)?.Receipt.Drop is not { } drop
        )
            return;
        var date = PeriodStamps.Of(plan.Calendar.DayOf(drop.At));
        book.Say(
            ObligationKind.WillDrop,
            $"{plan.Scheme}-{date}",
            drop.At - note.Ahead,
            drop.At,
            note.Message,
            ("date", date),
            ("toTier", drop.Tier)
        );
    }

    // Not again within the cool-down, counted from when it was asked; nor where the customer has said so of his own.
    private static void Survey(CareDecisionBuilder book, Situation situation, TierPlan tier)
    {
        if (tier.Survey is not { } survey || situation.Facts.Orders is not [.., var last])
            return;
        var (period, from) = (PeriodStamps.Of(last.At), last.At + survey.After);
        if (situation.Surveyed is { } asked && asked.Period != period && asked.At > from - survey.CoolDown)
            return;
        if (situation.Facts.Feedback is [.., var said] && said.At > from - survey.CoolDown)
            return;
        book.Say(ObligationKind.Survey, period, from, from + surveyIsFresh, survey.Message);
    }

    private static Birthday? BirthdayOf(Situation situation) =>
        situation.Facts.Attributes.LastOrDefault(attribute => attribute.Name == "birthday").Text is { } text
        && Birthday.TryParse(text, out var birthday, out _)
            ? birthday
            : null;

    private static TimeZoneInfo? ZoneOf(IReadOnlyList<CustomerEvent> history, DateTimeOffset now)
    {
        history = History.VouchedFor(history);
        for (var i = history.Count - 1; i >= 0; i--)
        {
            if (
                history[i].OccurredAt <= now
                && history[i].Customer.TimeZone is { } name
                && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            )
                return zone;
        }

        return null;
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
