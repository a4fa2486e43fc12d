using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Lifecycle;

namespace CrmFunctions.Domain.Service.Care;

/// <summary>What became of a duty that is not on the list any more.</summary>
/// <param name="IsDone">The team did it; else it was cancelled.</param>
/// <param name="Reason">Why: a code of Care.md, section 3.</param>
/// <param name="At">When. UTC.</param>
/// <param name="By">Who did it. Null: not said, or nobody.</param>
/// <param name="Evidence">What was done. Null: not said.</param>
public sealed record DutyClosure(bool IsDone, string Reason, DateTimeOffset At, string? By = null, string? Evidence = null);

/// <summary>Why a duty is closed.</summary>
/// <remarks>Source: Service/Care/Care.md, section 3.</remarks>
public static class DutyClosing
{
    /// <summary>A late event shows that it was never true: the receivers are told so.</summary>
    public const string LateEvent = "late-event";

    /// <summary>What became of a duty that is no longer owed, or is answered.</summary>
    /// <param name="name">The obligation's name.</param>
    /// <param name="since">From when on it was owed. UTC.</param>
    /// <param name="situation">What is known now.</param>
    public static DutyClosure Of(string name, DateTimeOffset since, Situation situation)
    {
        var now = situation.Now;
        if (situation.Facts.Erased)
            return new DutyClosure(false, "erased", now);
        var past = situation.History.TakeWhile(happened => happened.OccurredAt <= now).ToList();
        if (
            past.LastOrDefault(happened => happened.What is FollowUpDone { Duty: { } duty } && duty == name) is
            { What: FollowUpDone followUp } named
        )
        {
            return new DutyClosure(true, "done", named.OccurredAt, followUp.By, followUp.Evidence);
        }

        if (
            past.FirstOrDefault(happened =>
                happened.OccurredAt >= since && happened.What is FollowUpDone or Interaction { Inbound: false }
            ) is
            { } contact
        )
        {
            return new DutyClosure(
                true,
                "contact",
                contact.OccurredAt,
                (contact.What as FollowUpDone)?.By,
                (contact.What as FollowUpDone)?.Evidence
            );
        }

        return name.Split(':')[0] switch
        {
            "churn-warning" => Warning(name, since, situation),
            "complaint" => new DutyClosure(
                true,
                "complaint-closed",
                past.LastOrDefault(happened => happened.What is ComplaintClosed)?.OccurredAt ?? now
            ),
            "revisit" => Visit(since, situation),
            _ => new DutyClosure(false, now >= since + SignalRules.Lapse ? "lapsed" : "no-longer-true", now),
        };
    }

    private static DutyClosure Warning(string name, DateTimeOffset since, Situation situation)
    {
        if (situation.Decisions[0].Stage == Stage.Churned)
            return new DutyClosure(false, "lost", situation.Now);
        if (situation.Facts.Orders.FirstOrDefault(order => order.At >= since) is { } bought)
            return new DutyClosure(false, "purchase", bought.At);
        return situation.Facts.Orders is [.., var last] && name != $"{ObligationKind.ChurnWarning.Code()}:{PeriodStamps.Of(last.At)}"
            ? new DutyClosure(false, LateEvent, situation.Now)
            : new DutyClosure(false, "no-longer-true", situation.Now);
    }

    // The customer came of his own, the tier has other visits, or nobody went until it was time for the next.
    private static DutyClosure Visit(DateTimeOffset since, Situation situation)
    {
        var facts = situation.Facts;
        if (facts.LastContact >= since || facts.Orders is [.., { At: var at }] && at >= since)
            return new DutyClosure(false, "customer-came", situation.Now);
        if (situation.Standings.Any(standing => standing.From is not null && standing.Since > since))
            return new DutyClosure(false, "plan-changed", situation.Now);
        return new DutyClosure(false, "lapsed", situation.Now);
    }
}
