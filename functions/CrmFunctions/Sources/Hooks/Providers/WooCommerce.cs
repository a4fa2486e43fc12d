using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Sources.Hooks.Mapping;
using Microsoft.AspNetCore.Http;

namespace CrmFunctions.Sources.Hooks.Providers;

/// <summary>
/// WooCommerce. Only the body is signed, and the delivery's id is the same for two orders of one second: neither it nor the topic is
/// believed, the body says what happened. There is no second try: what is not taken at once is lost but for ReconcileSources.
/// </summary>
/// <remarks>Source: class-wc-webhook.php of woocommerce/woocommerce; the REST resources are wp-api-v3.</remarks>
public sealed class WooCommerce : IProvider
{
    private const string Signature = "X-WC-Webhook-Signature";
    private const string Topic = "X-WC-Webhook-Topic";
    private const int MostPing = 64;

    // Its times without an offset end in _gmt.
    private const string Gmt = "Etc/UTC";

    /// <inheritdoc/>
    public string Name => ProviderNames.WooCommerce;

    /// <inheritdoc/>
    public ProviderRules Rules { get; } = new("the webhook's Secret");

    /// <inheritdoc/>
    public IReadOnlyList<string> Headers { get; } =
    [Signature, Topic, "X-WC-Webhook-Resource", "X-WC-Webhook-Event", "X-WC-Webhook-ID", "X-WC-Webhook-Delivery-ID"];

    /// <summary>
    /// Whether it is the ping by which a webhook is saved: <c>webhook_id=N</c> as a form, with no signature. It says nothing.
    /// </summary>
    public static bool IsPing(Delivery delivery)
    {
        var body = delivery.Body.Span;
        return delivery.Method == "POST"
            && delivery.MediaType == "application/x-www-form-urlencoded"
            && body.Length <= MostPing
            && body.StartsWith("webhook_id="u8)
            && body.Length > "webhook_id=".Length
            && !body["webhook_id=".Length..].ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    /// <inheritdoc/>
    public SignatureCheck Verify(Delivery delivery, SourceInForce source)
    {
        var presented = delivery.Header(Signature);

        // WordPress keeps the secret with its quotes and ampersands escaped, and signs with what they stand for.
        return new SignatureCheck(
            source.KeyOf(
                delivery,
                key =>
                    Signatures.IsBase64(
                        presented,
                        Signatures.HmacSha256(Encoding.UTF8.GetBytes(WebUtility.HtmlDecode(key.Text)), delivery.Body)
                    )
            )
        );
    }

    /// <inheritdoc/>
    public string? TopicOf(Delivery delivery) => delivery.Header(Topic)?.ToLowerInvariant();

    /// <inheritdoc/>
    public void Map(Delivery delivery, SourceInForce source, MappingResult mapping)
    {
        using var document = DeliveryJson.ParseObject(delivery.Body, mapping);
        if (document is null)
            return;
        var (json, topic) = (document.RootElement, TopicOf(delivery));
        if (GenericMapping.TypeOf(source.Source, topic) == GenericMapping.Ignored)
            return;

        // A deletion is {"id":1} for any kind of record, and the topic is not signed.
        mapping.OnlyTopicTells = json.EnumerateObject().Take(2).Count() == 1;
        var id = json.Text("id");
        switch (topic)
        {
            case "order.created"
            or "order.updated"
            or "order.restored" when id is not null && json.At("status") is not null && json.At("total") is not null:
                MapOrder(json, id, topic, source.Source, mapping);
                break;
            case "order.deleted" when id is not null && json.At("status") is null:
                mapping.Say(
                    new MappedEvent(EventTypes.OrderCancelled, $"order/{id}/deleted", new Identifiers())
                    {
                        OfOrder = id,
                        Data = new JsonObject { ["orderId"] = id },
                    }
                );
                break;
            case "customer.created" or "customer.updated" when id is not null && json.At("email") is not null:
                MapCustomer(json, id, topic, source.Source, mapping);
                break;
            case "customer.deleted" when id is not null && json.At("email") is null:
                mapping.Say(new MappedEvent(EventTypes.CustomerErased, $"customer/{id}", new Identifiers(Id: id)));
                break;
            default:
                mapping.Unknown(topic);
                break;
        }
    }

    /// <inheritdoc/>
    public IResult Answer(Delivery delivery, DeliveryReceipt receipt) =>
        TypedResults.Json(receipt, HooksJson.Default.DeliveryReceipt, statusCode: StatusCodes.Status200OK);

    private static void MapOrder(JsonElement order, string id, string topic, Source source, MappingResult mapping)
    {
        var status = order.Text("status");
        if (status is "checkout-draft" or "auto-draft")
            return;
        var customer = CustomerOf(order, order.Text("customer_id") is { } known and not "0" ? known : null, source);
        var modified = order.Instant(Gmt, "date_modified_gmt");
        var created = order.Instant(Gmt, "date_created_gmt");
        if (status is "cancelled" or "failed" or "trash")
        {
            // The only time there is moves on with every change of the order. Paid after all and given up again, it is so once more.
            mapping.Say(
                new MappedEvent(EventTypes.OrderCancelled, $"order/{id}/{status}/{order.Text("date_paid_gmt")}", customer)
                {
                    Time = modified,
                    TimeTells = false,
                    AsOf = modified,
                    OrderNames = [id],
                    Data = new JsonObject { ["orderId"] = id },
                }
            );
        }
        else
        {
            // Taken out of the bin it is paid anew, as of now: what was said of it in the bin lies before.
            var paid = order.At("date_paid_gmt") is not null || status is "processing" or "completed" or "refunded";
            var (restored, told) = (topic == "order.restored", paid ? "paid" : "placed");
            mapping.Say(
                new MappedEvent(
                    paid ? EventTypes.OrderPaid : EventTypes.OrderPlaced,
                    $"order/{id}/{(restored ? "restored" : told)}",
                    customer
                )
                {
                    Time = restored ? null : (paid ? order.Instant(Gmt, "date_paid_gmt") : null) ?? created,
                    AsOf = modified,
                    OrderNames = [id],
                    Data = new JsonObject
                    {
                        ["orderId"] = id,
                        ["amount"] = order.Text("total"),
                        ["currency"] = order.Text("currency") ?? source.Currency,
                    },
                }
            );
        }

        MapRefunds(order, id, customer, modified, source, mapping);
    }

    private static void MapRefunds(
        JsonElement order,
        string id,
        Identifiers customer,
        DateTimeOffset? modified,
        Source source,
        MappingResult mapping
    )
    {
        var refunds = order.Items("refunds").ToList();
        foreach (var refund in refunds)
        {
            var refundId = refund.Text("id");
            mapping.Say(
                new MappedEvent(EventTypes.OrderRefunded, $"order/{id}/refund/{refundId}", customer)
                {
                    Time = modified,
                    TimeTells = false,
                    Data = new JsonObject
                    {
                        ["orderId"] = id,
                        ["refundId"] = refundId,
                        ["amount"] = MinorUnits.WithoutSign(refund.Text("total")),
                        ["currency"] = order.Text("currency") ?? source.Currency,
                    },
                }
            );
        }

        if (refunds.Count == 0 && order.Text("status") == "refunded")
        {
            mapping.Say(
                new MappedEvent(EventTypes.OrderRefunded, $"order/{id}/refunded", customer)
                {
                    Time = modified,
                    TimeTells = false,
                    Data = new JsonObject { ["orderId"] = id },
                }
            );
        }
    }

    private static void MapCustomer(JsonElement json, string id, string topic, Source source, MappingResult mapping)
    {
        var created = topic == "customer.created";
        var modified = json.Instant(Gmt, "date_modified_gmt");
        var attributes = new JsonObject();
        foreach (
            var (name, value) in (ReadOnlySpan<(string, string?)>)
                [
                    ("role", json.Text("role")),
                    ("company", json.Text("billing", "company")),
                    ("country", json.Text("billing", "country")),
                    ("city", json.Text("billing", "city")),
                ]
        )
        {
            if (value is not null)
                attributes[name] = value;
        }

        mapping.Say(
            new MappedEvent(
                created ? EventTypes.CustomerCreated : EventTypes.CustomerUpdated,
                $"customer/{id}",
                CustomerOf(json, id, source)
            )
            {
                Time = created ? json.Instant(Gmt, "date_created_gmt") : modified,
                AsOf = modified,
                Data = new JsonObject { ["attributes"] = attributes },
            }
        );
    }

    private static Identifiers CustomerOf(JsonElement json, string? id, Source source) =>
        FieldNames.Customer(
            source,
            new Identifiers(
                Id: id,
                Email: json.Text("email") ?? json.Text("billing", "email"),
                Phone: json.Text("billing", "phone"),
                Name: DeliveryJson.Name(
                    json.Text("first_name") ?? json.Text("billing", "first_name"),
                    json.Text("last_name") ?? json.Text("billing", "last_name")
                )
            ),
            json.Text("billing", "country")
        );
}
