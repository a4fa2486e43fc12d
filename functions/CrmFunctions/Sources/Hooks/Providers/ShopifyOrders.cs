using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Sources.Hooks.Mapping;

namespace CrmFunctions.Sources.Hooks.Providers;

/// <summary>Shopify's orders, refunds and checkouts.</summary>
internal static class ShopifyOrders
{
    // Shopify itself lists a checkout as abandoned ten minutes after the last sign of life; people come back later than that.
    private static readonly TimeSpan warm = TimeSpan.FromHours(1);

    /// <summary>
    /// What an order says has happened to it by now. The amount is the one it was placed with, and the time the one it was placed at, so
    /// that every later delivery of it says the same; refunds are told one by one, and an order that was raised afterwards is told as of
    /// then.
    /// </summary>
    public static void Map(JsonElement order, Source source, MappingResult mapping)
    {
        if (order.Text("id") is not { } id)
        {
            mapping.Keep(QuarantineReasons.Unreadable, "It is no order: id is missing.");
            return;
        }

        var customer = CustomerOf(order, source);
        var (updated, currency) = (order.Instant(source.TimeZone, "updated_at"), order.Text("currency") ?? source.Currency);
        var placed = order.Instant(source.TimeZone, "processed_at") ?? order.Instant(source.TimeZone, "created_at");
        if (order.Instant(source.TimeZone, "cancelled_at") is { } cancelled)
        {
            mapping.Say(
                new MappedEvent(EventTypes.OrderCancelled, $"order/{id}/cancelled", customer)
                {
                    Time = cancelled,
                    AsOf = updated,
                    OrderNames = [id],
                    Data = new JsonObject { ["orderId"] = id },
                }
            );
        }
        else
        {
            var paid = order.Text("financial_status") is "paid" or "partially_refunded" or "refunded";
            var raised = IsRaised(order);
            void Say(string type, string kind, string? amount, string? code) =>
                mapping.Say(
                    new MappedEvent(type, $"order/{id}/{kind}", customer)
                    {
                        Time = raised ? updated : placed,
                        AsOf = updated,
                        OrderNames = [id],
                        Data = new JsonObject
                        {
                            ["orderId"] = id,
                            ["amount"] = amount,
                            ["currency"] = code,
                        },
                    }
                );

            // Paid in another currency than the shop's: refunds come in the buyer's, and are netted by the share of what was placed in it.
            if (paid && order.Text("total_price_set", "presentment_money", "currency_code") is { } presented && presented != currency)
            {
                Say(
                    EventTypes.OrderPlaced,
                    "presented",
                    order.Text(raised ? "current_total_price_set" : "total_price_set", "presentment_money", "amount"),
                    presented
                );
            }

            Say(
                paid ? EventTypes.OrderPaid : EventTypes.OrderPlaced,
                paid ? "paid" : "placed",
                order.Text(raised ? "current_total_price" : "total_price"),
                currency
            );
        }

        foreach (var refund in order.Items("refunds"))
        {
            if (Refunded(refund, id, customer, currency, source) is { } said)
                mapping.Say(said);
        }
    }

    /// <summary>
    /// A refund alone: it names its order and no customer. Said as the order's own update says it, under the refund's own id, so that both
    /// are one refund.
    /// </summary>
    public static void MapRefund(JsonElement refund, Source source, MappingResult mapping)
    {
        var order = refund.Text("order_id");
        if (order is null)
            mapping.Keep(QuarantineReasons.Unreadable, "It is no refund: order_id is missing.");
        else if (Refunded(refund, order, new Identifiers(), source.Currency, source) is { } said)
            mapping.Say(said with { OfOrder = order });
    }

    /// <summary>A checkout that was begun and not completed. One still warm is a visit: whether it is abandoned nobody knows yet.</summary>
    public static void MapCheckout(JsonElement checkout, Source source, MappingResult mapping)
    {
        if (checkout.At("completed_at") is not null)
            return;
        var id = checkout.Text("id") ?? checkout.Text("token");
        var (created, updated) = (checkout.Instant(source.TimeZone, "created_at"), checkout.Instant(source.TimeZone, "updated_at"));
        var abandoned = updated < mapping.ReceivedAt - warm;
        mapping.Say(
            new MappedEvent(abandoned ? EventTypes.CheckoutAbandoned : EventTypes.Visit, $"checkout/{id}", CustomerOf(checkout, source))
            {
                Time = created ?? updated,
                AsOf = updated,
                Data = abandoned ? new JsonObject { ["checkoutId"] = id } : new JsonObject { ["page"] = "checkout" },
            }
        );
    }

    private static Identifiers CustomerOf(JsonElement order, Source source)
    {
        var known = order.At("customer") is { ValueKind: JsonValueKind.Object } customer
            ? Shopify.CustomerOf(customer, source)
            : new Identifiers();
        var country = order.Text("billing_address", "country_code") ?? order.Text("shipping_address", "country_code");
        return FieldNames.Customer(
            source,
            known with
            {
                Email = known.Email ?? order.Text("email") ?? order.Text("contact_email"),
                Phone = known.Phone ?? order.Text("phone") ?? order.Text("billing_address", "phone"),
                Name = known.Name ?? order.Text("billing_address", "name"),
            },
            country
        );
    }

    // Lowered it was refunded or not; what was given back is told by its refunds, and is in this figure as well.
    private static bool IsRaised(JsonElement order) =>
        decimal.TryParse(order.Text("current_total_price"), System.Globalization.CultureInfo.InvariantCulture, out var now)
        && decimal.TryParse(order.Text("total_price"), System.Globalization.CultureInfo.InvariantCulture, out var then)
        && now > then;

    // Money moves in transactions. Goods may come back and no money go, and a transaction may be pending or fail: then nothing was given
    // back, as long as nothing else is said. Without transactions the lines say what they were worth, in the shop's currency.
    private static MappedEvent? Refunded(JsonElement refund, string order, Identifiers customer, string? currency, Source source)
    {
        var (id, moved) = (
            refund.Text("id"),
            refund
                .Items("transactions")
                .Where(transaction => transaction.Text("kind") == "refund" && transaction.Text("status") is "success" or null)
                .ToList()
        );
        var amount = refund.At("transactions") is { ValueKind: JsonValueKind.Array }
            ? MinorUnits.Sum(moved.Select(transaction => transaction.Text("amount")))
            : MinorUnits.Sum(
                refund.Items("refund_line_items").SelectMany(line => new[] { line.Text("subtotal") ?? "0", line.Text("total_tax") ?? "0" })
            );
        if (MinorUnits.IsZero(amount))
            return null;
        var currencies = moved.Select(transaction => transaction.Text("currency")).OfType<string>().Distinct().ToList();
        return new MappedEvent(EventTypes.OrderRefunded, $"order/{order}/refund/{id}", customer)
        {
            Time = refund.Instant(source.TimeZone, "processed_at") ?? refund.Instant(source.TimeZone, "created_at"),
            Data = new JsonObject
            {
                ["orderId"] = order,
                ["refundId"] = id,

                // In two currencies there is no sum; the event is refused by this field, and kept aside.
                ["amount"] = currencies.Count > 1 ? string.Join('+', currencies) : amount,
                ["currency"] = currencies is [var only]
                    ? only
                    : refund.Text("refund_line_items", "0", "subtotal_set", "shop_money", "currency_code") ?? currency,
            },
        };
    }
}
