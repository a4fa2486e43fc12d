using System.Collections.Immutable;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Tiering;

namespace CrmFunctions.Customers;

/// <summary>What all schemes in force say of one customer at one instant.</summary>
/// <param name="Facts">What they say it of.</param>
/// <param name="Decisions">
/// One for each scheme in force; the first is the primary one, whose stage and obligations are the customer's.
/// </param>
public sealed record DecisionSet(Facts Facts, ImmutableArray<Decision> Decisions)
{
    /// <summary>The primary scheme's.</summary>
    public Decision Primary => Decisions[0];

    /// <summary>The first instant at which any of them would say something else with no new event. Null: never.</summary>
    public DateTimeOffset? NextReview => Decisions.Min(decision => decision.NextReview);

    /// <summary>The tags of all of them, in ordinal order.</summary>
    public ImmutableArray<string> Tags =>
        [.. Decisions.SelectMany(decision => decision.Tags).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>That of a scheme; null where it is not in force.</summary>
    public Decision? Of(string scheme) => Decisions.FirstOrDefault(decision => decision.By.Scheme == scheme);
}
