namespace CrmFunctions.Domain.Events;

/// <summary>The event types the suite understands, as they stand in an event's <c>type</c>.</summary>
public static class EventTypes
{
    public const string OrderPlaced = "order.placed";
    public const string OrderPaid = "order.paid";
    public const string OrderRefunded = "order.refunded";
    public const string OrderCancelled = "order.cancelled";
    public const string CheckoutAbandoned = "checkout.abandoned";
    public const string CustomerCreated = "customer.created";
    public const string CustomerUpdated = "customer.updated";
    public const string CustomerErased = "customer.erased";
    public const string FormSubmitted = "form.submitted";
    public const string Visit = "visit";
    public const string Interaction = "interaction";
    public const string Feedback = "feedback";
    public const string ComplaintOpened = "complaint.opened";
    public const string ComplaintClosed = "complaint.closed";
    public const string Referral = "referral";
    public const string FollowUpDone = "followup.done";
    public const string ConsentChanged = "consent.changed";
    public const string PotentialRated = "rating.potential";
    public const string TierPinned = "tier.pinned";
    public const string TierUnpinned = "tier.unpinned";

    /// <summary>All of them, in the order of the documentation.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        OrderPlaced,
        OrderPaid,
        OrderRefunded,
        OrderCancelled,
        CheckoutAbandoned,
        CustomerCreated,
        CustomerUpdated,
        CustomerErased,
        FormSubmitted,
        Visit,
        Interaction,
        Feedback,
        ComplaintOpened,
        ComplaintClosed,
        Referral,
        FollowUpDone,
        ConsentChanged,
        PotentialRated,
        TierPinned,
        TierUnpinned,
    ];

    /// <summary>
    /// What people decide here, under their own names: never an event from outside.
    /// </summary>
    public static IReadOnlyList<string> Decided { get; } = [PotentialRated, TierPinned, TierUnpinned];

    /// <summary>What events from outside may be.</summary>
    public static IReadOnlyList<string> FromOutside { get; } = [.. All.Except(Decided)];

    /// <summary>The type of what happened.</summary>
    public static string Of(Type happening) => types[happening];

    private static readonly Dictionary<Type, string> types = new()
    {
        [typeof(Events.OrderPlaced)] = OrderPlaced,
        [typeof(Events.OrderPaid)] = OrderPaid,
        [typeof(Events.OrderRefunded)] = OrderRefunded,
        [typeof(Events.OrderCancelled)] = OrderCancelled,
        [typeof(Events.CheckoutAbandoned)] = CheckoutAbandoned,
        [typeof(Events.CustomerCreated)] = CustomerCreated,
        [typeof(Events.CustomerUpdated)] = CustomerUpdated,
        [typeof(Events.CustomerErased)] = CustomerErased,
        [typeof(Events.FormSubmitted)] = FormSubmitted,
        [typeof(Events.Visit)] = Visit,
        [typeof(Events.Interaction)] = Interaction,
        [typeof(Events.Feedback)] = Feedback,
        [typeof(Events.ComplaintOpened)] = ComplaintOpened,
        [typeof(Events.ComplaintClosed)] = ComplaintClosed,
        [typeof(Events.Referral)] = Referral,
        [typeof(Events.FollowUpDone)] = FollowUpDone,
        [typeof(Events.ConsentChanged)] = ConsentChanged,
        [typeof(Events.PotentialRated)] = PotentialRated,
        [typeof(Events.TierPinned)] = TierPinned,
        [typeof(Events.TierUnpinned)] = TierUnpinned,
    };
}
