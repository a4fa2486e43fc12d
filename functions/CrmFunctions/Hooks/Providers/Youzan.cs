using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Events;
using CrmFunctions.Hooks.Mapping;
using CrmFunctions.Sources;
using Microsoft.AspNetCore.Http;

namespace CrmFunctions.Hooks.Providers;

/// <summary>
/// 有赞 Youzan message pushes. Signs client id, message and client secret with MD5, which is weak: give the address a <c>?key=</c> as well, in the
/// source's credentials as <c>urlKey</c>.
/// </summary>
/// <remarks>Source: the open platform's push documentation, as quoted in bbs.youzan.com/thread-699870; the shapes are those of its trade detail.</remarks>
public sealed class Youzan : IProvider
{
    private const string Signature = "Event-Sign";

    /// <inheritdoc/>
    public IReadOnlyList<string> Headers { get; } = [Signature, "Event-Type", "Client-Id"];

    /// <inheritdoc/>
    public Verdict Verify(Delivery delivery, SourceInForce source)
    {
        var (presented, client) = (delivery.Header(Signature), Signatures.Utf8(source.Source.ClientId ?? ""));
        var key = source.KeyOf(delivery, secret => Signatures.IsHex(presented, Signatures.Hash(HashAlgorithmName.MD5, client, delivery.Body, secret.Bytes)));
        if (key is not null) return new Verdict(key);

        // By another reading of its documentation the message within is signed, after it was URL-decoded.
        var message = Signatures.Utf8(Message(delivery.Body) ?? "");
        var inner = source.KeyOf(delivery, secret => Signatures.IsHex(presented, Signatures.Hash(HashAlgorithmName.MD5, client, message, secret.Bytes)));
        return message.IsEmpty ? Verdict.Refused : new Verdict(inner);
    }

    /// <inheritdoc/>
    public string? TopicOf(Delivery delivery) => Payload.Peek(delivery.Body, "type") ?? delivery.Header("Event-Type");

    /// <inheritdoc/>
    public void Map(Delivery delivery, SourceInForce source, Meaning meaning)
    {
        using var envelope = Payload.ParseObject(delivery.Body, meaning);
        if (envelope is null) return;
        var topic = TopicOf(delivery);
        if (Generic.TypeOf(source.Source, topic) == Generic.Ignored) return;
        if (Message(delivery.Body) is not { } message)
        {
            meaning.Unknown(topic);
            return;
        }

        using var document = Payload.ParseObject(Signatures.Utf8(message), meaning);
        if (document is null) return;
        if (document.RootElement.At("full_order_info", "order_info", "tid") is not null) MapTrade(document.RootElement.At("full_order_info")!.Value, source.Source, meaning);
        else meaning.Unknown(topic);
    }

    /// <inheritdoc/>
    public IResult Answer(Delivery delivery, Receipt receipt) => TypedResults.Text("""{"code":0,"msg":"success"}""", "application/json");

    // What state the trade is in is in the message; the topic says the same and may not be signed.
    private static void MapTrade(JsonElement trade, Source source, Meaning meaning)
    {
        var (order, buyer) = (trade.At("order_info")!.Value, trade.At("buyer_info"));
        var id = order.Text("tid")!;
        var zone = source.TimeZone ?? "Asia/Shanghai";
        var customer = FieldNames.Customer(
            source,
            new Identifiers(
                Id: buyer?.Text("yz_open_id") ?? buyer?.Text("buyer_id"), OpenId: buyer?.Text("outer_user_id"), Phone: buyer?.Text("buyer_phone") ?? trade.Text("address_info", "delivery_mobile"),
                Name: buyer?.Text("fans_nickname")),
            source.Region ?? "CN");
        var (created, paidAt, updated) = (order.Instant(zone, "created"), order.Instant(zone, "pay_time"), order.Instant(zone, "update_time"));
        if (order.Text("status") == "TRADE_CLOSED")
        {
            meaning.Say(new Said(EventTypes.OrderCancelled, $"order/{id}/cancelled", customer) { Time = updated, TimeTells = false, AsOf = updated, Data = new JsonObject { ["orderId"] = id } });
            return;
        }

        var paid = paidAt is not null || order.Text("status") is "TRADE_PAID" or "WAIT_SELLER_SEND_GOODS" or "WAIT_BUYER_CONFIRM_GOODS" or "TRADE_SUCCESS";
        meaning.Say(new Said(paid ? EventTypes.OrderPaid : EventTypes.OrderPlaced, $"order/{id}/{(paid ? "paid" : "placed")}", customer)
        {
            Time = (paid ? paidAt : null) ?? created,
            AsOf = updated,
            Data = new JsonObject { ["orderId"] = id, ["amount"] = trade.Text("pay_info", "payment") ?? trade.Text("pay_info", "total_fee"), ["currency"] = source.Currency ?? "CNY" },
        });
    }

    private static string? Message(ReadOnlyMemory<byte> body) => Payload.Peek(body, "msg") is { } message ? message.StartsWith('{') ? message : WebUtility.UrlDecode(message) : null;
}
