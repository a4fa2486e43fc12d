using CrmFunctions.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Standards;

namespace CrmFunctions.Profiles;

/// <summary>Everything about a customer on one page, as answered.</summary>
public sealed class CustomerPage(CustomerStore customers, CustomerReader reader, TieringEngine engine)
{
    /// <summary>The page of a customer who has been decided.</summary>
    public async Task<CustomerAnswer> Of(StoredCustomer customer, string language, CancellationToken cancellationToken)
    {
        var decided = customer.Decided!;
        var events = await reader.Events(customer, cancellationToken);
        var history = await customers.ReadHistory(customer.Id, cancellationToken);
        return new CustomerAnswer(
            customer.Id.Key,
            decided.Tier,
            engine.LabelOf(decided.Tier, language),
            decided.Stage.Code(),
            decided.Stage.LabelIn(language),
            decided.Score,
            decided.Standard,
            decided.NextReview,
            decided.Events,
            decided.Orders,
            decided.LastOrderAt,
            Profile(events),
            [
                .. customer.Handles.Select(pair => new HandleAnswer(
                    pair.Key,
                    Handle.FromKey(pair.Key)!.Value.Kind,
                    pair.Value,
                    Shared: false
                )),
                .. customer
                    .Shared.Union(customer.Claimed)
                    .Select(handle => new HandleAnswer(handle.Key, handle.Kind, HasEvents: false, Shared: true)),
            ],
            customer.Owed,
            decided.ReadTags(),
            decided.ReadOthers(),
            OutlookAnswer.Of(engine.Decide(events).Primary),
            [
                .. history.Select(row => new HistoryAnswer(
                    row.At,
                    row.FromTier,
                    row.ToTier,
                    row.FromStage,
                    row.ToStage,
                    row.Score / 10_000m,
                    row.Standard,
                    row.Scheme
                )),
            ]
        );
    }

    private static ProfileAnswer Profile(IReadOnlyList<CustomerEvent> events)
    {
        var profile = Domain.Quality.Profile.Of(events);
        return new ProfileAnswer(Answer(profile.Name), Answer(profile.Email), Answer(profile.Phone), Answer(profile.TimeZone));

        static AttributeAnswer? Answer(System.Collections.Immutable.ImmutableArray<Domain.Quality.SourcedValue> words)
        {
            if (words is not [var counts, ..])
                return null;
            var others = Domain
                .Quality.Profile.Contradicting(words)
                .Select(word => new AttributeAnswer(word.Value, word.Source, word.At))
                .ToList();
            return new AttributeAnswer(counts.Value, counts.Source, counts.At, others.Count == 0 ? null : others);
        }
    }
}
