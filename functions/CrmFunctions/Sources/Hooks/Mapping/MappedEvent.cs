using System.Text.Json.Nodes;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Sources.Hooks.Mapping;

/// <summary>One thing that a delivery says happened, in the words of the canonical event.</summary>
/// <param name="Type">One of <see cref="EventTypes"/>.</param>
/// <param name="About">What it is about, such as <c>order/1001</c>: the readable part of its id.</param>
/// <param name="Customer">Whom. Nobody where <see cref="OfOrder"/> says it.</param>
public sealed record MappedEvent(string Type, string About, Identifiers Customer)
{
    /// <summary>
    /// The id of the event, where the provider signs one. Null: its id is made of its content, so that the same content, sent again under
    /// any delivery id, is one event, and two contents are two.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>When it happened. Null: when it came.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Whether another time makes it another thing. Not so where the provider gives the time of its telling only.</summary>
    public bool TimeTells { get; init; } = true;

    /// <summary>
    /// As of when the provider says so: of two words about one instant the later one counts, whichever came first. Null: as of now.
    /// </summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>
    /// Of an order: every name by which it may be told of later without its customer, such as those of the order and of its payment.
    /// </summary>
    public IReadOnlyList<string> OrderNames { get; init; } = [];

    /// <summary>
    /// The name of an order already told of, where nothing else says whose this is: the customer is that order's, and so is the order id.
    /// Null: it names its customer itself.
    /// </summary>
    public string? OfOrder { get; init; }

    /// <summary>
    /// Whether another customer makes it another thing. Not so where the customer was looked up: what is known of one changes.
    /// </summary>
    public bool CustomerTells { get; init; } = true;

    /// <summary>The members of its data, the customer left out.</summary>
    public JsonObject Data { get; init; } = [];

    /// <summary>The same of an order that was found: its customer, and its id.</summary>
    /// <exception cref="ArgumentException">The event is none of an order.</exception>
    public MappedEvent Of(CustomerEvent order)
    {
        Data["orderId"] = order.What switch
        {
            OrderPlaced placed => placed.OrderId,
            OrderPaid paid => paid.OrderId,
            OrderCancelled cancelled => cancelled.OrderId,
            var other => throw new ArgumentException($"{other.GetType().Name} is no order.", nameof(order)),
        };
        return this with { OfOrder = null, Customer = order.Customer, CustomerTells = false };
    }
}
