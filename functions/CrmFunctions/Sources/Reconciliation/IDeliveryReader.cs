using CrmFunctions.Events;
using CrmFunctions.Sources.Reconciliation.Asking;

namespace CrmFunctions.Sources.Reconciliation;

/// <summary>
/// Makes events of a delivery just as its webhook's would be: by the provider's own mapping, so that a webhook that comes late is a
/// duplicate.
/// </summary>
public interface IDeliveryReader
{
    /// <summary>The events of a delivery.</summary>
    /// <param name="source">Who would have sent it.</param>
    /// <param name="delivery">What it would have sent.</param>
    /// <param name="receivedAt">Now. UTC.</param>
    DeliveryEntries Read(Source source, SourceDelivery delivery, DateTimeOffset receivedAt);
}

/// <summary>The events of a delivery.</summary>
/// <param name="Entries">None where it means nothing here, or cannot be taken.</param>
/// <param name="Problem">Why it cannot be taken; null where it can.</param>
public sealed record DeliveryEntries(IReadOnlyList<LogEntry> Entries, string? Problem);
