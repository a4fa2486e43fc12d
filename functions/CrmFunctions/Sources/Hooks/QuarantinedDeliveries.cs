using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events.Quarantine;
using CrmFunctions.Sources.Hooks.Mapping;
using Microsoft.AspNetCore.WebUtilities;

namespace CrmFunctions.Sources.Hooks;

/// <summary>Deliveries as they are kept aside: the raw body, and of the rest what the provider reads.</summary>
internal static class QuarantinedDeliveries
{
    private const int MostHeaders = 8 * 1024;
    private const int MostDetail = 1000;

    /// <summary>The row of a delivery. The same body with the same topic is the same row under any delivery id.</summary>
    public static QuarantineRow Row(Delivery delivery, SourceInForce source, string kind, IReadOnlyList<QuarantineCause> asides)
    {
        var provider = source.Provider;
        var topic = provider.TopicOf(delivery) ?? "";
        var detail = string.Join(" | ", asides.Select(aside => aside.Detail).Distinct());
        var row = new QuarantineRow
        {
            RowKey = kind + Base32.Hash($"{Convert.ToHexString(SHA256.HashData(delivery.Body.Span))}\n{topic}", 26),
            Source = source.Source.Id,
            Provider = source.Source.Provider,
            Type = topic.Length <= 256 ? topic : topic[..256],
            ReceivedAt = delivery.ReceivedAt,
            Reason = asides[0].Reason,
            Detail = detail.Length <= MostDetail ? detail : detail[..MostDetail] + "…",
            Query = Query(delivery, provider),
            Headers = Headers(delivery, provider),
        };
        if (!row.Take(delivery.Body))
            row.Detail = $"The body is too large to be kept. {row.Detail}";
        return row;
    }

    private static string Headers(Delivery delivery, IProvider provider)
    {
        var kept = provider
            .Headers.Append("Content-Type")
            .Where(delivery.Headers.ContainsKey)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToDictionary(
                name => name,
                name => delivery.Headers[name].Select(value => value ?? "").ToArray(),
                StringComparer.OrdinalIgnoreCase
            );
        var json = JsonSerializer.Serialize(kept, QuarantinedDeliveryJson.Default.DictionaryStringStringArray);
        return json.Length <= MostHeaders ? json : "{}";
    }

    private static string? Query(Delivery delivery, IProvider provider)
    {
        var kept = provider
            .Query.Select(name => KeyValuePair.Create(name, delivery.Parameter(name)))
            .Where(pair => pair.Value is not null)
            .ToList();
        return kept.Count == 0 ? null : QueryHelpers.AddQueryString("", kept);
    }
}

/// <summary>JSON of kept headers.</summary>
[JsonSerializable(typeof(Dictionary<string, string[]>))]
internal sealed partial class QuarantinedDeliveryJson : JsonSerializerContext;
