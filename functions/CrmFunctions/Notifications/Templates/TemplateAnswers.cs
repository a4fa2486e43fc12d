using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Domain.Wording;

namespace CrmFunctions.Notifications.Templates;

/// <summary>A template as answered, and as it is put.</summary>
/// <param name="Name">Lower case letters, digits and dashes.</param>
/// <param name="Shipped">It came with the suite.</param>
public sealed record TemplateAnswer(
    string Name,
    [property: AllowedValues("transactional", "marketing")] string Purpose,
    bool Shipped,
    IReadOnlyList<TextAnswer> Texts
)
{
    /// <summary>The answer about a template.</summary>
    public static TemplateAnswer Of(Template template) =>
        new(
            template.Name,
            template.Purpose.Code(),
            ShippedTemplates.All.GetValueOrDefault(template.Name) is { } shipped && ReferenceEquals(shipped, template),
            [
                .. template.Texts.Select(text => new TextAnswer(
                    text.Language,
                    text.Subject,
                    text.Body,
                    text.Tier,
                    text.Stage,
                    text.Channel,
                    text.Variables
                )),
            ]
        );
}

/// <summary>A text as answered.</summary>
/// <param name="Language">BCP 47.</param>
/// <param name="Subject">One line; {{name}} is a variable.</param>
/// <param name="Text">{{name}} is a variable. Marketing must show {{unsubscribe}}, or in an SMS the word to answer with.</param>
/// <param name="Tier">Only for this tier.</param>
/// <param name="Stage">Only in this stage.</param>
/// <param name="Channel">Only on this medium: email, sms, webhook, robot.</param>
/// <param name="Variables">The variables that the text wants.</param>
public sealed record TextAnswer(
    string Language,
    string Subject,
    string Text,
    string? Tier,
    string? Stage,
    string? Channel,
    IReadOnlyList<string> Variables
);

/// <summary>All templates.</summary>
public sealed record TemplatesAnswer(IReadOnlyList<TemplateAnswer> Templates);

/// <summary>A template with its variables in their places.</summary>
/// <param name="Language">Of the text that fits best.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">The text.</param>
public sealed record PreviewOfTemplate(string Language, string Subject, string Text);

/// <summary>JSON of the answers.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(TemplatesAnswer))]
[JsonSerializable(typeof(PreviewOfTemplate))]
internal sealed partial class TemplateJson : JsonSerializerContext;
