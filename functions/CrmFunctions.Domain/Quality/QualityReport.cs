using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Identity;

namespace CrmFunctions.Domain.Quality;

/// <summary>What is wrong in the whole base, at an instant.</summary>
/// <remarks>Source: Quality/Quality.md, sections 2 and 3.</remarks>
public static class QualityReport
{
    /// <summary>More customers than this that look alike share an address; they are not one person.</summary>
    private const int MostAlike = 3;

    /// <summary>All defects of all customers, by customer and kind.</summary>
    /// <param name="customers">Each once.</param>
    /// <param name="rulings">
    /// What people decided about who is who, in any order; others than those about these customers may be among them.
    /// </param>
    /// <param name="staleAfter">For how long a good address or number counts as known.</param>
    /// <param name="now">UTC.</param>
    public static IReadOnlyList<(string Customer, Defect Defect)> Of(
        IReadOnlyCollection<CustomerQuality> customers,
        IReadOnlyCollection<Ruling> rulings,
        TimeSpan staleAfter,
        DateTimeOffset now
    )
    {
        var apart = rulings
            .Where(ruling => !ruling.IsAboutOne)
            .GroupBy(ruling => (ruling.One, ruling.Other))
            .Where(group => group.Max(Ruling.ByTime)!.Kind == RulingKind.Different)
            .Select(group => group.Key)
            .ToList();
        var alike = customers
            .SelectMany(customer => customer.Facts.Looks.Select(look => (look, customer)))
            .GroupBy(pair => pair.look, pair => pair.customer)
            .Where(group => group.Count() is > 1 and <= MostAlike)
            .SelectMany(group => Undecided([.. group], apart))
            .DistinctBy(customer => customer.Id)
            .Select(customer =>
                (
                    customer.Id,
                    new Defect(DefectKind.Duplicate, "looks-alike", customer.Facts.Contact?.Source ?? "", customer.Facts.Contact?.At ?? now)
                )
            );
        var stale = customers
            .Where(customer => customer.Facts.Contact is { } contact && now >= contact.At + staleAfter)
            .Select(customer =>
                (
                    customer.Id,
                    new Defect(DefectKind.Stale, "contact", customer.Facts.Contact!.Source, customer.Facts.Contact.At + staleAfter)
                )
            );
        return
        [
            .. customers
                .SelectMany(customer => customer.Facts.Defects.Select(defect => (customer.Id, defect)))
                .Concat(alike)
                .Concat(stale)
                .OrderBy(pair => pair.Item1, StringComparer.Ordinal)
                .ThenBy(pair => pair.Item2.Kind)
                .ThenBy(pair => pair.Item2.Reason, StringComparer.Ordinal)
                .ThenBy(pair => pair.Item2.Source, StringComparer.Ordinal),
        ];
    }

    // Customers who look like another customer, with no ruling that they are different people.
    private static IEnumerable<CustomerQuality> Undecided(
        IReadOnlyList<CustomerQuality> alike,
        IReadOnlyList<(Handle One, Handle Other)> apart
    ) =>
        alike.Where(customer =>
            alike.Any(other =>
                other != customer && !apart.Any(pair => AreParted(pair, customer, other) || AreParted(pair, other, customer))
            )
        );

    private static bool AreParted((Handle One, Handle Other) pair, CustomerQuality left, CustomerQuality right) =>
        left.Handles.Contains(pair.One) && right.Handles.Contains(pair.Other);
}

/// <summary>A customer, as far as its quality goes.</summary>
/// <param name="Id">The customer.</param>
/// <param name="Handles">Its handles under which events are filed.</param>
/// <param name="Facts">What its history shows.</param>
public sealed record CustomerQuality(string Id, IReadOnlySet<Handle> Handles, QualityFacts Facts);
