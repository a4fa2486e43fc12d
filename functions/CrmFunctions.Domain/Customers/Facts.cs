using System.Collections.Immutable;
using CrmFunctions.Domain.Events;

namespace CrmFunctions.Domain.Customers;

/// <summary>
/// What is true of one customer at one instant: the fold of the events known of all handles. A set of events has one fold, in
/// any order, and each any number of times.
/// </summary>
/// <remarks>Source: Customers/Facts.md, where each rule has its worked example.</remarks>
public sealed record Facts
{
    /// <summary>The instant the facts are true at. UTC.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>
    /// The first later instant at which the facts change by themselves: an event known already and dated ahead. Null: none.
    /// </summary>
    public DateTimeOffset? ChangesAt { get; init; }

    /// <summary>The orders that count, by time: not cancelled, not given back whole.</summary>
    public required ImmutableArray<Order> Orders { get; init; }

    /// <summary>Orders that counted once and count no longer, by time: what was decided then was decided with them.</summary>
    public ImmutableArray<Order> Undone { get; init; } = [];

    /// <summary>Everything that shows engagement, by time.</summary>
    public required ImmutableArray<EngagementPoint> Touches { get; init; }

    /// <summary>Potential as people rated it, by time.</summary>
    public required ImmutableArray<Rating> Ratings { get; init; }

    /// <summary>Scores of feedback, 0 to 10, by time.</summary>
    public required ImmutableArray<DatedValue> Feedback { get; init; }

    /// <summary>Complaints by the time they were opened.</summary>
    public required ImmutableArray<DatedValue> Complaints { get; init; }

    /// <summary>Referrals by time.</summary>
    public required ImmutableArray<DatedValue> Referrals { get; init; }

    /// <summary>What sources said of the customer, by time: the last word on a name counts.</summary>
    public ImmutableArray<AttributeValue> Attributes { get; init; } = [];

    /// <summary>Tags put on and taken off, by time.</summary>
    public ImmutableArray<TagMark> Tags { get; init; } = [];

    /// <summary>Tiers set by hand and taken back, by time.</summary>
    public ImmutableArray<Pin> Pins { get; init; } = [];

    /// <summary>The first event of any kind. Null where there is none yet.</summary>
    public DateTimeOffset? FirstSeen { get; init; }

    /// <summary>The last event that showed intent to buy: a form, a checkout left, a question. Null where there is none.</summary>
    public DateTimeOffset? LastIntent { get; init; }

    /// <summary>The last contact between one of our people and the customer. Null: never.</summary>
    public DateTimeOffset? LastContact { get; init; }

    /// <summary>Different events folded, those dated ahead included.</summary>
    public required int Events { get; init; }

    /// <summary>The source erased the customer.</summary>
    public bool Erased { get; init; }

    /// <summary>Folds events. Those after <paramref name="asOf"/> count for nothing yet.</summary>
    /// <param name="events">In any order, with any repetitions.</param>
    /// <param name="asOf">UTC.</param>
    public static Facts From(IEnumerable<CustomerEvent> events, DateTimeOffset asOf)
    {
        var distinct = History.Distinct(events);
        var fold = new Fold();
        DateTimeOffset? changesAt = null;
        foreach (var customerEvent in distinct)
        {
            if (customerEvent.OccurredAt > asOf)
            {
                changesAt = customerEvent.OccurredAt;
                break;
            }

            fold.Add(customerEvent);
        }

        return fold.Facts(asOf, changesAt, distinct.Count);
    }
}
