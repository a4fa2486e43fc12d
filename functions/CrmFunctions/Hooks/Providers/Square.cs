using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Events;
using CrmFunctions.Hooks.Mapping;
using CrmFunctions.Sources;

namespace CrmFunctions.Hooks.Providers;

/// <summary>Square. Signs the address as it is registered there, not as a proxy makes it look, and the body.</summary>
/// <remarks>Source: developer.squareup.com/docs/webhooks/step3validate. Square's own library keeps the body on the stack; this does not.</remarks>
public sealed class Square : IProvider
{
    private const string Signature = "x-square-hmacsha256-signature";

    /// <inheritdoc/>
    public IReadOnlyList<string> Headers { get; } = [Signature];

    /// <inheritdoc/>
    public Verdict Verify(Delivery delivery, SourceInForce source)
    {
        var (presented, address) = (delivery.Header(Signature), Signatures.Utf8(source.Source.Url ?? ""));
        return new Verdict(source.KeyOf(delivery, key => Signatures.IsBase64(presented, Signatures.HmacSha256(key.Bytes, address, delivery.Body))));
    }

    /// <inheritdoc/>
    public string? TopicOf(Delivery delivery) => Payload.Peek(delivery.Body, "type");

    /// <inheritdoc/>
    public void Map(Delivery delivery, SourceInForce source, Meaning meaning)
    {
        using var document = Payload.ParseObject(delivery.Body, meaning);
        if (document is null) return;
        var json = document.RootElement;
        var topic = json.Text("type");
        if (Generic.TypeOf(source.Source, topic) == Generic.Ignored) return;
        if (json.Text("event_id") is not { } id)
        {
            meaning.Keep(Reasons.Unreadable, "It is no event of Square: event_id is missing.");
            return;
        }

        var time = json.Instant(null, "created_at");
        switch (topic)
        {
            case "customer.created" or "customer.updated" or "customer.deleted" when json.At("data", "object", "customer") is { } customer:
                var type = topic switch { "customer.created" => EventTypes.CustomerCreated, "customer.updated" => EventTypes.CustomerUpdated, _ => EventTypes.CustomerErased };
                meaning.Say(new Said(type, id, CustomerOf(customer, source.Source)) { Id = id, Time = time });
                break;
            case "payment.created" or "payment.updated" when json.At("data", "object", "payment") is { } payment:
                MapPayment(payment, id, time, source.Source, meaning);
                break;
            case "refund.created" or "refund.updated":
                meaning.Keep(Reasons.NamesNobody, "A refund names no customer; the payment's own update tells it with the customer. Subscribe to payment.updated, and set types {\"refund.created\":\"ignore\",\"refund.updated\":\"ignore\"}");
                break;
            case "order.created" or "order.updated":
                meaning.Keep(Reasons.NamesNobody, "An order's event says neither amount nor customer; the payment's does. Subscribe to payment.updated, and set types to ignore it");
                break;
            default:
                meaning.Unknown(topic);
                break;
        }
    }

    private static void MapPayment(JsonElement payment, string id, DateTimeOffset? time, Source source, Meaning meaning)
    {
        // Approved, pending, cancelled or failed: no money was moved, and nothing was said before that would have to be taken back.
        if (payment.Text("status") != "COMPLETED") return;
        var customer = FieldNames.Customer(source, new Identifiers(Id: payment.Text("customer_id"), Email: payment.Text("buyer_email_address"), Phone: payment.Text("buyer_phone_number")));
        var order = payment.Text("order_id") ?? payment.Text("id");
        var total = payment.At("total_money") ?? payment.At("amount_money");
        meaning.Say(new Said(EventTypes.OrderPaid, $"{id}/paid", customer)
        {
            Id = $"{id}/paid",
            Time = payment.Instant(null, "created_at") ?? time,
            AsOf = payment.Instant(null, "updated_at"),
            Data = Money(total, order),
        });

        if (payment.At("refunded_money") is not { } refunded) return;
        var data = Money(refunded, order);
        data["refundId"] = payment.Text("id");
        meaning.Say(new Said(EventTypes.OrderRefunded, $"{id}/refunded", customer) { Id = $"{id}/refunded", Time = payment.Instant(null, "updated_at") ?? time, Data = data });
    }

    private static JsonObject Money(JsonElement? money, string? order)
    {
        var currency = money?.Text("currency");
        return new JsonObject { ["orderId"] = order, ["amount"] = Minor.ToMajor(money?.Text("amount"), currency), ["currency"] = currency };
    }

    private static Identifiers CustomerOf(JsonElement customer, Source source) => FieldNames.Customer(
        source,
        new Identifiers(
            Id: customer.Text("id"), Email: customer.Text("email_address"), Phone: customer.Text("phone_number"),
            Name: Payload.Name(customer.Text("given_name"), customer.Text("family_name"))),
        customer.Text("address", "country"));
}
