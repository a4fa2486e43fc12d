using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Sources.Hooks.Mapping;

namespace CrmFunctions.Sources.Hooks.Providers;

/// <summary>Stripe. Signs its time; <c>v0</c> is for tests and rescues nothing.</summary>
/// <remarks>Source: docs.stripe.com/webhooks/signature, /currencies; the shapes are those of its OpenAPI fixtures.</remarks>
public sealed class Stripe : IProvider
{
    private const string Signature = "Stripe-Signature";
    private const int MostParts = 16;

    // Stripe's own list: MGA is without decimals there, ISK and UGX are sent with two for compatibility.
    private static readonly HashSet<string> withoutDecimals =
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "JPY",
        "KMF",
        "KRW",
        "MGA",
        "PYG",
        "RWF",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ];

    private static readonly HashSet<string> withThree = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

    /// <inheritdoc/>
    public string Name => ProviderNames.Stripe;

    /// <inheritdoc/>
    public ProviderRules Rules { get; } = new("the endpoint's signing secret, whsec_…");

    /// <inheritdoc/>
    public IReadOnlyList<string> Headers { get; } = [Signature];

    /// <inheritdoc/>
    public SignatureCheck Verify(Delivery delivery, SourceInForce source)
    {
        var parts = (delivery.Header(Signature) ?? "").Split(',', MostParts + 1);
        var times = Values(parts, "t=");
        var presented = Values(parts, "v1=");

        // Two times would leave it open which of them was signed.
        var sent = times is [var only] ? only : null;
        var at = Signatures.Seconds(sent);
        var head = Signatures.Utf8($"{sent}.");
        var key = source.KeyOf(
            delivery,
            secret =>
            {
                var expected = Signatures.HmacSha256(secret.Bytes, head, delivery.Body);
                var fits = false;
                foreach (var one in presented)
                    fits |= Signatures.IsHex(one, expected);
                return fits;
            }
        );
        return at is null || key is null ? SignatureCheck.Refused : new SignatureCheck(key, at);
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
        var (topic, id) = (json.Text("type"), json.Text("id"));
        if (GenericMapping.TypeOf(source.Source, topic) == GenericMapping.Ignored)
            return;
        if (id is null || json.At("data", "object") is not { ValueKind: JsonValueKind.Object } about)
        {
            mapping.Keep(QuarantineReasons.Unreadable, "It is no event of Stripe: id or data.object is missing.");
            return;
        }

        Map(topic, id, json.Seconds("created"), about, source.Source, mapping);
    }

    private static void Map(string? topic, string id, DateTimeOffset? created, JsonElement about, Source source, MappingResult mapping)
    {
        var customer = FieldNames.Customer(
            source,
            CustomerOf(about),
            about.Text("customer_details", "address", "country") ?? about.Text("address", "country")
        );
        void Say(string type, JsonObject data) =>
            mapping.Say(
                new MappedEvent(type, id, customer)
                {
                    Id = id,
                    Time = created,
                    Data = data,
                }
            );
        switch (topic)
        {
            case "customer.created":
                Say(EventTypes.CustomerCreated, []);
                break;
            case "customer.updated":
                Say(EventTypes.CustomerUpdated, []);
                break;
            case "customer.deleted":
                Say(EventTypes.CustomerErased, []);
                break;
            case "checkout.session.completed"
            or "checkout.session.async_payment_succeeded" when about.Text("payment_status") is "paid" or "no_payment_required":
                SayOrder(EventTypes.OrderPaid, "amount_total");
                break;
            case "checkout.session.completed":
                SayOrder(EventTypes.OrderPlaced, "amount_total");
                break;
            case "checkout.session.async_payment_failed":
                Say(EventTypes.OrderCancelled, new JsonObject { ["orderId"] = NamesOf(about)[0] });
                break;
            case "checkout.session.expired":
                Say(EventTypes.CheckoutAbandoned, new JsonObject { ["checkoutId"] = about.Text("id") });
                break;
            case "payment_intent.succeeded":
                SayOrder(EventTypes.OrderPaid, "amount_received");
                break;
            case "invoice.paid":
                SayOrder(EventTypes.OrderPaid, "amount_paid");
                break;
            case "charge.refunded":
                // The figure is what was given back of the charge in all: the latest figure replaces earlier ones.
                var refund = Money(about, "amount_refunded");
                refund["refundId"] = about.Text("id");
                mapping.Say(
                    new MappedEvent(EventTypes.OrderRefunded, id, customer)
                    {
                        Id = id,
                        Time = created,
                        OfOrder = NamesOf(about)[0],
                        Data = refund,
                    }
                );
                break;
            default:
                mapping.Unknown(topic);
                break;
        }

        // A payment may name nobody while its checkout does: it counts for the customer of the checkout.
        void SayOrder(string type, string amount)
        {
            var names = NamesOf(about);
            var data = Money(about, amount);
            data["orderId"] = names[0];
            var nameless = Handle.Strongest(customer, source.Name) is null;
            mapping.Say(
                new MappedEvent(type, id, customer)
                {
                    Id = id,
                    Time = created,
                    OrderNames = names,
                    OfOrder = nameless ? names[0] : null,
                    Data = data,
                }
            );
        }
    }

    // One payment is told by its checkout, itself, its charge and its invoice, and each names some of the others: the invoice where there
    // is one, else the payment, is the order. Since 2025-03-31 an invoice does not name its payment, and the payment names the invoice as
    // its order reference.
    private static List<string> NamesOf(JsonElement about)
    {
        string? Id(string member) => about.Text(member) ?? about.Text(member, "id");
        var kind = about.Text("object");
        var reference = about.Text("payment_details", "order_reference");
        var invoice =
            kind == "invoice" ? about.Text("id")
            : kind == "checkout.session" && about.Text("mode") == "payment" ? null
            : Id("invoice") ?? (reference?.StartsWith("in_", StringComparison.Ordinal) == true ? reference : null);
        var payment =
            kind == "payment_intent"
                ? about.Text("id")
                : Id("payment_intent") ?? about.Text("payments", "data", "0", "payment", "payment_intent");
        return [.. new[] { invoice, payment, about.Text("id") }.OfType<string>().Distinct()];
    }

    private static JsonObject Money(JsonElement about, string amount)
    {
        var currency = about.Text("currency")?.ToUpperInvariant();
        var digits =
            currency is null ? (int?)null
            : withoutDecimals.Contains(currency) ? 0
            : withThree.Contains(currency) ? 3
            : 2;
        return new JsonObject { ["amount"] = Major(about.Text(amount), digits, currency), ["currency"] = currency };
    }

    // Trailing zeros of a currency that has fewer decimals than Stripe sends are no decimals.
    private static string? Major(string? minor, int? digits, string? currency)
    {
        var major = MinorUnits.ToMajor(minor, digits);
        return major is not null && currency is "ISK" or "UGX" && major!.EndsWith(".00", StringComparison.Ordinal) ? major[..^3] : major;
    }

    private static Identifiers CustomerOf(JsonElement about)
    {
        var isCustomer = about.Text("object") == "customer";
        return new Identifiers(
            Id: isCustomer ? about.Text("id") : about.Text("customer") ?? about.Text("customer", "id"),
            Email: about.Text("email")
                ?? about.Text("customer_details", "email")
                ?? about.Text("customer_email")
                ?? about.Text("receipt_email")
                ?? about.Text("billing_details", "email"),
            Phone: about.Text("phone")
                ?? about.Text("customer_details", "phone")
                ?? about.Text("customer_phone")
                ?? about.Text("billing_details", "phone"),
            Name: isCustomer
                ? about.Text("name")
                : about.Text("customer_details", "name") ?? about.Text("customer_name") ?? about.Text("billing_details", "name")
        );
    }

    private static List<string> Values(string[] parts, string name) =>
        [.. parts.Take(MostParts).Where(part => part.StartsWith(name, StringComparison.Ordinal)).Select(part => part[name.Length..])];
}
