using System.Text.Json;
using CrmFunctions.Domain.Events;
using CrmFunctions.Sources.Hooks.Mapping;

namespace CrmFunctions.Sources.Hooks.Providers;

/// <summary>Tally. Signs the body.</summary>
/// <remarks>Source: tally.so/help/webhooks.</remarks>
public sealed class Tally : IProvider
{
    private const string Signature = "Tally-Signature";

    /// <inheritdoc/>
    public string Name => ProviderNames.Tally;

    /// <inheritdoc/>
    public ProviderRules Rules { get; } = new("the signing secret") { Claims = true };

    /// <inheritdoc/>
    public IReadOnlyList<string> Headers { get; } = [Signature];

    /// <inheritdoc/>
    public SignatureCheck Verify(Delivery delivery, SourceInForce source)
    {
        var presented = delivery.Header(Signature);
        return new SignatureCheck(
            source.KeyOf(delivery, key => Signatures.IsBase64(presented, Signatures.HmacSha256(key.Bytes, delivery.Body)))
        );
    }

    /// <inheritdoc/>
    public string? TopicOf(Delivery delivery) => DeliveryJson.Peek(delivery.Body, "eventType");

    /// <inheritdoc/>
    public void Map(Delivery delivery, SourceInForce source, MappingResult mapping)
    {
        using var document = DeliveryJson.ParseObject(delivery.Body, mapping);
        if (document is null)
            return;
        var (json, topic) = (document.RootElement, document.RootElement.Text("eventType"));
        var type = source.Source.Types.GetValueOrDefault(topic ?? "") ?? (topic == "FORM_RESPONSE" ? EventTypes.FormSubmitted : null);
        if (type == GenericMapping.Ignored)
            return;
        if (type is null || json.At("data") is not { } data)
        {
            mapping.Unknown(topic);
            return;
        }

        FormAnswers.Say(
            source.Source,
            mapping,
            type,
            $"form/{data.Text("responseId") ?? data.Text("submissionId") ?? json.Text("eventId")}",
            data.Text("formName") ?? data.Text("formId"),
            data.Instant(source.Source.TimeZone, "createdAt") ?? json.Instant(source.Source.TimeZone, "createdAt"),
            [.. data.Items("fields").Select(Answer).OfType<FormAnswer>()]
        );
    }

    private static FormAnswer? Answer(JsonElement field)
    {
        var (key, label, value) = (field.Text("key"), field.Text("label"), Value(field));
        if (value is null || (label ?? key) is not { } name)
            return null;
        var kind = field.Text("type") switch
        {
            "INPUT_EMAIL" => FormAnswerKind.Email,
            "INPUT_PHONE_NUMBER" => FormAnswerKind.Phone,
            _ => FormAnswerKind.Other,
        };
        return new FormAnswer(name, [.. new[] { key, label }.OfType<string>()], value, kind);
    }

    // What was chosen comes as ids, what they are called beside it.
    private static string? Value(JsonElement field)
    {
        if (field.At("value") is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.ValueKind == JsonValueKind.True ? "true" : "false";
        if (value.ValueKind != JsonValueKind.Array)
            return value.AsText();
        var names = field
            .Items("options")
            .Where(option => option.Text("id") is not null)
            .DistinctBy(option => option.Text("id"))
            .ToDictionary(option => option.Text("id")!, option => option.Text("text"));
        var chosen = string.Join(
            ", ",
            value
                .EnumerateArray()
                .Select(item => item.AsText() is { } id ? names.GetValueOrDefault(id) ?? id : item.Text("url"))
                .OfType<string>()
        );
        return chosen.Length == 0 ? null : chosen;
    }
}
