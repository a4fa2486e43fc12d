using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Sources.Hooks.Mapping;

namespace CrmFunctions.Sources.Hooks.Providers;

/// <summary>HubSpot: batches, in three versions of signature. Of several in one delivery the strongest counts alone.</summary>
/// <remarks>Source: developers.hubspot.com, "Validating requests from HubSpot".</remarks>
public sealed class HubSpot : IProvider
{
    private const string Old = "X-HubSpot-Signature";
    private const string OldVersion = "X-HubSpot-Signature-Version";
    private const string Third = "X-HubSpot-Signature-v3";
    private const string Timestamp = "X-HubSpot-Request-Timestamp";
    private const int MostItems = 1000;

    // What HubSpot decodes in the address before it signs, and nothing else.
    private static readonly (string Encoded, string Decoded)[] decoded =
    [
        ("%3A", ":"),
        ("%2F", "/"),
        ("%3F", "?"),
        ("%40", "@"),
        ("%21", "!"),
        ("%24", "$"),
        ("%27", "'"),
        ("%28", "("),
        ("%29", ")"),
        ("%2A", "*"),
        ("%2C", ","),
        ("%3B", ";"),
    ];

    /// <inheritdoc/>
    public string Name => ProviderNames.HubSpot;

    /// <inheritdoc/>
    public ProviderRules Rules { get; } = new("the app's client secret", NeedsUrl: true);

    /// <inheritdoc/>
    public IReadOnlyList<string> Headers { get; } = [Old, OldVersion, Third, Timestamp];

    /// <inheritdoc/>
    public SignatureCheck Verify(Delivery delivery, SourceInForce source)
    {
        var address = source.Source.Url ?? "";
        if (delivery.Headers.ContainsKey(Third))
        {
            var sent = delivery.Header(Timestamp);
            var (presented, at) = (delivery.Header(Third), Signatures.Milliseconds(sent));
            var (head, tail) = (Signatures.Utf8(delivery.Method + Decode(address)), Signatures.Utf8(sent ?? ""));
            var key = source.KeyOf(
                delivery,
                secret => Signatures.IsBase64(presented, Signatures.HmacSha256(secret.Bytes, head, delivery.Body, tail))
            );
            return at is null || key is null ? SignatureCheck.Refused : new SignatureCheck(key, at);
        }

        var old = delivery.Header(Old);
        var middle = delivery.Header(OldVersion) switch
        {
            "v2" => Signatures.Utf8(delivery.Method + address),
            "v1" or null => ReadOnlyMemory<byte>.Empty,
            _ => (ReadOnlyMemory<byte>?)null,
        };
        var fits = source.KeyOf(
            delivery,
            secret => Signatures.IsHex(old, Signatures.Hash(HashAlgorithmName.SHA256, secret.Bytes, middle ?? default, delivery.Body))
        );
        return middle is null ? SignatureCheck.Refused : new SignatureCheck(fits);
    }

    /// <inheritdoc/>
    public string? TopicOf(Delivery delivery) => DeliveryJson.Peek(delivery.Body, "0", "subscriptionType");

    /// <inheritdoc/>
    public void Map(Delivery delivery, SourceInForce source, MappingResult mapping)
    {
        using var document = DeliveryJson.Parse(delivery.Body, mapping);
        if (document is null)
            return;
        if (document.RootElement.ValueKind != JsonValueKind.Array || document.RootElement.GetArrayLength() > MostItems)
        {
            mapping.Keep(QuarantineReasons.Unreadable, $"It is no list of at most {MostItems} events.");
            return;
        }

        foreach (var (index, item) in document.RootElement.EnumerateArray().Index())
        {
            if (item.ValueKind == JsonValueKind.Object && item.Text("subscriptionType") is { } topic && item.Text("objectId") is { } about)
                MapItem(item, topic, about, source.Source, mapping);
            else
                mapping.Keep(QuarantineReasons.Unreadable, $"[{index}] is no event: subscriptionType or objectId is missing");
        }
    }

    private static void MapItem(JsonElement item, string topic, string about, Source source, MappingResult mapping)
    {
        if (GenericMapping.TypeOf(source, topic) == GenericMapping.Ignored)
            return;

        // The number of an event alone is not promised to be its own; which try it is, is no part of it.
        var id = $"{item.Text("portalId")}/{item.Text("subscriptionId")}/{item.Text("eventId")}/{item.Text("occurredAt")}";
        var (time, person) = (item.Milliseconds("occurredAt"), new Identifiers(Id: about));
        switch (topic)
        {
            case "contact.creation":
                mapping.Say(new MappedEvent(EventTypes.CustomerCreated, id, person) { Id = id, Time = time });
                break;
            case "contact.propertyChange" when item.Text("propertyName") is { } property:
                mapping.Say(
                    new MappedEvent(
                        EventTypes.CustomerUpdated,
                        id,
                        FieldNames.Customer(source, With(person, property, item.Text("propertyValue")))
                    )
                    {
                        Id = id,
                        Time = time,
                        Data = new JsonObject { ["attributes"] = new JsonObject { [property] = item.Text("propertyValue") } },
                    }
                );
                break;
            case "contact.deletion":
                mapping.Say(new MappedEvent(EventTypes.CustomerErased, id, person) { Id = id, Time = time });
                break;
            case "contact.privacyDeletion":
                mapping.Ask(new PrivacyTopic(PrivacyTopic.Erase, person, id, topic));
                break;
            case var deal when deal.StartsWith("deal.", StringComparison.Ordinal):
                // Of a deal HubSpot tells one property at a time: neither its contact nor, with an amount, the currency or whether it was
                // won.
                mapping.Keep(
                    QuarantineReasons.NamesNobody,
                    $"{topic} of deal {about}: it names no contact, and an amount without currency or stage; have a workflow send the won deal with its contact to a source of standard-webhooks, and set types {{\"{topic}\":\"ignore\"}}"
                );
                break;
            default:
                mapping.Unknown(topic);
                break;
        }
    }

    private static Identifiers With(Identifiers person, string property, string? value) =>
        property switch
        {
            "email" => person with { Email = value },
            "phone" or "mobilephone" => person with { Phone = value },
            _ => person,
        };

    private static string Decode(string address)
    {
        // The question mark that begins the query stays what it is; encoded ones are decoded wherever they stand.
        foreach (var (encoded, plain) in decoded)
            address = address.Replace(encoded, plain, StringComparison.OrdinalIgnoreCase);
        return address;
    }
}
