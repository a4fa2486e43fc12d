using System.Security.Cryptography;
using System.Text.Json;
using CrmFunctions.Domain.Events;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Sources.Hooks.Mapping;

namespace CrmFunctions.Sources.Hooks.Providers;

/// <summary>简道云 Jiandaoyun data pushes. Signs nonce, body, secret and time with SHA-1; what it pushed in bulk it does not push.</summary>
/// <remarks>Source: hc.jiandaoyun.com/open/11507 and /doc/10732.</remarks>
public sealed class Jiandaoyun : IProvider
{
    private const string Signature = "X-JDY-Signature";
    private const string Nonce = "nonce";
    private const string Timestamp = "timestamp";

    // Members of a record that are the platform's own.
    private static readonly HashSet<string> own =
    [
        "_id",
        "id",
        "appId",
        "entryId",
        "formName",
        "createTime",
        "updateTime",
        "deleteTime",
        "creator",
        "updater",
        "deleter",
        "flowState",
        "wx_open_id",
        "wx_nickname",
        "wx_gender",
    ];

    /// <inheritdoc/>
    public string Name => ProviderNames.Jiandaoyun;

    /// <inheritdoc/>
    public ProviderRules Rules { get; } = new("the secret of the data push (数据推送)") { Claims = true };

    /// <inheritdoc/>
    public IReadOnlyList<string> Headers { get; } = [Signature, "X-JDY-DeliverId"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Query { get; } = [Nonce, Timestamp];

    /// <inheritdoc/>
    public SignatureCheck Verify(Delivery delivery, SourceInForce source)
    {
        var (presented, sent) = (delivery.Header(Signature), delivery.Parameter(Timestamp));
        var (head, at) = (Signatures.Utf8($"{delivery.Parameter(Nonce)}:"), Signatures.Seconds(sent));
        var key = source.KeyOf(
            delivery,
            secret =>
                Signatures.IsHex(
                    presented,
                    Signatures.Hash(HashAlgorithmName.SHA1, head, delivery.Body, Signatures.Utf8($":{secret.Text}:{sent}"))
                )
        );
        return key is null || at is null || delivery.Parameter(Nonce) is null ? SignatureCheck.Refused : new SignatureCheck(key, at);
    }

    /// <inheritdoc/>
    public string? TopicOf(Delivery delivery) => DeliveryJson.Peek(delivery.Body, "op");

    /// <inheritdoc/>
    public void Map(Delivery delivery, SourceInForce source, MappingResult mapping)
    {
        using var document = DeliveryJson.ParseObject(delivery.Body, mapping);
        if (document is null)
            return;
        var (json, op) = (document.RootElement, document.RootElement.Text("op"));
        var type =
            source.Source.Types.GetValueOrDefault(op ?? "")
            ?? op switch
            {
                "data_create" or "data_recover" => EventTypes.FormSubmitted,
                "data_update" => EventTypes.CustomerUpdated,
                _ => null,
            };
        if (type == GenericMapping.Ignored)
            return;
        if (type is null || json.At("data") is not { ValueKind: JsonValueKind.Object } data)
        {
            mapping.Unknown(op);
            return;
        }

        // Taken back and put in again it is the same record.
        var time = data.Instant(source.Source.TimeZone, type == EventTypes.CustomerUpdated ? "updateTime" : "createTime");
        FormAnswers.Say(
            source.Source,
            mapping,
            type,
            $"record/{data.Text("_id") ?? data.Text("id")}",
            data.Text("formName"),
            time,
            [.. data.EnumerateObject().Where(member => !own.Contains(member.Name)).Select(Answer).OfType<FormAnswer>()],
            new Identifiers(OpenId: data.Text("wx_open_id"))
        );
    }

    private static FormAnswer? Answer(JsonProperty member) =>
        Value(member.Value) is { } value ? new FormAnswer(member.Name, [member.Name], value) : null;

    private static string? Value(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",

            // A verified phone, a person of the organisation, a place.
            JsonValueKind.Object => value.Text("phone") ?? value.Text("name") ?? Joined(value.EnumerateObject().Select(part => part.Value)),
            JsonValueKind.Array => Joined(value.EnumerateArray()),
            _ => value.AsText(),
        };

    private static string? Joined(IEnumerable<JsonElement> parts) =>
        string.Join(", ", parts.Select(part => part.AsText() ?? part.Text("name")).OfType<string>()) is { Length: > 0 } joined
            ? joined
            : null;
}
