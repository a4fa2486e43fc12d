using System.Text.Json;
using System.Text.Json.Serialization;

namespace CrmFunctions.Domain.Events;

/// <summary>What an event says happened: a closed family, one kind for each event type.</summary>
[JsonDerivedType(typeof(OrderPlaced), "op")]
[JsonDerivedType(typeof(OrderPaid), "oy")]
[JsonDerivedType(typeof(OrderRefunded), "or")]
[JsonDerivedType(typeof(OrderCancelled), "oc")]
[JsonDerivedType(typeof(CheckoutAbandoned), "ca")]
[JsonDerivedType(typeof(CustomerCreated), "cc")]
[JsonDerivedType(typeof(CustomerUpdated), "cu")]
[JsonDerivedType(typeof(CustomerErased), "ce")]
[JsonDerivedType(typeof(FormSubmitted), "fs")]
[JsonDerivedType(typeof(Visit), "v")]
[JsonDerivedType(typeof(Interaction), "i")]
[JsonDerivedType(typeof(Feedback), "f")]
[JsonDerivedType(typeof(ComplaintOpened), "co")]
[JsonDerivedType(typeof(ComplaintClosed), "cl")]
[JsonDerivedType(typeof(Referral), "r")]
[JsonDerivedType(typeof(FollowUpDone), "fd")]
[JsonDerivedType(typeof(ConsentChanged), "ch")]
[JsonDerivedType(typeof(PotentialRated), "pr")]
[JsonDerivedType(typeof(TierPinned), "tp")]
[JsonDerivedType(typeof(TierUnpinned), "tu")]
public abstract record Happening;

/// <summary>An order was placed. Counts as an order with this amount until a payment says otherwise.</summary>
public sealed record OrderPlaced(string OrderId, Money Amount) : Happening;

/// <summary>An order was paid. The last payment's amount is the order's amount.</summary>
public sealed record OrderPaid(string OrderId, Money Amount) : Happening;

/// <summary>Money was given back for an order. Without an amount, all of it.</summary>
/// <param name="OrderId">The order, which may not have been seen yet.</param>
/// <param name="RefundId">The source's id of the refund: the same refund told twice counts once. Null: the event's id.</param>
/// <param name="Amount">What was given back.</param>
public sealed record OrderRefunded(string OrderId, string? RefundId, Money? Amount) : Happening;

/// <summary>An order was cancelled: it counts for nothing.</summary>
public sealed record OrderCancelled(string OrderId) : Happening;

/// <summary>A checkout was begun and left.</summary>
public sealed record CheckoutAbandoned(string? CheckoutId) : Happening;

/// <summary>The source made a customer record.</summary>
public sealed record CustomerCreated(IReadOnlyDictionary<string, JsonElement>? Attributes, IReadOnlyList<TagChange>? Tags = null)
    : Happening;

/// <summary>The source changed a customer record.</summary>
public sealed record CustomerUpdated(IReadOnlyDictionary<string, JsonElement>? Attributes, IReadOnlyList<TagChange>? Tags = null)
    : Happening;

/// <summary>A tag put on or taken off.</summary>
/// <param name="Name">The tag.</param>
/// <param name="On">Put on; else taken off.</param>
/// <param name="Until">From then on it is off by itself; null: never.</param>
public sealed record TagChange(string Name, bool On, DateTimeOffset? Until);

/// <summary>The source erased a customer record.</summary>
public sealed record CustomerErased : Happening;

/// <summary>A form was sent.</summary>
public sealed record FormSubmitted(string? Form, IReadOnlyDictionary<string, JsonElement>? Attributes) : Happening;

/// <summary>The customer visited a page or a shop.</summary>
public sealed record Visit(string? Page) : Happening;

/// <summary>A conversation, in (from the customer) or out (to the customer).</summary>
public sealed record Interaction(string? Channel, bool Inbound) : Happening;

/// <summary>Feedback with a score.</summary>
/// <param name="Score">0 to 10; 1 to 5 on a scale of 5. Null: words only.</param>
/// <param name="Kind">The question: <see cref="Csat"/>, <see cref="Nps"/>, or a name of the source's own.</param>
/// <param name="Scale">The best score there is, 5 or 10; null where the source did not say: 10.</param>
public sealed record Feedback(int? Score, string? Kind, int? Scale = null) : Happening
{
    /// <summary>满意度: how satisfied are you, 1 to 5.</summary>
    public const string Csat = "csat";

    /// <summary>净推荐值: how likely would you recommend us, 0 to 10.</summary>
    public const string Nps = "nps";

    /// <summary>The best score there is, 5 or 10.</summary>
    [JsonIgnore]
    public int OutOf => Scale ?? 10;

    /// <summary>The score of 10: 4 of 5 are 8.</summary>
    [JsonIgnore]
    public int? OfTen => Score * (10 / OutOf);

    /// <summary>Whether it answers a question.</summary>
    public bool Asks(string kind) => string.Equals(Kind, kind, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A complaint was opened.</summary>
public sealed record ComplaintOpened(string ComplaintId) : Happening;

/// <summary>A complaint was closed.</summary>
public sealed record ComplaintClosed(string ComplaintId) : Happening;

/// <summary>The customer brought another.</summary>
public sealed record Referral(string? Referred) : Happening;

/// <summary>The team did a follow-up.</summary>
/// <param name="By">Who.</param>
/// <param name="Duty">The duty that was done with it, by its name. Null: none in particular.</param>
/// <param name="Evidence">What was done, in words or as an address.</param>
public sealed record FollowUpDone(string? By, string? Duty = null, string? Evidence = null) : Happening;

/// <summary>Consent given or withdrawn for a channel and purpose.</summary>
/// <param name="Channel">email, sms …, or * for all.</param>
/// <param name="Purpose">marketing or transactional, or * for both.</param>
/// <param name="Granted">Given; else withdrawn.</param>
/// <param name="Wording">Which version of the words the customer saw.</param>
/// <param name="Evidence">What proves it, such as the address of a form or the number of a record.</param>
public sealed record ConsentChanged(string Channel, string Purpose, bool Granted, string? Wording = null, string? Evidence = null)
    : Happening;

/// <summary>A person rated the customer's potential.</summary>
/// <param name="Score">0 to 100.</param>
/// <param name="Author">Who rated.</param>
/// <param name="Reason">Why.</param>
/// <param name="Expires">From this instant on the rating counts for nothing; null: never.</param>
public sealed record PotentialRated(decimal Score, string Author, string Reason, DateTimeOffset? Expires) : Happening;

/// <summary>人工干预: a person set the tier.</summary>
/// <param name="Scheme">The scheme it is a tier of.</param>
/// <param name="Tier">The tier's name.</param>
/// <param name="Author">Who.</param>
/// <param name="Reason">Why.</param>
/// <param name="Expires">From this instant on the engine decides again; null: until taken back.</param>
public sealed record TierPinned(string Scheme, string Tier, string Author, string Reason, DateTimeOffset? Expires) : Happening;

/// <summary>The tier set by a person was taken back: the engine decides again.</summary>
public sealed record TierUnpinned(string Scheme, string Author, string? Reason) : Happening;
