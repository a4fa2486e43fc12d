namespace CrmFunctions.Domain.Events;

/// <summary>One thing a customer did or that happened to one, reduced to what decisions need.</summary>
/// <param name="Source">Who says so: the shop's or form's id.</param>
/// <param name="Id">The source's id of the event; with <paramref name="Source"/> it names the event for ever.</param>
/// <param name="OccurredAt">When it happened. UTC, whole milliseconds.</param>
/// <param name="ReceivedAt">When the log took it first. UTC. Breaks ties between events of one instant: the later word counts.</param>
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

/// <summary>How an event names its customer. At least one of the five identifiers is there.</summary>
/// <param name="Id">The source's own customer id; means something within the source only.</param>
/// <param name="UnionId">WeChat unionid.</param>
/// <param name="OpenId">WeChat openid.</param>
/// <param name="Email">E-mail address as sent.</param>
/// <param name="Phone">Phone number as sent.</param>
/// <param name="Name">Name for people; identifies nobody.</param>
/// <param name="TimeZone">IANA zone the customer lives in.</param>
/// <param name="Region">ISO 3166 code of the region whose national notations the phone number may have. Null: none is assumed.</param>
/// <param name="Erased">True in what an erasure has left: nobody is owed anything for it.</param>
public sealed record Identifiers(
    string? Id = null,
    string? UnionId = null,
    string? OpenId = null,
    string? Email = null,
    string? Phone = null,
    string? Name = null,
    string? TimeZone = null,
    string? Region = null,
    bool? Erased = null
);
