using System.Collections.Immutable;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Tiering;

namespace CrmFunctions.Domain.Customers;

/// <summary>Adds up events that come in the order of time, each once.</summary>
internal sealed class Fold
{
    private readonly Dictionary<(string Source, string OrderId), OrderFold> orders = [];
    private readonly List<Touch> touches = [];
    private readonly List<Rating> ratings = [];
    private readonly List<Mark> feedback = [];
    private readonly List<Mark> complaints = [];
    private readonly List<Mark> referrals = [];
    private DateTimeOffset? firstSeen;
    private DateTimeOffset? lastIntent;
    private DateTimeOffset? lastContact;
    private bool erased;

    public void Add(CustomerEvent happened)
    {
        firstSeen ??= happened.OccurredAt;
        if (Engagement.Points(happened.What) is > 0 and var points) touches.Add(new Touch(happened.OccurredAt, points, happened.Name));

        switch (happened.What)
        {
            case OrderPlaced placed:
                OrderOf(happened, placed.OrderId).Placed(happened, placed.Amount);
                break;
            case OrderPaid paid:
                OrderOf(happened, paid.OrderId).Paid(happened, paid.Amount);
                break;
            case OrderRefunded refunded:
                OrderOf(happened, refunded.OrderId).Refunded(happened, refunded.RefundId, refunded.Amount);
                break;
            case OrderCancelled cancelled:
                OrderOf(happened, cancelled.OrderId).Cancelled(happened);
                break;
            case FormSubmitted or CheckoutAbandoned:
                lastIntent = happened.OccurredAt;
                break;
            case Interaction interaction:
                lastContact = happened.OccurredAt;
                if (interaction.Inbound) lastIntent = happened.OccurredAt;
                break;
            case FollowUpDone:
                lastContact = happened.OccurredAt;
                break;
            case Feedback { Score: { } score }:
                feedback.Add(new Mark(happened.OccurredAt, score, happened.Name));
                break;
            case ComplaintOpened:
                complaints.Add(new Mark(happened.OccurredAt, 1, happened.Name));
                break;
            case Referral:
                referrals.Add(new Mark(happened.OccurredAt, 1, happened.Name));
                break;
            case PotentialRated rated:
                ratings.Add(new Rating(happened.OccurredAt, rated.Score, rated.Author, rated.Reason, rated.Expires, happened.Name));
                break;
            case CustomerErased:
                erased = true;
                break;
            case Feedback or Visit or ComplaintClosed or CustomerCreated or CustomerUpdated or ConsentChanged:
                break;
            default:
                throw new InvalidOperationException($"No rule folds {happened.What.GetType().Name}.");
        }
    }

    public Facts Facts(DateTimeOffset asOf, DateTimeOffset? changesAt, int events) => new()
    {
        AsOf = asOf,
        ChangesAt = changesAt,
        Orders = [.. orders.Values.Select(order => order.Order).OfType<Order>().OrderBy(order => order.At).ThenBy(order => order.Id, StringComparer.Ordinal)],
        Touches = [.. touches],
        Ratings = [.. ratings],
        Feedback = [.. feedback],
        Complaints = [.. complaints],
        Referrals = [.. referrals],
        FirstSeen = firstSeen,
        LastIntent = lastIntent,
        LastContact = lastContact,
        Events = events,
        Erased = erased,
    };

    private OrderFold OrderOf(CustomerEvent happened, string orderId)
    {
        if (orders.TryGetValue((happened.Source, orderId), out var order)) return order;
        return orders[(happened.Source, orderId)] = new OrderFold($"{happened.Source}/{orderId}");
    }

    private sealed class OrderFold(string id)
    {
        private readonly ImmutableArray<string>.Builder events = ImmutableArray.CreateBuilder<string>();
        private readonly Dictionary<string, Money?> refunds = new(StringComparer.Ordinal);
        private readonly List<Money?> refundsWithoutId = [];
        private DateTimeOffset? at;
        private Money? placed;
        private Money? paid;
        private bool cancelled;

        /// <summary>Null while no order was seen (a refund may come before it), and where nothing is left of it.</summary>
        public Order? Order
        {
            get
            {
                if (at is null || cancelled || (paid ?? placed) is not { } gross) return null;
                var refunded = 0L;
                var everythingBack = false;
                foreach (var refund in refunds.Values.Concat(refundsWithoutId))
                {
                    // Never more than the whole, and cut at each step: a sum of many would leave 64 bits.
                    refunded = Math.Min(gross.AmountMinor, refunded + Refund(refund, gross));
                    everythingBack |= refund is null || (gross.AmountMinor > 0 && refunded == gross.AmountMinor);
                }

                return everythingBack ? null : new Order(id, at.Value, gross, refunded, events.ToImmutable());
            }
        }

        public void Placed(CustomerEvent happened, Money amount)
        {
            Seen(happened);
            placed = amount;
        }

        public void Paid(CustomerEvent happened, Money amount)
        {
            Seen(happened);
            paid = amount;
        }

        public void Refunded(CustomerEvent happened, string? refundId, Money? amount)
        {
            events.Add(happened.Name);
            if (refundId is null) refundsWithoutId.Add(amount);
            else refunds[refundId] = amount;
        }

        public void Cancelled(CustomerEvent happened)
        {
            events.Add(happened.Name);
            cancelled = true;
        }

        private void Seen(CustomerEvent happened)
        {
            events.Add(happened.Name);
            at ??= happened.OccurredAt;
        }

        // A refund in the currency the order was placed in, but not paid in, is that share of it. One in any third currency cannot be
        // netted; it is taken for the whole.
        private long Refund(Money? refund, Money gross) => refund switch
        {
            null => gross.AmountMinor,
            { AmountMinor: 0 } => 0,
            { } some when some.Currency == gross.Currency => some.AmountMinor,
            { } some when some.Currency == placed?.Currency => Share(some.AmountMinor, placed.Value.AmountMinor, gross.AmountMinor),
            _ => gross.AmountMinor,
        };

        private static long Share(long part, long of, long gross) =>
            part >= of ? gross : (long)((((Int128)2 * gross * part) + of) / ((Int128)2 * of));
    }
}
