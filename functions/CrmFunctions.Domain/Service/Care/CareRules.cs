using System.Collections.Immutable;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Service.Calendars;
using CrmFunctions.Domain.Service.Plans;
using CrmFunctions.Domain.Tiering;

namespace CrmFunctions.Domain.Service.Care;

/// <summary>What we owe a customer by the plans of its tiers: pure, without clock or waiting.</summary>
/// <remarks>Source: Service/Care/Care.md.</remarks>
public static class CareRules
{
    /// <summary>What is owed at an instant.</summary>
    /// <param name="situation">What is known then.</param>
    /// <param name="plans">The plans in force; where two owe the same, the first says how.</param>
    /// <param name="usual">The calendar where no plan says one.</param>
    public static CareDecision At(Situation situation, ImmutableArray<Plan> plans, BusinessCalendar usual)
    {
        var book = new CareDecisionBuilder(situation.Now);
        if (situation.Facts.Erased)
            return book.Close([]);

        // Most customers of a suite without plans are owed nothing: nothing is read for them.
        var served = AnnouncedTier.Served(situation.Standings, plans).ToList();
        if (served.Count == 0 && situation.Decisions[0].Obligations.IsEmpty)
            return book.Close([]);
        var signals = Signals.Of(situation.History, situation.Now);
        var visits = false;
        foreach (var (plan, tier, standing) in served)
        {
            visits |= VisitRules.Apply(book, situation, plan, tier, standing);
            MessageRules.Apply(book, situation, signals, plan, tier, standing);
        }

        if (served.Count > 0)
            SignalRules.Apply(book, situation, signals);

        // The plan says how often; the standard only where it does not.
        foreach (var obligation in situation.Decisions[0].Obligations.Where(owed => owed.Kind != ObligationKind.Revisit || !visits))
            book.Take(obligation);
        return book.Close(Duties(book, situation, signals, served, usual));
    }

    private static ImmutableArray<Duty> Duties(
        CareDecisionBuilder book,
        Situation situation,
        Signals signals,
        List<(Plan Plan, TierPlan Tier, AnnouncedTier Standing)> served,
        BusinessCalendar usual
    )
    {
        var (calendar, tier) = served is [var first, ..] ? (first.Plan.Calendar, first.Tier) : (usual, null);
        var duties = new List<Duty>();
        foreach (var owed in book.Owed.Where(owed => owed.Kind.IsDuty() && !signals.IsAnswered(owed.Since)).ToList())
        {
            var opened = situation.Open.FirstOrDefault(open => open.Name == owed.Name)?.Opened ?? situation.Now;

            // A base that is loaded is not late for its past. Who complains or asks is: the clock runs from the word.
            var from = owed.Kind is ObligationKind.Complaint or ObligationKind.Reply || opened < owed.Since ? owed.Since : opened;
            var due =
                owed.Kind == ObligationKind.Revisit
                    ? calendar.ClosesAt(calendar.Shift(calendar.DayOf(from), CalendarShift.Next))
                    : calendar.Add(from, tier?.RespondWithin ?? TierPlan.DefaultResponse);
            if (due <= from)
                due = calendar.ClosesAt(calendar.Shift(calendar.DayOf(from).AddDays(1), CalendarShift.Next));
            var reminds = tier is not null && (owed.Kind == ObligationKind.Revisit || tier.RespondWithin is not null);
            var escalates = reminds && tier!.EscalateAfter is { } late ? calendar.Add(due, late) : (DateTimeOffset?)null;
            duties.Add(new Duty(owed, opened, due, reminds, escalates));
            if (reminds)
                book.Owe(ObligationKind.Overdue, owed.Name, due, null);
            if (escalates is { } then)
                book.Owe(ObligationKind.Escalated, owed.Name, then, null);
        }

        return [.. duties.OrderBy(duty => duty.Due).ThenBy(duty => duty.Of.Name, StringComparer.Ordinal)];
    }
}

/// <summary>回访: how often the owner visits.</summary>
internal static class VisitRules
{
    /// <returns>Whether the plan says how often.</returns>
    public static bool Apply(CareDecisionBuilder book, Situation situation, Plan plan, TierPlan tier, AnnouncedTier standing)
    {
        if (tier.Visits is not { } cadence)
            return false;
        if (!Obligations.IsVisited(situation.Decisions[0].Stage))
            return true;
        var (calendar, care) = (plan.Calendar, Obligations.LastCare(situation.Facts));
        var today = calendar.DayOf(situation.Now);

        if (cadence is Every every)
        {
            // Counted from the last contact, which an order is too.
            if (care is not { } last)
                return true;
            var anchor = calendar.DayOf(last);
            var (due, then) = (every.LastAtOrBefore(anchor, today, calendar), every.NextAfter(anchor, today, calendar));
            if (due is { } day)
                Owe(day, then);
            Owe(then, every.NextAfter(anchor, then, calendar));
            return true;
        }

        // The dates are the calendar's. One is passed by where there was contact since the one before, or the customer came into the tier
        // later.
        var planned = Around(cadence, today, calendar);
        for (var i = 1; i < planned.Length - 1; i++)
        {
            var (before, day, after) = (planned[i - 1], planned[i], planned[i + 1]);
            var isCared = care is { } at && at >= calendar.OpensAt(before);
            if (!isCared && calendar.OpensAt(day) >= standing.Since)
                Owe(day, after);
            else
                book.Wake(calendar.OpensAt(day));
        }

        return true;

        void Owe(DateOnly day, DateOnly after) =>
            book.Owe(ObligationKind.Revisit, PeriodStamps.Of(day), calendar.OpensAt(day), calendar.OpensAt(after));
    }

    // The one before the last, the last, the next two.
    private static DateOnly[] Around(Cadence cadence, DateOnly today, BusinessCalendar calendar)
    {
        var last = Last(today);
        var before = Last(last.AddDays(-1));
        var next = Next(today);
        return [Last(before.AddDays(-1)), before, last, next, Next(next)];

        DateOnly Last(DateOnly day) =>
            cadence switch
            {
                Weekly weekly => weekly.LastAtOrBefore(day, calendar),
                Monthly monthly => monthly.LastAtOrBefore(day, calendar),
                _ => throw new ArgumentOutOfRangeException(nameof(cadence), cadence, "No such cadence."),
            };

        DateOnly Next(DateOnly day) =>
            cadence switch
            {
                Weekly weekly => weekly.NextAfter(day, calendar),
                Monthly monthly => monthly.NextAfter(day, calendar),
                _ => throw new ArgumentOutOfRangeException(nameof(cadence), cadence, "No such cadence."),
            };
    }
}
