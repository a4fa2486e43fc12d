using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Sources.Hooks.Mapping;

namespace CrmFunctions.Sources.Hooks.Providers;

/// <summary>Square. Signs the address as it is registered there, not as a proxy makes it look, and the body.</summary>
/// <remarks>
/// Source: developer.squareup.com/docs/webhooks/step3validate. Square's own library keeps the body on the stack; this does not.
/// </remarks>
public sealed class Square : IProvider
{
    private const string Signature = "x-square-hmacsha256-signature";

    /// <inheritdoc/>
    public string Name => ProviderNames.Square;

    /// <inheritdoc/>
    public ProviderRules Rules { get; } = new("the subscription's signature key", NeedsUrl: true);

    /// <inheritdoc/>
    public IReadOnlyList<string> Headers { get; } = [Signature];

    /// <inheritdoc/>
    public SignatureCheck Verify(Delivery delivery, SourceInForce source)
    {
        var (presented, address) = (delivery.Header(Signature), Signatures.Utf8(source.Source.Url ?? ""));
        return new SignatureCheck(
            source.KeyOf(delivery, key => Signatures.IsBase64(presented, Signatures.HmacSha256(key.Bytes, address, delivery.Body)))
        );
    }

    /// <inheritdoc/>
    public string? TopicOf(Delivery delivery) => DeliveryJson.Peek(delivery.Body, "type");

    /// <inheritdoc/>
    public void Map(Delivery delivery, SourceInForce source, MappingResult mapping)
    {
        using var document = DeliveryJson.ParseObject(delivery.Body, mapping);
        if (document is null)
            return;
        var json = document.RootElement;
        var topic = json.Text("type");
        if (GenericMapping.TypeOf(source.Source, topic) == GenericMapping.Ignored)
            return;
        if (json.Text("event_id") is not { } id)
        {
            mapping.Keep(QuarantineReasons.Unreadable, "It is no event of Square: event_id is missing.");
            return;
        }

        var time = json.Instant(null, "created_at");
        switch (topic)
        {
            case "customer.created" or "customer.updated" or "customer.deleted" when json.At("data", "object", "customer") is { } customer:
                var type = topic switch
                {
                    "customer.created" => EventTypes.CustomerCreated,
                    "customer.updated" => EventTypes.CustomerUpdated,
                    _ => EventTypes.CustomerErased,
                };
                mapping.Say(new MappedEvent(type, id, CustomerOf(customer, source.Source)) { Id = id, Time = time });
                break;
            case "payment.created" or "payment.updated" when json.At("data", "object", "payment") is { } payment:
                MapPayment(payment, id, time, source.Source, mapping);
                break;
            case "refund.created" or "refund.updated" when json.At("data", "object", "refund") is { } refund:
                MapRefund(refund, id, time, mapping);
                break;
            case "order.created" or "order.updated":
                // It says neither amount nor customer; its payments say both, each by itself.
                break;
            default:
                mapping.Unknown(topic);
                break;
        }
    }

    private static void MapPayment(JsonElement payment, string id, DateTimeOffset? time, Source source, MappingResult mapping)
    {
        // Approved, pending, cancelled or failed: no money was moved, and nothing was said before that would have to be taken back.
        if (payment.Text("status") != "COMPLETED")
            return;
        var customer = FieldNames.Customer(
            source,
            new Identifiers(
                Id: payment.Text("customer_id"),
                Email: payment.Text("buyer_email_address"),
                Phone: payment.Text("buyer_phone_number")
            )
        );
        if (payment.Text("id") is not { } paymentId)
        {
            mapping.Keep(QuarantineReasons.Unreadable, "It is no payment: id is missing.");
            return;
        }

        // An order may be paid in parts, and each payment knows its own part only: a payment is what counts.
        var total = payment.At("total_money") ?? payment.At("amount_money");
        mapping.Say(
            new MappedEvent(EventTypes.OrderPaid, $"{id}/paid", customer)
            {
                Id = $"{id}/paid",
                Time = payment.Instant(null, "created_at") ?? time,
                AsOf = payment.Instant(null, "updated_at"),
                OrderNames = [paymentId],
                Data = Money(total, paymentId),
            }
        );
        if (payment.At("refunded_money") is { } refunded)
            MapRefunded(payment, paymentId, refunded, total, id, customer, time, mapping);
    }

    // What was given back in all. The first refund is all of it; of several, each is told by its own event, and what they make is told here
    // only where it is the whole.
    private static void MapRefunded(
        JsonElement payment,
        string paymentId,
        JsonElement refunded,
        JsonElement? total,
        string id,
        Identifiers customer,
        DateTimeOffset? time,
        MappingResult mapping
    )
    {
        var refunds = payment.Items("refund_ids").Select(refund => refund.AsText()).OfType<string>().ToList();
        var data = Money(refunded, paymentId);
        data["refundId"] = refunds is [.., var last] ? last : paymentId;
        if (refunds.Count > 1)
        {
            if (refunded.Text("amount") != total?.Text("amount"))
            {
                mapping.Keep(
                    QuarantineReasons.NeedsAPerson,
                    $"payment {paymentId}: of {refunds.Count} refunds it says the sum only; refund.updated tells each. Where that is subscribed to, discard this"
                );
                return;
            }

            data.Remove("amount");
            data.Remove("currency");
        }

        mapping.Say(
            new MappedEvent(EventTypes.OrderRefunded, $"{id}/refunded", customer)
            {
                Id = $"{id}/refunded",
                Time = payment.Instant(null, "updated_at") ?? time,
                Data = data,
            }
        );
    }

    private static void MapRefund(JsonElement refund, string id, DateTimeOffset? time, MappingResult mapping)
    {
        // Pending, rejected or failed: nothing was given back.
        if (refund.Text("status") != "COMPLETED")
            return;
        if (refund.Text("payment_id") is not { } payment || refund.Text("id") is not { } refundId)
        {
            mapping.Keep(QuarantineReasons.NamesNobody, "A refund of no payment names nobody.");
            return;
        }

        var data = Money(refund.At("amount_money"), payment);
        data["refundId"] = refundId;
        mapping.Say(
            new MappedEvent(EventTypes.OrderRefunded, $"{id}/refunded", new Identifiers())
            {
                Id = $"{id}/refunded",
                OfOrder = payment,
                Time = refund.Instant(null, "updated_at") ?? time,
                Data = data,
            }
        );
    }

    private static JsonObject Money(JsonElement? money, string? order)
    {
        var currency = money?.Text("currency");
        return new JsonObject
        {
            ["orderId"] = order,
            ["amount"] = MinorUnits.ToMajor(money?.Text("amount"), currency),
            ["currency"] = currency,
        };
    }

    private static Identifiers CustomerOf(JsonElement customer, Source source) =>
        FieldNames.Customer(
            source,
            new Identifiers(
                Id: customer.Text("id"),
                Email: customer.Text("email_address"),
                Phone: customer.Text("phone_number"),
                Name: DeliveryJson.Name(customer.Text("given_name"), customer.Text("family_name"))
            ),
            customer.Text("address", "country")
        );
}
