using System.Collections.Immutable;
using CrmFunctions.Sources.Hooks;
using CrmFunctions.Sources.Hooks.Mapping;
using CrmFunctions.Sources.Reconciliation.Asking;
using Microsoft.AspNetCore.Http;

namespace CrmFunctions.Sources.Reconciliation;

/// <summary>Reads deliveries as the providers of webhooks do: by the very mapping that maps the webhooks.</summary>
public sealed class ProviderDeliveries : IDeliveryReader
{
    /// <inheritdoc/>
    public DeliveryEntries Read(Source source, SourceDelivery delivery, DateTimeOffset receivedAt)
    {
        IHeaderDictionary headers = new HeaderDictionary();
        headers.ContentType = "application/json";
        foreach (var (name, value) in delivery.Headers)
            headers[name] = value;
        var inForce = new SourceInForce(source, [], ImmutableDictionary<string, string>.Empty);
        var mapping = new MappingResult(source, receivedAt);
        inForce.Provider.Map(new Delivery(HttpMethods.Post, "", headers, delivery.Body, receivedAt), inForce, mapping);
        return new DeliveryEntries(mapping.Entries, mapping.Asides is [var aside, ..] ? $"{aside.Reason}: {aside.Detail}" : null);
    }
}
