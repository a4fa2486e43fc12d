using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Lifecycle;

namespace CrmFunctions.Domain.Service.Care;

/// <summary>What the customer did that the team has to answer: a complaint, a message, a sign of life.</summary>
internal static class SignalRules
{
    /// <summary>What nobody did for so long is not on the list any more: another occasion will come.</summary>
    public static readonly TimeSpan Lapse = TimeSpan.FromDays(30);

    /// <summary>
    /// The most complaints of one customer that are on the list, the oldest first. One answer ends them all; who sends hundreds must not be
    /// more than a state has room for.
    /// </summary>
    public const int MostComplaints = 20;

    public static void Apply(CareDecisionBuilder book, Situation situation, Signals signals)
    {
        foreach (var (id, at) in signals.Complaints.Where(open => !signals.IsAnswered(open.At)).Take(MostComplaints))
            book.Owe(ObligationKind.Complaint, $"{PeriodStamps.Of(at)}-{id}", at, null);
        if (signals.Unanswered is { } word)
            book.Owe(ObligationKind.Reply, PeriodStamps.Of(word), word, word + Lapse);
        if (SignOfLife(situation, signals) is var (silence, sign) && !signals.IsAnswered(sign))
            book.Owe(ObligationKind.SignOfLife, PeriodStamps.Of(silence), sign, sign + Lapse);
    }

    // The first thing done in a silence that was long enough to sleep in: in the silence of today, or in the one that the last order ended.
    private static (DateTimeOffset Silence, DateTimeOffset Sign)? SignOfLife(Situation situation, Signals signals)
    {
        if (situation.Facts.Orders is not [.., var last])
            return null;
        if (FirstAfter(last.At, situation.Decisions[0].Stages.DormantFrom, situation.Now) is { } sign)
            return (last.At, sign);
        if (situation.Facts.Orders is not [.., var before, _] || situation.Now - last.At > Lapse)
            return null;
        var then = Facts.From(situation.History, last.At.AddTicks(-1));
        return then.Orders.Length > 0 && FirstAfter(before.At, situation.Decisions[0].TimesOf(then).DormantFrom, last.At) is { } woken
            ? (before.At, woken)
            : null;

        DateTimeOffset? FirstAfter(DateTimeOffset silence, DateTimeOffset asleep, DateTimeOffset until)
        {
            foreach (var at in signals.Activity)
            {
                if (at > silence && at >= asleep && at <= until)
                    return at;
            }

            return null;
        }
    }
}
