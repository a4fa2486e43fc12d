using Azure.Messaging.ServiceBus;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Messaging;

namespace CrmFunctions.Events;

/// <summary>A hint that a customer may have to be decided again. One too many does no harm.</summary>
/// <param name="Handle">Key of one of the customer's handles.</param>
/// <param name="Due">Set where the review index asked: the instant of the row that fired. Then there is nothing new in the log.</param>
/// <param name="Afresh">
/// Set where news about who is who were found elsewhere, or the limits of sharing are others: it is to be found out anew.
/// </param>
/// <param name="Asked">When the event came that asked for it; by the machine's clock. Null: no event did.</param>
public sealed record RecalculationMessage(string Handle, DateTimeOffset? Due = null, bool Afresh = false, DateTimeOffset? Asked = null)
{
    /// <summary>
    /// The message to whom news about who is who concern. It is never dropped as one that was there before: each may tell of other news.
    /// </summary>
    public static ServiceBusMessage NewsFor(Handle handle, DateTimeOffset? visibleAt = null) =>
        Bus.Message($"people:{handle.Key}:{Guid.NewGuid():N}", new RecalculationMessage(handle.Key, Afresh: true), visibleAt);

    /// <summary>The message of a review that fell due.</summary>
    public static ServiceBusMessage Review(string customer, DateTimeOffset due) =>
        Bus.Message($"review:{customer}:{due.ToUnixTimeSeconds()}", new RecalculationMessage(customer, due));

    /// <summary>The message of a recalculation of everything: once for each customer and occasion.</summary>
    public static ServiceBusMessage All(string customer, string occasion, bool afresh = false) =>
        Bus.Message($"all:{customer}:{occasion}", new RecalculationMessage(customer, Afresh: afresh));

    /// <summary>The message for an event, to be seen after the window's end.</summary>
    public static ServiceBusMessage Debounced(Handle handle, DebounceWindow window, DateTimeOffset asked) =>
        Bus.Message($"{handle.Key}:{window.Number}", new RecalculationMessage(handle.Key, Asked: asked), window.VisibleAt);
}
