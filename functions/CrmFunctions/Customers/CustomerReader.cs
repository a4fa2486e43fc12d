using CrmFunctions.Domain;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Http;
using CrmFunctions.Recalculation;
using CrmFunctions.Standards;
using Microsoft.AspNetCore.Http;

namespace CrmFunctions.Customers;

/// <summary>Reads customers for those who ask.</summary>
public sealed class CustomerReader(CustomerStore customers, CustomerGatherer gatherer, TieringEngine engine)
{
    /// <summary>The customer of an id; null where there is none, or nothing is decided yet.</summary>
    public async Task<StoredCustomer?> Find(string id, CancellationToken cancellationToken) =>
        Handle.FromKey(id) is { } handle && await customers.Find(handle, cancellationToken) is { Decided: not null } found ? found : null;

    /// <summary>
    /// The customers with an identifier: an e-mail address, a phone number, or <c>source:id</c>. Several where it is shared.
    /// </summary>
    public async Task<IReadOnlyList<StoredCustomer>> FindByIdentifier(string identifier, CancellationToken cancellationToken)
    {
        foreach (var handle in Handles(identifier))
        {
            var found = await customers.FindAll(handle, cancellationToken);
            var carriers = found
                .Where(customer =>
                    customer.Decided is not null && (customer.Handles.ContainsKey(handle.Key) || customer.Shared.Contains(handle))
                )
                .ToList();
            if (carriers.Count > 0)
                return carriers;
        }

        return [];
    }

    /// <summary>The customer's events, each once, in order.</summary>
    public Task<IReadOnlyList<CustomerEvent>> Events(StoredCustomer customer, CancellationToken cancellationToken) =>
        gatherer.Known(customer, cancellationToken);

    /// <summary>Everything about a customer on one page.</summary>
    public async Task<CustomerAnswer> Page(StoredCustomer customer, string language, CancellationToken cancellationToken)
    {
        var decided = customer.Decided!;
        var events = await Events(customer, cancellationToken);
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
                .. customer.Shared.Select(handle => new HandleAnswer(handle.Key, handle.Kind, HasEvents: false, Shared: true)),
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

    /// <summary>The language a request asks for: <c>?lang=</c>, else its Accept-Language.</summary>
    public static string LanguageOf(HttpRequest request) =>
        Language.Of(request.Query["lang"] is [{ Length: > 0 } asked, ..] ? asked : request.Headers.AcceptLanguage.ToString());

    /// <summary>That there is no such customer, or not yet.</summary>
    public static IResult NotFound() =>
        new Problem(
            ProblemKind.NotFound,
            "No customer has this id; send the customerId of an answer to an event, a few seconds after it, or look one up with /api/customers?handle=."
        ).ToResult();

    /// <summary>What an identifier may stand for: a handle's key, an e-mail address, a phone number, or <c>source:id</c>.</summary>
    public static IEnumerable<Handle> Handles(string identifier)
    {
        if (Handle.FromKey(identifier) is { } key)
            yield return key;
        if (Handle.OfEmail(identifier) is { } email)
            yield return email;
        if (Handle.OfPhone(identifier) is { } phone)
            yield return phone;
        var colon = identifier.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && colon < identifier.Length - 1)
            yield return Handle.OfId(identifier[..colon], identifier[(colon + 1)..]);
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
