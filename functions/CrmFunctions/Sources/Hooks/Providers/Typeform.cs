using System.Text.Json;
using CrmFunctions.Domain.Events;
using CrmFunctions.Sources.Hooks.Mapping;

namespace CrmFunctions.Sources.Hooks.Providers;

/// <summary>Typeform. Signs the body; switches the webhook off at once when it is answered 404 or 410.</summary>
/// <remarks>Source: typeform.com/developers/webhooks/secure-your-webhooks and /example-payload.</remarks>
public sealed class Typeform : IProvider
{
    private const string Signature = "Typeform-Signature";
    private const string Version = "sha256=";

    /// <inheritdoc/>
    public string Name => ProviderNames.Typeform;

    /// <inheritdoc/>
    public ProviderRules Rules { get; } = new("the webhook's secret") { Claims = true };

    /// <inheritdoc/>
    public IReadOnlyList<string> Headers { get; } = [Signature];

    /// <inheritdoc/>
    public SignatureCheck Verify(Delivery delivery, SourceInForce source)
    {
        var header = delivery.Header(Signature);
        var presented = header?.StartsWith(Version, StringComparison.Ordinal) == true ? header[Version.Length..] : null;
        return new SignatureCheck(
            source.KeyOf(delivery, key => Signatures.IsBase64(presented, Signatures.HmacSha256(key.Bytes, delivery.Body)))
        );
    }

    /// <inheritdoc/>
    public string? TopicOf(Delivery delivery) => DeliveryJson.Peek(delivery.Body, "event_type");

    /// <inheritdoc/>
    public void Map(Delivery delivery, SourceInForce source, MappingResult mapping)
    {
        using var document = DeliveryJson.ParseObject(delivery.Body, mapping);
        if (document is null)
            return;
        var (json, topic) = (document.RootElement, document.RootElement.Text("event_type"));
        var type =
            source.Source.Types.GetValueOrDefault(topic ?? "")
            ?? topic switch
            {
                "form_response" => EventTypes.FormSubmitted,
                "form_response_partial" => EventTypes.Interaction,
                _ => null,
            };
        if (type == GenericMapping.Ignored)
            return;
        if (type is null || json.At("form_response") is not { } response)
        {
            mapping.Unknown(topic);
            return;
        }

        var labels = response
            .Items("definition", "fields")
            .Where(field => field.Text("id") is not null)
            .DistinctBy(field => field.Text("id"))
            .ToDictionary(field => field.Text("id")!, field => field.Text("title"));
        var answers = response.Items("answers").Select(answer => Answer(answer, labels)).OfType<FormAnswer>().ToList();
        if (response.At("hidden") is { ValueKind: JsonValueKind.Object } hidden)
        {
            answers.AddRange(
                hidden
                    .EnumerateObject()
                    .Where(member => member.Value.AsText() is not null)
                    .Select(member => new FormAnswer(member.Name, [$"hidden.{member.Name}", member.Name], member.Value.AsText()!))
            );
        }

        FormAnswers.Say(
            source.Source,
            mapping,
            type,
            $"form/{response.Text("token") ?? json.Text("event_id")}",
            response.Text("definition", "title") ?? response.Text("form_id"),
            response.Instant(source.Source.TimeZone, "submitted_at") ?? response.Instant(source.Source.TimeZone, "landed_at"),
            answers
        );
    }

    private static FormAnswer? Answer(JsonElement answer, Dictionary<string, string?> labels)
    {
        var (kind, id, reference) = (answer.Text("type"), answer.Text("field", "id"), answer.Text("field", "ref"));
        if (kind is null || Value(answer, kind) is not { } value)
            return null;
        var label = (id is null ? null : labels.GetValueOrDefault(id)) ?? reference ?? id ?? kind;
        return new FormAnswer(
            label,
            [.. new[] { reference, id, label }.OfType<string>()],
            value,
            kind switch
            {
                "email" => FormAnswerKind.Email,
                "phone_number" => FormAnswerKind.Phone,
                _ => FormAnswerKind.Other,
            }
        );
    }

    private static string? Value(JsonElement answer, string kind) =>
        answer.At(kind) switch
        {
            { ValueKind: JsonValueKind.True } => "true",
            { ValueKind: JsonValueKind.False } => "false",
            { ValueKind: JsonValueKind.Object } chosen => chosen.Text("label")
                ?? chosen.Text("other")
                ?? chosen.Text("amount")
                ?? Joined(chosen.Items("labels")),
            { } plain => plain.AsText(),
            null => null,
        };

    private static string? Joined(IEnumerable<JsonElement> labels) =>
        string.Join(", ", labels.Select(label => label.AsText()).OfType<string>()) is { Length: > 0 } joined ? joined : null;
}
