using System.Collections.Immutable;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Domain.Service.Care;

/// <summary>What a history says between people of ours and the customer.</summary>
/// <param name="LastAnswer">The last time that the team wrote, called or did a follow-up. UTC.</param>
/// <param name="Unanswered">The first word of the customer since then. Null: none.</param>
/// <param name="Complaints">Complaints that are open: hash of source and number, and when each was opened; the oldest first.</param>
/// <param name="Activity">What the customer did of his own, by time.</param>
/// <param name="Types">The first time of each kind of happening.</param>
public sealed record Signals(
    DateTimeOffset? LastAnswer,
    DateTimeOffset? Unanswered,
    ImmutableArray<(string Id, DateTimeOffset At)> Complaints,
    ImmutableArray<DateTimeOffset> Activity,
    ImmutableDictionary<Type, DateTimeOffset> Types
)
{
    /// <summary>Reads them from events.</summary>
    /// <param name="history">Each once, in the order of folding.</param>
    /// <param name="now">UTC. Later events count for nothing yet.</param>
    public static Signals Of(IReadOnlyList<CustomerEvent> history, DateTimeOffset now)
    {
        DateTimeOffset? answer = null,
            unanswered = null;
        var complaints = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var activity = ImmutableArray.CreateBuilder<DateTimeOffset>();
        var types = ImmutableDictionary.CreateBuilder<Type, DateTimeOffset>();
        foreach (var happened in history)
        {
            if (happened.OccurredAt > now)
                break;
            var at = happened.OccurredAt;
            types.TryAdd(happened.What.GetType(), at);
            switch (happened.What)
            {
                case Interaction { Inbound: false } or FollowUpDone:
                    (answer, unanswered) = (at, null);
                    break;
                case Interaction:
                    unanswered ??= at;
                    activity.Add(at);
                    break;
                case ComplaintOpened opened:
                    complaints.TryAdd(Number(happened, opened.ComplaintId), at);
                    break;
                case ComplaintClosed closed:
                    complaints.Remove(Number(happened, closed.ComplaintId));
                    break;
                case OrderPlaced or OrderPaid or FormSubmitted or CheckoutAbandoned or Visit or Feedback or Referral:
                    activity.Add(at);
                    break;
                default:
                    break;
            }
        }

        return new Signals(
            answer,
            unanswered,
            [
                .. complaints
                    .Select(pair => (pair.Key, pair.Value))
                    .OrderBy(open => open.Value)
                    .ThenBy(open => open.Key, StringComparer.Ordinal),
            ],
            activity.ToImmutable(),
            types.ToImmutable()
        );
    }

    /// <summary>Whether the team has written or called since an instant.</summary>
    public bool IsAnswered(DateTimeOffset since) => LastAnswer >= since;

    private static string Number(CustomerEvent happened, string id) => Base32.Hash($"{happened.Source}\n{id}", 10);
}
