using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Sources.Hooks.Mapping;
using Microsoft.AspNetCore.Http;

namespace CrmFunctions.Sources.Hooks.Providers;

/// <summary>
/// 有赞 Youzan message pushes. Signs client id, message and client secret with MD5, which is weak: give the address a <c>?key=</c> as well,
/// in the source's credentials as <c>urlKey</c>.
/// </summary>
/// <remarks>
/// Source: the open platform's push documentation, as quoted in bbs.youzan.com/thread-699870 and at doc.youzanyun.com , messages of trades,
/// refunds and customers.
/// </remarks>
public sealed class Youzan : IProvider
{
    private const int LargestDecoded = 64 * 1024;
    private const string Signature = "Event-Sign";

    // Told of orders and refunds, with no word of money or of who it is.
    private static readonly HashSet<string> silent =
    [
        "trade_TradePartlySellerShip",
        "trade_TradeSellerShip",
        "trade_TradeSuccess",
        "trade_TradeMemoModified",
        "trade_refund_BuyerCreated",
        "trade_refund_RefundSellerAgree",
        "trade_refund_RefundClosed",
        "youzan_trade_RefundCreated",
        "youzan_trade_RefundSellerAgree",
        "youzan_trade_RefundClosed",
    ];

    /// <inheritdoc/>
    public string Name => ProviderNames.Youzan;

    /// <inheritdoc/>
    public ProviderRules Rules { get; } = new("the app's client_secret", NeedsClientId: true);

    /// <inheritdoc/>
    public IReadOnlyList<string> Headers { get; } = [Signature, "Event-Type", "Client-Id"];

    /// <inheritdoc/>
    public SignatureCheck Verify(Delivery delivery, SourceInForce source)
    {
        var (presented, client) = (delivery.Header(Signature), Signatures.Utf8(source.Source.ClientId ?? ""));
        var key = source.KeyOf(
            delivery,
            secret => Signatures.IsHex(presented, Signatures.Hash(HashAlgorithmName.MD5, client, delivery.Body, secret.Bytes))
        );
        if (key is not null)
            return new SignatureCheck(key);

        // By another reading of its documentation the message within is signed, after it was URL-decoded. Taking it out and decoding it costs
        // more than hashing, so that it is not done for what is larger than any message of its.
        if (delivery.Body.Length > LargestDecoded)
            return SignatureCheck.Refused;
        var message = Signatures.Utf8(Message(delivery.Body) ?? "");
        var inner = source.KeyOf(
            delivery,
            secret => Signatures.IsHex(presented, Signatures.Hash(HashAlgorithmName.MD5, client, message, secret.Bytes))
        );
        return message.IsEmpty ? SignatureCheck.Refused : new SignatureCheck(inner);
    }

    /// <inheritdoc/>
    public string? TopicOf(Delivery delivery) => DeliveryJson.Peek(delivery.Body, "type") ?? delivery.Header("Event-Type");

    /// <inheritdoc/>
    public void Map(Delivery delivery, SourceInForce source, MappingResult mapping)
    {
        using var envelope = DeliveryJson.ParseObject(delivery.Body, mapping);
        if (envelope is null)
            return;
        var (topic, status) = (TopicOf(delivery), envelope.RootElement.Text("status"));

        // A trial from its console moves no money.
        if (
            GenericMapping.TypeOf(source.Source, topic) == GenericMapping.Ignored
            || envelope.RootElement.At("test") is { ValueKind: JsonValueKind.True }
        )
            return;
        if (Message(delivery.Body) is not { } message)
        {
            mapping.Unknown(topic);
            return;
        }

        using var document = DeliveryJson.ParseObject(Signatures.Utf8(message), mapping);
        if (document is null)
            return;
        var json = document.RootElement;
        switch (topic)
        {
            case not null when json.At("full_order_info", "order_info", "tid") is not null:
                MapTrade(json.At("full_order_info")!.Value, source.Source, mapping);
                break;
            case "trade_TradeClose" when json.Text("tid") is { } tid:
                mapping.Say(
                    new MappedEvent(EventTypes.OrderCancelled, $"order/{tid}/cancelled", new Identifiers())
                    {
                        OfOrder = tid,
                        Time = json.Instant(ZoneOf(source.Source), "update_time"),
                        TimeTells = false,
                        Data = new JsonObject { ["orderId"] = tid },
                    }
                );
                break;
            case "trade_refund_RefundSuccess" or "trade_refund_SysRefund" or "youzan_trade_RefundSuccess" when json.Text("tid") is { } tid:
                MapRefund(json, tid, source.Source, mapping);
                break;
            case "trade_refund_RefundSellerAgree" when json.Text("tid") is { } tid && json.Text("refund_type") == "REFUND_ONLY":
                // Of a refund without goods this is the end; where goods come back, the success comes after them.
                MapRefund(json, tid, source.Source, mapping);
                break;
            case "SCRM_CUSTOMER_EVENT":
                MapCustomer(json, status, source.Source, mapping);
                break;
            case not null when silent.Contains(topic):
                break;
            default:
                mapping.Unknown(topic);
                break;
        }
    }

    /// <inheritdoc/>
    public IResult Answer(Delivery delivery, DeliveryReceipt receipt) =>
        TypedResults.Text("""{"code":0,"msg":"success"}""", "application/json");

    private static string ZoneOf(Source source) => source.TimeZone ?? "Asia/Shanghai";

    private static void MapRefund(JsonElement refund, string tid, Source source, MappingResult mapping)
    {
        var id = refund.Text("refund_id");
        mapping.Say(
            new MappedEvent(EventTypes.OrderRefunded, $"order/{tid}/refund/{id}", new Identifiers())
            {
                OfOrder = tid,
                Time = refund.Instant(ZoneOf(source), "update_time"),
                TimeTells = false,
                Data = new JsonObject
                {
                    ["orderId"] = tid,
                    ["refundId"] = id,
                    ["amount"] = refund.Text("refunded_fee") ?? "",
                    ["currency"] = source.Currency ?? "CNY",
                },
            }
        );
    }

    private static void MapCustomer(JsonElement json, string? status, Source source, MappingResult mapping)
    {
        var type =
            json.Text("is_log_off") == "1" || json.At("is_log_off") is { ValueKind: JsonValueKind.True }
                ? EventTypes.CustomerErased
                : status switch
                {
                    "CUSTOMER_CREATED" => EventTypes.CustomerCreated,
                    "CUSTOMER_UPDATED" => EventTypes.CustomerUpdated,
                    _ => null,
                };
        if (type is null)
        {
            mapping.Unknown($"SCRM_CUSTOMER_EVENT/{status}");
            return;
        }

        // An account is the buyer's own; ids of other kinds are of followers and of numbers.
        var account = json.Text("account_type") is "YouZanAccount" ? json.Text("account_id") : null;
        var mobile = json.Text("mobile") ?? (json.Text("account_type") is "Mobile" ? json.Text("account_id") : null);
        var customer = FieldNames.Customer(
            source,
            new Identifiers(Id: json.Text("yz_open_id") ?? account, Phone: mobile, Name: json.Text("name")),
            source.Region ?? "CN"
        );
        var attributes = new JsonObject();
        if (json.Text("is_member") is { } member)
            attributes["isMember"] = member;
        mapping.Say(
            new MappedEvent(type, $"customer/{customer.Id ?? json.Text("account_id")}", customer)
            {
                Time = type == EventTypes.CustomerCreated ? json.Seconds("created_at") : null,
                Data = type == EventTypes.CustomerErased ? [] : new JsonObject { ["attributes"] = attributes },
            }
        );
    }

    // What state the trade is in is in the message; the topic says the same and may not be signed.
    private static void MapTrade(JsonElement trade, Source source, MappingResult mapping)
    {
        var (order, buyer) = (trade.At("order_info")!.Value, trade.At("buyer_info"));
        var id = order.Text("tid")!;
        var zone = ZoneOf(source);
        var customer = FieldNames.Customer(
            source,
            new Identifiers(
                Id: buyer?.Text("yz_open_id") ?? buyer?.Text("buyer_id"),
                OpenId: buyer?.Text("outer_user_id"),
                Phone: buyer?.Text("buyer_phone") ?? trade.Text("address_info", "delivery_mobile"),
                Name: buyer?.Text("fans_nickname")
            ),
            source.Region ?? "CN"
        );
        var (created, paidAt, updated) = (
            order.Instant(zone, "created"),
            order.Instant(zone, "pay_time"),
            order.Instant(zone, "update_time")
        );
        if (order.Text("status") == "TRADE_CLOSED")
        {
            mapping.Say(
                new MappedEvent(EventTypes.OrderCancelled, $"order/{id}/cancelled", customer)
                {
                    Time = updated,
                    TimeTells = false,
                    AsOf = updated,
                    OrderNames = [id],
                    Data = new JsonObject { ["orderId"] = id },
                }
            );
            return;
        }

        var paid =
            paidAt is not null
            || order.Text("status") is "TRADE_PAID" or "WAIT_SELLER_SEND_GOODS" or "WAIT_BUYER_CONFIRM_GOODS" or "TRADE_SUCCESS";
        mapping.Say(
            new MappedEvent(paid ? EventTypes.OrderPaid : EventTypes.OrderPlaced, $"order/{id}/{(paid ? "paid" : "placed")}", customer)
            {
                Time = (paid ? paidAt : null) ?? created,
                AsOf = updated,
                OrderNames = [id],
                Data = new JsonObject
                {
                    ["orderId"] = id,
                    ["amount"] = trade.Text("pay_info", "payment") ?? trade.Text("pay_info", "total_fee"),
                    ["currency"] = source.Currency ?? "CNY",
                },
            }
        );
    }

    // Encoded as in an address, or, in its newer messages, JSON within JSON.
    private static string? Message(ReadOnlyMemory<byte> body)
    {
        if (DeliveryJson.Peek(body, "msg") is { } text)
            return text.StartsWith('{') ? text : WebUtility.UrlDecode(text);
        var message = DeliveryJson.PeekObject(body, "msg");
        return message.IsEmpty ? null : Encoding.UTF8.GetString(message.Span);
    }
}
