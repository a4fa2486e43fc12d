using System.Text.Json;
using System.Text.Json.Nodes;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events;

namespace CrmFunctions.Sources.Hooks.Mapping;

/// <summary>
/// Deliveries of senders that name the type of what happened and leave the rest to them: the canonical members, or the source's own
/// mapping.
/// </summary>
internal static class GenericMapping
{
    private const int MostAttributes = 100;
    private const int LongestName = 128;

    // The members that events have beside the customer: Events.md.
    private static readonly string[] members =
    [
        "orderId",
        "amount",
        "currency",
        "refundId",
        "checkoutId",
        "form",
        "page",
        "channel",
        "direction",
        "score",
        "kind",
        "complaintId",
        "referred",
        "by",
        "purpose",
        "author",
        "reason",
    ];

    /// <summary>Maps one thing that happened.</summary>
    /// <param name="source">Whose types and fields.</param>
    /// <param name="mapping">Where it goes.</param>
    /// <param name="topic">The type as the sender names it.</param>
    /// <param name="id">Its id, which is signed.</param>
    /// <param name="time">When it happened. Null: when it came.</param>
    /// <param name="data">What the sender says of it.</param>
    /// <param name="known">The customer, where the sender says it beside the data. Null: the data do.</param>
    public static void Map(
        Source source,
        MappingResult mapping,
        string? topic,
        string id,
        DateTimeOffset? time,
        JsonElement data,
        Identifiers? known = null
    )
    {
        if (TypeOf(source, topic) is not { } type)
        {
            mapping.Unknown(topic);
            return;
        }

        if (IngestScope.Decided("type", type) is { } decided)
        {
            mapping.Keep(QuarantineReasons.Invalid, $"{topic}: type {decided.Message}");
            return;
        }

        if (type == Ignored)
            return;
        string? Find(string field) => data.Text(field) ?? data.Text(field.Split('.'));
        var canonical = data.At("customer") is { ValueKind: JsonValueKind.Object };
        var found =
            known
            ?? (
                canonical
                    ? CustomerIn(data.At("customer")!.Value)
                    : new Identifiers(Email: data.Text("email"), Phone: data.Text("phone"), Name: data.Text("name"))
            );
        var body = new JsonObject();
        foreach (var member in members)
        {
            if (FieldNames.Mapped(source, Find, member) is { } mapped)
                body[member] = mapped;
            else if (data.At(member) is { } sent)
                body[member] = JsonNode.Parse(sent.GetRawText());
        }

        if (body.ContainsKey("amount") && !body.ContainsKey("currency") && source.Currency is { } currency)
            body["currency"] = currency;
        foreach (var flag in (ReadOnlySpan<string>)["granted", "lines", "tags", "untag"])
        {
            if (data.At(flag) is { } sent)
                body[flag] = JsonNode.Parse(sent.GetRawText());
        }

        if (type is EventTypes.CustomerCreated or EventTypes.CustomerUpdated or EventTypes.FormSubmitted)
        {
            body["attributes"] = data.At("attributes") is { ValueKind: JsonValueKind.Object } own
                ? JsonNode.Parse(own.GetRawText())
                : Attributes(source, data);
        }

        mapping.Say(
            new MappedEvent(type, topic!, FieldNames.Customer(source, Find, found))
            {
                Id = id,
                Time = DeliveryJson.Instant(FieldNames.Mapped(source, Find, "time"), source.TimeZone) ?? time,
                Data = body,
            }
        );
    }

    /// <summary>What a topic means to a source: an event type, <see cref="Ignored"/>, or null.</summary>
    public static string? TypeOf(Source source, string? topic) =>
        topic is null ? null
        : source.Types.TryGetValue(topic, out var type) ? type
        : EventTypes.All.Contains(topic) ? topic
        : null;

    /// <summary>The topic means nothing here: the source's settings say so.</summary>
    public const string Ignored = "ignore";

    // What no field mapping names and is a plain value is worth keeping: forms differ in what they ask.
    private static JsonObject Attributes(Source source, JsonElement data)
    {
        var attributes = new JsonObject();
        if (data.ValueKind != JsonValueKind.Object)
            return attributes;
        var named = source.Fields.Values.ToHashSet(StringComparer.Ordinal);
        foreach (var member in data.EnumerateObject())
        {
            var plain = member.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;
            if (
                !plain
                || named.Contains(member.Name)
                || member.Name.Length > LongestName
                || member.Name is "id" or "email" or "phone" or "name"
            )
                continue;
            attributes[member.Name] = JsonNode.Parse(member.Value.GetRawText());
            if (attributes.Count == MostAttributes)
                break;
        }

        return attributes;
    }

    private static Identifiers CustomerIn(JsonElement customer) =>
        new(
            customer.Text("id"),
            customer.Text("unionid"),
            customer.Text("openid"),
            customer.Text("email"),
            customer.Text("phone"),
            customer.Text("name"),
            customer.Text("timeZone"),
            customer.Text("region"),
            Claimed: customer.At("claimed") is { ValueKind: JsonValueKind.True } ? true : null
        );
}
