using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Sources.Hooks.Mapping;

namespace CrmFunctions.Sources.Hooks.Providers;

/// <summary>
/// Segment and RudderStack: what people did on a site. In a batch Segment signs the first event only; the others are not believed.
/// </summary>
/// <remarks>Source: segment.com/docs/connections/destinations/catalog/webhooks and /connections/spec (CC BY 4.0).</remarks>
public sealed class Segment : IProvider
{
    private const int LargestEvent = 32 * 1024;
    private const string Signature = "X-Signature";
    private const int MostItems = 2500;

    /// <inheritdoc/>
    public string Name => ProviderNames.Segment;

    /// <inheritdoc/>
    public ProviderRules Rules { get; } = new("the webhook's shared secret") { Claims = true };

    /// <inheritdoc/>
    public IReadOnlyList<string> Headers { get; } = [Signature];

    /// <inheritdoc/>
    public SignatureCheck Verify(Delivery delivery, SourceInForce source)
    {
        var presented = delivery.Header(Signature);
        var whole = source.KeyOf(
            delivery,
            key => Signatures.IsHex(presented, Signatures.Hmac(HashAlgorithmName.SHA1, key.Bytes, delivery.Body))
        );
        if (whole is not null)
            return new SignatureCheck(whole);

        // Only where the body begins as a list is there a first of it; finding its end needs no more than counting brackets.
        var first = First(delivery.Body);
        var part = source.KeyOf(delivery, key => Signatures.IsHex(presented, Signatures.Hmac(HashAlgorithmName.SHA1, key.Bytes, first)));
        return first.IsEmpty ? SignatureCheck.Refused : new SignatureCheck(part, Trusted: 1);
    }

    /// <inheritdoc/>
    public string? TopicOf(Delivery delivery) => DeliveryJson.Peek(delivery.Body, "event") ?? DeliveryJson.Peek(delivery.Body, "type");

    /// <inheritdoc/>
    public void Map(Delivery delivery, SourceInForce source, MappingResult mapping)
    {
        using var document = DeliveryJson.Parse(delivery.Body, mapping);
        if (document is null)
            return;
        var root = document.RootElement;
        IReadOnlyList<JsonElement> items =
            root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray()]
            : root.At("batch") is null ? [root]
            : [.. root.Items("batch")];
        if (items.Count > MostItems)
        {
            mapping.Keep(QuarantineReasons.Unreadable, $"It has {items.Count} events; at most {MostItems} are taken.");
            return;
        }

        foreach (var (index, item) in items.Index())
        {
            if (index < (mapping.Trusted ?? int.MaxValue))
                MapItem(item, source.Source, mapping);
            else
                mapping.Keep(QuarantineReasons.NotSigned, "Only the first event of a batch is signed. Switch batching off at the sender.");
        }
    }

    private static void MapItem(JsonElement item, Source source, MappingResult mapping)
    {
        var (kind, id) = (item.Text("type"), item.Text("messageId"));
        var topic = kind == "track" ? item.Text("event") : kind;
        if (GenericMapping.TypeOf(source, topic) == GenericMapping.Ignored)
            return;
        var time = Time(item);
        var traits = item.At("traits") ?? item.At("context", "traits");
        var person = FieldNames.Customer(
            source,
            path => item.Text(path.Split('.')),
            new Identifiers(
                Id: item.Text("userId"),
                Email: traits?.Text("email") ?? item.Text("properties", "email"),
                Phone: traits?.Text("phone"),
                Name: traits?.Text("name") ?? DeliveryJson.Name(traits?.Text("firstName"), traits?.Text("lastName")),
                TimeZone: item.Text("context", "timezone")
            )
        );
        void Say(string type, JsonObject data) =>
            mapping.Say(
                new MappedEvent(type, id ?? topic ?? "event", person)
                {
                    Id = id,
                    Time = time,
                    TimeTells = id is null,
                    Data = data,
                }
            );

        switch (topic)
        {
            case "identify":
                Say(EventTypes.CustomerUpdated, new JsonObject { ["attributes"] = Plain(traits) });
                break;
            case "page" or "screen":
                Say(EventTypes.Visit, new JsonObject { ["page"] = item.Text("properties", "path") ?? item.Text("name") });
                break;
            case "Product Viewed" or "Product List Viewed" or "Cart Viewed" or "Products Searched" or "Checkout Started":
                Say(EventTypes.Visit, new JsonObject { ["page"] = topic });
                break;
            case "Order Completed":
                Say(EventTypes.OrderPaid, Order(item, source, withAmount: true));
                break;
            case "Order Updated":
                Say(EventTypes.OrderPlaced, Order(item, source, withAmount: true));
                break;
            case "Order Refunded":
                Say(EventTypes.OrderRefunded, Order(item, source, withAmount: true));
                break;
            case "Order Cancelled":
                Say(EventTypes.OrderCancelled, Order(item, source, withAmount: false));
                break;
            case not null when kind == "track" && id is not null:
                GenericMapping.Map(source, mapping, topic, id, time, item.At("properties") ?? item, person);
                break;
            default:
                mapping.Unknown(topic);
                break;
        }
    }

    private static JsonObject Order(JsonElement item, Source source, bool withAmount)
    {
        var data = new JsonObject { ["orderId"] = item.Text("properties", "order_id") };
        if (!withAmount)
            return data;
        data["amount"] = item.Text("properties", "total") ?? item.Text("properties", "revenue") ?? item.Text("properties", "value");
        data["currency"] = item.Text("properties", "currency")?.ToUpperInvariant() ?? source.Currency;
        return data;
    }

    // The sender's clock may be wrong; how far shows in when it says it sent, against when Segment received.
    private static DateTimeOffset? Time(JsonElement item)
    {
        if (
            item.Instant(null, "receivedAt") is { } received
            && item.Instant(null, "sentAt") is { } sent
            && item.Instant(null, "originalTimestamp") is { } original
        )
            return received - (sent - original);
        return item.Instant(null, "timestamp") ?? item.Instant(null, "originalTimestamp") ?? item.Instant(null, "receivedAt");
    }

    private static JsonObject Plain(JsonElement? traits)
    {
        var attributes = new JsonObject();
        if (traits is not { ValueKind: JsonValueKind.Object } members)
            return attributes;
        foreach (var member in members.EnumerateObject().Where(member => member.Name is not ("email" or "phone" or "name")).Take(100))
        {
            if (member.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
                attributes[member.Name] = JsonNode.Parse(member.Value.GetRawText());
        }

        return attributes;
    }

    private static ReadOnlyMemory<byte> First(ReadOnlyMemory<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body.Span, new JsonReaderOptions { MaxDepth = 32 });
            if (!reader.Read())
                return default;
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                while (Next(ref reader, 0) && !(IsMember(ref reader) && reader.ValueTextEquals("batch"u8)))
                {
                    // There may be members before it.
                }

                if (!Next(ref reader, 0))
                    return default;
            }

            if (reader.TokenType != JsonTokenType.StartArray || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return default;
            var (start, depth) = ((int)reader.TokenStartIndex, reader.CurrentDepth);
            while (Next(ref reader, start))
            {
                if (reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == depth)
                    return body[start..(int)reader.BytesConsumed];
            }

            return default;
        }
        catch (JsonException)
        {
            return default;
        }

        static bool IsMember(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1;

        // No further than an event is long, before it and within it: the sender is not known to be authentic.
        static bool Next(ref Utf8JsonReader reader, int from) => reader.TokenStartIndex - from <= LargestEvent && reader.Read();
    }
}
