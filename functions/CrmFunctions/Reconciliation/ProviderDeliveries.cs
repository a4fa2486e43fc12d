using CrmFunctions.Reconciliation.Asking;
using CrmFunctions.Sources;

namespace CrmFunctions.Reconciliation;

/// <summary>Reads deliveries as the providers of webhooks do.</summary>
public sealed class ProviderDeliveries : IDeliveryReader
{
    /// <inheritdoc/>
    public DeliveryEntries Read(Source source, SourceDelivery delivery, DateTimeOffset receivedAt) => new([], $"{source.Provider} has no mapping yet.");
}
