using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CrmFunctions.Domain.Events;
using CrmFunctions.Sources.Hooks.Mapping;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace CrmFunctions.Sources.Hooks.Providers;

/// <summary>
/// Jotform. It signs nothing: a secret stands in the webhook's address, as <c>?key=</c>. The answers are JSON within multipart.
/// </summary>
/// <remarks>Source: jotform.com/help/245, and the captured delivery of webhookdb's tests.</remarks>
public sealed partial class Jotform : IProvider
{
    private const string Key = "key";
    private const string Answers = "rawRequest";
    private const int MostParts = 256;

    /// <inheritdoc/>
    public string Name => ProviderNames.Jotform;

    /// <inheritdoc/>
    public ProviderRules Rules { get; } =
        new("a long random text that stands in the webhook's address as ?key=, for Jotform signs nothing") { Claims = true };

    /// <inheritdoc/>
    public IReadOnlyList<string> Headers { get; } = [];

    /// <inheritdoc/>
    public SignatureCheck Verify(Delivery delivery, SourceInForce source)
    {
        var presented = delivery.Parameter(Key);
        return new SignatureCheck(source.KeyOf(delivery, key => Signatures.IsSecret(presented, key.Bytes)));
    }

    /// <inheritdoc/>
    public string? TopicOf(Delivery delivery) => "submission";

    /// <inheritdoc/>
    public void Map(Delivery delivery, SourceInForce source, MappingResult mapping)
    {
        var type = source.Source.Types.GetValueOrDefault("submission") ?? EventTypes.FormSubmitted;
        if (type == GenericMapping.Ignored || Parts(delivery, mapping) is not { } parts)
            return;
        if (
            parts.GetValueOrDefault("submissionID") is not { Length: > 0 } id
            || parts.GetValueOrDefault(Answers) is not { Length: > 0 } raw
        )
        {
            mapping.Keep(QuarantineReasons.Unreadable, $"It is no submission: submissionID or {Answers} is missing.");
            return;
        }

        using var document = DeliveryJson.ParseObject(Encoding.UTF8.GetBytes(raw), mapping);
        if (document is null)
            return;
        var json = document.RootElement;
        FormAnswers.Say(
            source.Source,
            mapping,
            type,
            $"form/{id}",
            parts.GetValueOrDefault("formTitle") is { Length: > 0 } title ? title : parts.GetValueOrDefault("formID"),
            json.Milliseconds("submitDate"),
            [.. json.EnumerateObject().Select(Answer).OfType<FormAnswer>()]
        );
    }

    // Questions are q4_password; what is beside them is the form's own business.
    private static FormAnswer? Answer(JsonProperty member)
    {
        var question = Question().Match(member.Name);
        if (!question.Success || Value(member.Value) is not { } value)
            return null;
        var name = question.Groups["name"].Value;
        var kind =
            name.Contains("email", StringComparison.OrdinalIgnoreCase) ? FormAnswerKind.Email
            : name.Contains("phone", StringComparison.OrdinalIgnoreCase) ? FormAnswerKind.Phone
            : FormAnswerKind.Other;
        return new FormAnswer(name, [member.Name, name, question.Groups["number"].Value], value, kind);
    }

    private static string? Value(JsonElement value)
    {
        if (value.AsText() is { } text)
            return text;
        if (value.Text("full") is { } full)
            return full;
        var parts = value.ValueKind switch
        {
            JsonValueKind.Object => value.EnumerateObject().Select(part => part.Value.AsText()),
            JsonValueKind.Array => value.EnumerateArray().Select(part => part.AsText()),
            _ => [],
        };
        return DeliveryJson.Name([.. parts]);
    }

    private static Dictionary<string, string>? Parts(Delivery delivery, MappingResult mapping)
    {
        try
        {
            var parts = delivery.MediaType == "application/x-www-form-urlencoded" ? Form(delivery) : Multipart(delivery);
            if (parts is null)
                mapping.Keep(QuarantineReasons.Unreadable, $"It is no multipart form of at most {MostParts} parts, each name once.");
            return parts;
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException)
        {
            mapping.Keep(QuarantineReasons.Unreadable, "The multipart body breaks off, or its parts are no parts.");
            return null;
        }
    }

    private static Dictionary<string, string>? Form(Delivery delivery)
    {
        var form = QueryHelpers.ParseQuery(Encoding.UTF8.GetString(delivery.Body.Span));
        return form.Count > MostParts || form.Values.Any(value => value.Count != 1)
            ? null
            : form.ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
    }

    private static Dictionary<string, string>? Multipart(Delivery delivery)
    {
        if (
            !MediaTypeHeaderValue.TryParse(delivery.Header("Content-Type"), out var type)
            || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 70 } boundary
        )
            return null;
        var reader = new MultipartReader(boundary.ToString(), new MemoryStream(delivery.Body.ToArray(), writable: false));
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        var count = 0;

        // All of it is in memory: nothing is waited for.
        while (reader.ReadNextSectionAsync().GetAwaiter().GetResult() is { } section)
        {
            if (++count > MostParts)
                return null;

            // Files come with paths and contents of their own; neither is looked at.
            if (section.GetContentDispositionHeader() is not { } disposition || !disposition.IsFormDisposition())
                continue;
            var value = section.ReadAsStringAsync().GetAwaiter().GetResult();
            if (!parts.TryAdd(HeaderUtilities.RemoveQuotes(disposition.Name).ToString(), value))
                return null;
        }

        return parts;
    }

    [GeneratedRegex("^q(?<number>[0-9]{1,6})_(?<name>.{1,200})\\z")]
    private static partial Regex Question();
}
