using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Domain.Events;

/// <summary>One thing a customer did or that happened to one, reduced to what decisions need.</summary>
/// <param name="Source">Who says so: the shop's or form's id.</param>
/// <param name="Id">The source's id of the event; with <paramref name="Source"/> it names the event for ever.</param>
/// <param name="OccurredAt">When it happened. UTC, whole milliseconds.</param>
/// <param name="ReceivedAt">When the log took it first, or when the provider says that it was so. UTC. Breaks ties between events of one instant: the later word counts.</param>
/// <param name="Customer">The identifiers it carries.</param>
/// <param name="What">What happened.</param>
public sealed record CustomerEvent(
    string Source,
    string Id,
    DateTimeOffset OccurredAt,
    DateTimeOffset ReceivedAt,
    Identifiers Customer,
    Happening What
)
{
    /// <summary>The source of the suite's own events.</summary>
    public const string OwnSource = "crm";

    /// <summary>
    /// Whether its source vouches for the identifiers. The suite's own events carry none: they name a handle as their customer's id.
    /// </summary>
    public bool Vouches => Customer.Claimed != true && !(Source == OwnSource && Customer.Id is { } id && Handle.FromKey(id) is not null);

    /// <summary>The event's name for people: source and id.</summary>
    public string Name => $"{Source}/{Id}";

    /// <summary>The order in which events are folded: by time, then by arrival, then by name, so that any set has one order.</summary>
    public static int Compare(CustomerEvent left, CustomerEvent right)
    {
        var byTime = left.OccurredAt.CompareTo(right.OccurredAt);
        if (byTime != 0)
            return byTime;
        var byArrival = left.ReceivedAt.CompareTo(right.ReceivedAt);
        if (byArrival != 0)
            return byArrival;
        var bySource = string.CompareOrdinal(left.Source, right.Source);
        return bySource != 0 ? bySource : string.CompareOrdinal(left.Id, right.Id);
    }
}
