using System.Collections.Immutable;
using System.Text.Json;
using CrmFunctions.Domain.Events;

namespace CrmFunctions.Domain.Customers;

/// <summary>Adds up events that come in the order of time, each once.</summary>
internal sealed class Fold
{
    private readonly Dictionary<(string Source, string OrderId), OrderFold> orders = [];
    private readonly List<EngagementPoint> touches = [];
    private readonly List<Rating> ratings = [];
    private readonly List<DatedValue> feedback = [];
    private readonly List<DatedValue> complaints = [];
    private readonly List<DatedValue> referrals = [];
    private readonly List<AttributeValue> attributes = [];
    private readonly List<TagMark> tags = [];
    private readonly List<Pin> pins = [];
    private DateTimeOffset? firstSeen;
    private DateTimeOffset? lastIntent;
    private DateTimeOffset? lastContact;
    private bool erased;

    public void Add(CustomerEvent happened)
    {
        firstSeen ??= happened.OccurredAt;
        erased |= happened.Customer.Erased == true;
        if (Engagement.Points(happened.What) is > 0 and var points)
            touches.Add(new EngagementPoint(happened.OccurredAt, points, happened.Name));

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
            case FormSubmitted form:
                lastIntent = happened.OccurredAt;
                Describe(happened, form.Attributes, null);
                break;
            case CheckoutAbandoned:
                lastIntent = happened.OccurredAt;
                break;
            case CustomerCreated created:
                Describe(happened, created.Attributes, created.Tags);
                break;
            case CustomerUpdated updated:
                Describe(happened, updated.Attributes, updated.Tags);
                break;
            case TierPinned pinned:
                pins.Add(
                    new Pin(happened.OccurredAt, pinned.Scheme, pinned.Tier, pinned.Author, pinned.Reason, pinned.Expires, happened.Name)
                );
                break;
            case TierUnpinned unpinned:
                pins.Add(new Pin(happened.OccurredAt, unpinned.Scheme, null, unpinned.Author, unpinned.Reason ?? "", null, happened.Name));
                break;
            case Interaction interaction:
                lastContact = happened.OccurredAt;
                if (interaction.Inbound)
                    lastIntent = happened.OccurredAt;
                break;
            case FollowUpDone:
                lastContact = happened.OccurredAt;
                break;
            case Feedback { OfTen: { } score }:
                feedback.Add(new DatedValue(happened.OccurredAt, score, happened.Name));
                break;
            case ComplaintOpened:
                complaints.Add(new DatedValue(happened.OccurredAt, 1, happened.Name));
                break;
            case Referral:
                referrals.Add(new DatedValue(happened.OccurredAt, 1, happened.Name));
                break;
            case PotentialRated rated:
                ratings.Add(new Rating(happened.OccurredAt, rated.Score, rated.Author, rated.Reason, rated.Expires, happened.Name));
                break;
            case CustomerErased:
                erased = true;
                break;
            case Feedback or Visit or ComplaintClosed or ConsentChanged:
                break;
            default:
                throw new InvalidOperationException($"No rule folds {happened.What.GetType().Name}.");
        }
    }

    public Facts Facts(DateTimeOffset asOf, DateTimeOffset? changesAt, int events)
    {
        var all = new List<(Order Order, bool Counts)>(orders.Count);
        foreach (var fold in orders.Values)
        {
            if (fold.Order is { } order)
                all.Add((order, fold.Counts));
        }

        // The order of time, and of names within one instant.
        all.Sort(
            static (left, right) =>
                left.Order.At.CompareTo(right.Order.At) is not 0 and var byTime
                    ? byTime
                    : string.CompareOrdinal(left.Order.Id, right.Order.Id)
        );
        return new Facts
        {
            AsOf = asOf,
            ChangesAt = changesAt,
            Orders = [.. all.Where(order => order.Counts).Select(order => order.Order)],
            Undone = [.. all.Where(order => !order.Counts).Select(order => order.Order)],
            Touches = [.. touches],
            Ratings = [.. ratings],
            Feedback = [.. feedback],
            Complaints = [.. complaints],
            Referrals = [.. referrals],
            Attributes = [.. attributes],
            Tags = [.. tags],
            Pins = [.. pins],
            FirstSeen = firstSeen,
            LastIntent = lastIntent,
            LastContact = lastContact,
            Events = events,
            Erased = erased,
        };
    }

    private void Describe(CustomerEvent happened, IReadOnlyDictionary<string, JsonElement>? said, IReadOnlyList<TagChange>? tagged)
    {
        foreach (var (name, value) in said ?? ImmutableDictionary<string, JsonElement>.Empty)
        {
            var text = value.ValueKind switch
            {
                JsonValueKind.Null or JsonValueKind.Undefined => null,
                JsonValueKind.String => value.GetString(),
                _ => value.GetRawText(),
            };
            attributes.Add(new AttributeValue(happened.OccurredAt, name, NumberOf(text), text, happened.Name));
        }

        foreach (var change in tagged ?? [])
            tags.Add(new TagMark(happened.OccurredAt, change.Name, change.On, change.Until, happened.Name));
    }

    // Numbers beyond those of money are no measure of a customer.
    private static decimal? NumberOf(string? text) =>
        text is not null && Decimals.Parse(text) is >= -Money.Max and <= Money.Max and var number ? number : null;

    private OrderFold OrderOf(CustomerEvent happened, string orderId)
    {
        if (orders.TryGetValue((happened.Source, orderId), out var order))
            return order;
        return orders[(happened.Source, orderId)] = new OrderFold($"{happened.Source}/{orderId}");
    }

    private sealed class OrderFold(string id)
    {
        private readonly ImmutableArray<string>.Builder events = ImmutableArray.CreateBuilder<string>();
        private readonly Dictionary<string, Money?> refunds = new(StringComparer.Ordinal);
        private readonly List<Money?> refundsWithoutId = [];
        private readonly List<OrderValue> worth = [];
        private DateTimeOffset? at;
        private Money? placed;
        private Money? paid;
        private bool cancelled;

        /// <summary>Whether it counts now: it was seen, is not cancelled, and something is left of it.</summary>
        public bool Counts => worth is [.., { Net: not null }];

        /// <summary>Null where it never counted: a refund or a cancellation came before it, or no order was ever seen.</summary>
        public Order? Order
        {
            get
            {
                if (worth.FindLast(static state => state.Net is not null).Net is null || (paid ?? placed) is not { } gross)
                    return null;
                var left = worth[^1].Net is { } net ? net.AmountMinor : 0;
                var order = new Order(id, at!.Value, gross, gross.AmountMinor - left, events.ToImmutable());
                return worth is [{ Net: not null } only] && only.From == at ? order : order with { Changes = [.. worth] };
            }
        }

        public void Placed(CustomerEvent happened, Money amount)
        {
            at ??= happened.OccurredAt;
            placed = amount;
            Happened(happened);
        }

        public void Paid(CustomerEvent happened, Money amount)
        {
            at ??= happened.OccurredAt;
            paid = amount;

            // Who pays after it was cancelled has it after all: a card refused at first, an order taken out of the bin.
            cancelled = false;
            Happened(happened);
        }

        public void Refunded(CustomerEvent happened, string? refundId, Money? amount)
        {
            if (refundId is null)
                refundsWithoutId.Add(amount);
            else
                refunds[refundId] = amount;
            Happened(happened);
        }

        public void Cancelled(CustomerEvent happened)
        {
            cancelled = true;
            Happened(happened);
        }

        private void Happened(CustomerEvent happened)
        {
            events.Add(happened.Name);
            var net = Net();
            if (worth is [.., var last])
            {
                if (last.Net == net)
                    return;
                if (last.From == happened.OccurredAt)
                    worth.RemoveAt(worth.Count - 1);
                if (worth is [.., var before] && before.Net == net)
                    return;
            }

            if (net is not null || worth.Count > 0)
                worth.Add(new OrderValue(happened.OccurredAt, net));
        }

        private Money? Net()
        {
            if (at is null || cancelled || (paid ?? placed) is not { } gross)
                return null;
            var refunded = 0L;
            var everythingBack = false;
            foreach (var refund in refunds.Values.Concat(refundsWithoutId))
            {
                // Never more than the whole, and cut at each step: a sum of many would leave 64 bits.
                refunded = Math.Min(gross.AmountMinor, refunded + Refund(refund, gross));
                everythingBack |= refund is null || (gross.AmountMinor > 0 && refunded == gross.AmountMinor);
            }

            return everythingBack ? null : gross with { AmountMinor = gross.AmountMinor - refunded };
        }

        // A refund in the currency the order was placed in, but not paid in, is that share of it. One in any third currency cannot be
        // netted; it is taken for the whole.
        private long Refund(Money? refund, Money gross) =>
            refund switch
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
