using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Sources.Hooks.Mapping;

namespace CrmFunctions.Sources.Hooks.Providers;

/// <summary>
/// Shopify. Only the body is signed: the topic, the shop and the delivery's id are not. So the topic says which kind of thing the body is,
/// and the body itself says what happened to it: an order replayed under another topic is the same order.
/// </summary>
/// <remarks>Source: shopify.dev, "Deliver webhooks through HTTPS", and the REST resources of 2026-07.</remarks>
public sealed class Shopify : IProvider
{
    private const string Signature = "X-Shopify-Hmac-Sha256";
    private const string Topic = "X-Shopify-Topic";
    private const string EventsSignature = "shopify-hmac-sha256";
    private const string EventsTopic = "shopify-topic";
    private const string EventsAction = "shopify-action";

    /// <inheritdoc/>
    public string Name => ProviderNames.Shopify;

    /// <inheritdoc/>
    public ProviderRules Rules { get; } = new("the app's client secret, or the one shown under Notifications → Webhooks");

    /// <inheritdoc/>
    public IReadOnlyList<string> Headers { get; } =
    [
        Signature,
        Topic,
        EventsSignature,
        EventsTopic,
        EventsAction,
        "shopify-handle",
        "shopify-resource-id",
        "X-Shopify-Webhook-Id",
        "X-Shopify-Event-Id",
        "X-Shopify-Triggered-At",
        "X-Shopify-API-Version",
        "X-Shopify-Shop-Domain",
    ];

    /// <inheritdoc/>
    public SignatureCheck Verify(Delivery delivery, SourceInForce source)
    {
        // Both families may come: then the newer one counts, and a wrong one is not rescued by the other.
        var presented = delivery.Header(delivery.Headers.ContainsKey(EventsSignature) ? EventsSignature : Signature);
        return new SignatureCheck(
            source.KeyOf(delivery, key => Signatures.IsBase64(presented, Signatures.HmacSha256(key.Bytes, delivery.Body)))
        );
    }

    /// <inheritdoc/>
    public string? TopicOf(Delivery delivery)
    {
        if (delivery.Header(EventsTopic) is not { } events)
            return delivery.Header(Topic)?.ToLowerInvariant();
        var topic = events.ToLowerInvariant();
        if (topic.Contains('/', StringComparison.Ordinal) || delivery.Header(EventsAction) is not { } action)
            return topic;
        return $"{topic.TrimEnd('s')}s/{action.ToLowerInvariant() switch { "created" => "create", "updated" => topic.StartsWith("order", StringComparison.Ordinal) ? "updated" : "update", "update" when topic.StartsWith("order", StringComparison.Ordinal) => "updated", "deleted" => "delete", var as_it_is => as_it_is }}";
    }

    /// <inheritdoc/>
    public void Map(Delivery delivery, SourceInForce source, MappingResult mapping)
    {
        using var document = DeliveryJson.ParseObject(delivery.Body, mapping);
        if (document is null)
            return;
        var (json, topic) = (document.RootElement, TopicOf(delivery));
        if (GenericMapping.TypeOf(source.Source, topic) == GenericMapping.Ignored)
            return;
        switch (topic)
        {
            case "orders/create"
            or "orders/updated"
            or "orders/paid"
            or "orders/partially_paid"
            or "orders/cancelled"
            or "orders/fulfilled"
            or "orders/partially_fulfilled":
                ShopifyOrders.Map(json, source.Source, mapping);
                break;
            case "refunds/create" when json.At("order_id") is not null:
                ShopifyOrders.MapRefund(json, source.Source, mapping);
                break;
            case "checkouts/create" or "checkouts/update" when json.At("token") is not null:
                ShopifyOrders.MapCheckout(json, source.Source, mapping);
                break;
            case "customers/create" or "customers/update" or "customers/enable" or "customers/disable" when IsCustomer(json):
                MapCustomer(json, topic, source.Source, mapping);
                break;
            case "customers/delete" when json.Text("id") is { } id && IsDeletion(json):
                mapping.OnlyTopicTells = json.At("admin_graphql_api_id") is null;
                mapping.Say(new MappedEvent(EventTypes.CustomerErased, $"customer/{id}", new Identifiers(Id: id)));
                break;
            case "customers_email_marketing_consent/update":
                MapConsent(json, "email", json.Text("customer_id"), "email_marketing_consent", source.Source, mapping);
                break;
            case "customers_marketing_consent/update":
                MapConsent(json, "sms", json.Text("id"), "sms_marketing_consent", source.Source, mapping);
                break;
            case "customers/redact" when HasOnly(json, "shop_id", "shop_domain", "customer", "orders_to_redact"):
                AskAbout(json, PrivacyTopic.Erase, topic, source.Source, mapping);
                break;
            case "customers/data_request" when HasOnly(json, "shop_id", "shop_domain", "customer", "orders_requested", "data_request"):
                AskAbout(json, PrivacyTopic.Data, topic, source.Source, mapping);
                break;
            case "shop/redact" when HasOnly(json, "shop_id", "shop_domain"):
                mapping.Ask(new PrivacyTopic(PrivacyTopic.Shop, new Identifiers(), Occasion(topic, json), topic));
                break;
            default:
                mapping.Unknown(topic);
                break;
        }
    }

    // Whether a body is of a privacy topic's own shape: it has the topic's members and no others. The topic is not signed, and a captured
    // delivery of another topic that is sent again under this one does not have that shape.
    private static bool HasOnly(JsonElement json, params ReadOnlySpan<string> members)
    {
        foreach (var member in json.EnumerateObject())
        {
            if (!members.Contains(member.Name))
                return false;
        }

        // The domain and the list of requested orders are not always sent.
        foreach (var member in members)
        {
            if (member is not ("shop_domain" or "orders_requested") && json.At(member) is null)
                return false;
        }

        return true;
    }

    // A deletion says little more than the id: it is no customer's record, and none of an order, a refund or a product.
    private static bool IsDeletion(JsonElement json) =>
        json.At("admin_graphql_api_id") is null
            ? HasOnly(json, "id")
            : json.Text("admin_graphql_api_id")!.StartsWith("gid://shopify/Customer/", StringComparison.Ordinal) && !IsCustomer(json);

    private static bool IsCustomer(JsonElement json) => json.At("updated_at") is not null && json.At("id") is not null;

    private static void MapCustomer(JsonElement json, string topic, Source source, MappingResult mapping)
    {
        var created = topic == "customers/create";
        var attributes = new JsonObject();
        foreach (
            var (name, value) in (ReadOnlySpan<(string, string?)>)
                [
                    ("state", json.Text("state")),
                    ("tags", json.Text("tags")),
                    ("country", json.Text("default_address", "country_code")),
                    ("city", json.Text("default_address", "city")),
                    ("ordersCount", json.Text("orders_count")),
                    ("totalSpent", json.Text("total_spent")),
                ]
        )
        {
            if (value is not null)
                attributes[name] = value;
        }

        var updated = json.Instant(source.TimeZone, "updated_at");
        mapping.Say(
            new MappedEvent(
                created ? EventTypes.CustomerCreated : EventTypes.CustomerUpdated,
                $"customer/{json.Text("id")}",
                CustomerOf(json, source)
            )
            {
                Time = created ? json.Instant(source.TimeZone, "created_at") ?? updated : updated,
                AsOf = updated,
                Data = new JsonObject { ["attributes"] = attributes },
            }
        );
    }

    /// <summary>The identifiers of a customer record.</summary>
    internal static Identifiers CustomerOf(JsonElement json, Source source) =>
        FieldNames.Customer(
            source,
            new Identifiers(
                Id: json.Text("id"),
                Email: json.Text("email"),
                Phone: json.Text("phone") ?? json.Text("default_address", "phone"),
                Name: DeliveryJson.Name(json.Text("first_name"), json.Text("last_name"))
            ),
            json.Text("default_address", "country_code")
        );

    private static void MapConsent(JsonElement json, string channel, string? customer, string member, Source source, MappingResult mapping)
    {
        if (json.Text(member, "state") is not { } state)
        {
            mapping.Keep(QuarantineReasons.Invalid, $"{member}.state is missing");
            return;
        }

        var person = new Identifiers(Id: customer, Email: json.Text("email_address"), Phone: json.Text("phone"));
        mapping.Say(
            new MappedEvent(EventTypes.ConsentChanged, $"consent/{channel}/{customer}", FieldNames.Customer(source, person))
            {
                Time = json.Instant(source.TimeZone, member, "consent_updated_at"),
                Data = new JsonObject
                {
                    ["channel"] = channel,
                    ["purpose"] = "marketing",
                    ["granted"] = state == "subscribed",
                },
            }
        );
    }

    private static void AskAbout(JsonElement json, string kind, string topic, Source source, MappingResult mapping)
    {
        var person = new Identifiers(
            Id: json.Text("customer", "id"),
            Email: json.Text("customer", "email"),
            Phone: json.Text("customer", "phone")
        );
        mapping.Ask(new PrivacyTopic(kind, FieldNames.Customer(source, person), Occasion(topic, json), topic));
    }

    // The same delivery again is the same request. A customer who came back, bought and asks again has other orders in it.
    private static string Occasion(string topic, JsonElement json) => $"{topic}/{Base32.Hash(json.GetRawText(), 26)}";
}
