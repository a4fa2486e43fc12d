using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Events;
using CrmFunctions.Hooks.Mapping;
using CrmFunctions.Sources;

namespace CrmFunctions.Hooks.Providers;

/// <summary>Shopify's orders, refunds and checkouts.</summary>
internal static class ShopifyOrders
{
    /// <summary>
    /// What an order says has happened to it by now. The amount is the one it was placed with, and the time the one it was placed at, so that every
    /// later delivery of it says the same; refunds are told one by one, and an order that was raised afterwards is told as of then.
    /// </summary>
    public static void Map(JsonElement order, Source source, Meaning meaning)
    {
        if (order.Text("id") is not { } id)
        {
            meaning.Keep(Reasons.Unreadable, "It is no order: id is missing.");
            return;
        }

        var customer = CustomerOf(order, source);
        var (updated, currency) = (order.Instant(source.TimeZone, "updated_at"), order.Text("currency") ?? source.Currency);
        var placed = order.Instant(source.TimeZone, "processed_at") ?? order.Instant(source.TimeZone, "created_at");
        if (order.Instant(source.TimeZone, "cancelled_at") is { } cancelled)
        {
            meaning.Say(new Said(EventTypes.OrderCancelled, $"order/{id}/cancelled", customer) { Time = cancelled, AsOf = updated, Data = new JsonObject { ["orderId"] = id } });
        }
        else
        {
            var paid = order.Text("financial_status") is "paid" or "partially_refunded" or "refunded";
            var raised = IsRaised(order);
            meaning.Say(new Said(paid ? EventTypes.OrderPaid : EventTypes.OrderPlaced, $"order/{id}/{(paid ? "paid" : "placed")}", customer)
            {
                Time = raised ? updated : placed,
                AsOf = updated,
                Data = new JsonObject { ["orderId"] = id, ["amount"] = order.Text(raised ? "current_total_price" : "total_price"), ["currency"] = currency },
            });
        }

        foreach (var refund in order.Items("refunds"))
        {
            // Goods may come back and no money go: then nothing was given back, as long as nothing else is said.
            var (refundId, amount) = (refund.Text("id"), AmountOf(refund));
            if (amount == "0") continue;
            meaning.Say(new Said(EventTypes.OrderRefunded, $"order/{id}/refund/{refundId}", customer)
            {
                Time = refund.Instant(source.TimeZone, "processed_at") ?? refund.Instant(source.TimeZone, "created_at"),
                Data = new JsonObject { ["orderId"] = id, ["refundId"] = refundId, ["amount"] = amount, ["currency"] = currency },
            });
        }
    }

    /// <summary>A refund alone names its order and no customer; the order's own update, which Shopify sends with it, says the same and names the customer.</summary>
    public static void MapRefund(JsonElement refund, Meaning meaning) => meaning.Keep(
        Reasons.NamesNobody,
        $"refund {refund.Text("id")} of order {refund.Text("order_id")}: a refund names no customer. Subscribe to orders/updated, which tells it with the customer, and set types {{\"refunds/create\":\"ignore\"}}");

    /// <summary>A checkout that was begun and has not been completed.</summary>
    public static void MapCheckout(JsonElement checkout, Source source, Meaning meaning)
    {
        if (checkout.At("completed_at") is not null) return;
        var id = checkout.Text("id") ?? checkout.Text("token");
        meaning.Say(new Said(EventTypes.CheckoutAbandoned, $"checkout/{id}", CustomerOf(checkout, source))
        {
            Time = checkout.Instant(source.TimeZone, "created_at") ?? checkout.Instant(source.TimeZone, "updated_at"),
            AsOf = checkout.Instant(source.TimeZone, "updated_at"),
            Data = new JsonObject { ["checkoutId"] = id },
        });
    }

    private static Identifiers CustomerOf(JsonElement order, Source source)
    {
        var known = order.At("customer") is { ValueKind: JsonValueKind.Object } customer ? Shopify.CustomerOf(customer, source) : new Identifiers();
        var country = order.Text("billing_address", "country_code") ?? order.Text("shipping_address", "country_code");
        return FieldNames.Customer(
            source,
            known with
            {
                Email = known.Email ?? order.Text("email") ?? order.Text("contact_email"),
                Phone = known.Phone ?? order.Text("phone") ?? order.Text("billing_address", "phone"),
                Name = known.Name ?? order.Text("billing_address", "name"),
            },
            country);
    }

    // Lowered it was refunded or not; what was given back is told by its refunds, and is in this figure as well.
    private static bool IsRaised(JsonElement order) =>
        decimal.TryParse(order.Text("current_total_price"), System.Globalization.CultureInfo.InvariantCulture, out var now)
        && decimal.TryParse(order.Text("total_price"), System.Globalization.CultureInfo.InvariantCulture, out var then) && now > then;

    private static string? AmountOf(JsonElement refund)
    {
        return refund.At("transactions") is { ValueKind: JsonValueKind.Array }
            ? Minor.Sum(refund.Items("transactions").Where(transaction => transaction.Text("kind") == "refund" && transaction.Text("status") is "success" or null).Select(transaction => transaction.Text("amount")))
            : Minor.Sum(refund.Items("refund_line_items").SelectMany(line => new[] { line.Text("subtotal") ?? "0", line.Text("total_tax") ?? "0" }));
    }
}
