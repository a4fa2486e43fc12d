using System.Collections.Immutable;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Domain.Quality;

/// <summary>What sources say of a customer: the last word of each on each attribute.</summary>
/// <param name="Name">The customer's name.</param>
/// <param name="Email">E-mail address.</param>
/// <param name="Phone">Phone number.</param>
/// <param name="TimeZone">IANA zone.</param>
/// <remarks>Source: Quality/Quality.md, section 1.</remarks>
public sealed record Profile(
    ImmutableArray<SourcedValue> Name,
    ImmutableArray<SourcedValue> Email,
    ImmutableArray<SourcedValue> Phone,
    ImmutableArray<SourcedValue> TimeZone
)
{
    /// <summary>
    /// The profile of a history. The first value of each attribute is the one that counts: the latest, from any source. What was only
    /// claimed counts for a customer of whom nothing else is known.
    /// </summary>
    /// <param name="events">Each once, in the order of folding.</param>
    public static Profile Of(IReadOnlyList<CustomerEvent> events)
    {
        events = History.VouchedFor(events);
        ImmutableArray<SourcedValue> Words(Func<Identifiers, string?> attribute) =>
            [
                .. events
                    .Select(
                        (e, i) => (Word: new SourcedValue(attribute(e.Customer) ?? "", e.Source, e.OccurredAt, e.Customer.Region), Order: i)
                    )
                    .Where(said => said.Word.Value.Length > 0)
                    .GroupBy(said => said.Word.Source)
                    .Select(group => group.Last())
                    .OrderByDescending(said => said.Order)
                    .Select(said => said.Word),
            ];

        return new Profile(Words(c => c.Name), Words(c => c.Email), Words(c => c.Phone), Words(c => c.TimeZone));
    }

    /// <summary>The words on an attribute that contradict the one that counts.</summary>
    public static IEnumerable<SourcedValue> Contradicting(ImmutableArray<SourcedValue> words) =>
        words.Skip(1).Where(word => !string.Equals(Plain(word.Value), Plain(words[0].Value), StringComparison.OrdinalIgnoreCase));

    /// <summary>A text without the blanks that people set differently.</summary>
    internal static string Plain(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}

/// <summary>What a source said last of an attribute.</summary>
/// <param name="Value">As sent.</param>
/// <param name="Source">Who said so.</param>
/// <param name="At">When. UTC.</param>
/// <param name="Region">The region whose notations a phone number may have.</param>
public sealed record SourcedValue(string Value, string Source, DateTimeOffset At, string? Region);
