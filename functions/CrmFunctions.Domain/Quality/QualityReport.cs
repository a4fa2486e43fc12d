namespace CrmFunctions.Domain.Quality;

/// <summary>What is wrong in the whole base, at an instant.</summary>
/// <remarks>Source: Quality/Quality.md, section 3.</remarks>
public static class QualityReport
{
    /// <summary>More customers than this that look alike share an address; they are not one person.</summary>
    private const int MostAlike = 3;

    /// <summary>All defects of all customers, by customer and kind.</summary>
    /// <param name="customers">Each once.</param>
    /// <param name="staleAfter">For how long a good address or number counts as known.</param>
    /// <param name="now">UTC.</param>
    public static IReadOnlyList<(string Customer, Defect Defect)> Of(IReadOnlyCollection<(string Id, QualityFacts Facts)> customers, TimeSpan staleAfter, DateTimeOffset now)
    {
        var alike = customers.SelectMany(customer => customer.Facts.Looks.Select(look => (look, customer))).GroupBy(pair => pair.look, pair => pair.customer)
            .Where(group => group.Count() is > 1 and <= MostAlike).SelectMany(group => group).DistinctBy(customer => customer.Id)
            .Select(customer => (customer.Id, new Defect(DefectKind.Duplicate, "looks-alike", customer.Facts.Contact?.Source ?? "", customer.Facts.Contact?.At ?? now)));
        var stale = customers.Where(customer => customer.Facts.Contact is { } contact && now >= contact.At + staleAfter)
            .Select(customer => (customer.Id, new Defect(DefectKind.Stale, "contact", customer.Facts.Contact!.Source, customer.Facts.Contact.At + staleAfter)));
        return
        [
            .. customers.SelectMany(customer => customer.Facts.Defects.Select(defect => (customer.Id, defect))).Concat(alike).Concat(stale)
                .OrderBy(pair => pair.Item1, StringComparer.Ordinal).ThenBy(pair => pair.Item2.Kind).ThenBy(pair => pair.Item2.Reason, StringComparer.Ordinal)
                .ThenBy(pair => pair.Item2.Source, StringComparer.Ordinal),
        ];
    }
}
