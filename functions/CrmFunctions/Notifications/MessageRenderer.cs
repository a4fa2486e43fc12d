using CrmFunctions.Domain.Permission;
using CrmFunctions.Domain.Wording;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Templates;

namespace CrmFunctions.Notifications;

/// <summary>Puts what is to be said into the words of its template, as the channel reads them.</summary>
public sealed class MessageRenderer(TemplateStore templates)
{
    // With every character a mark that JSON escapes it fits a column.
    private const int LongestText = 12_000;

    /// <summary>The words, or the reason why there are none: nobody is sent a hole.</summary>
    public async Task<(RenderedMessage? Words, string? Refused)> Of(
        MessageDraft draft,
        IChannel channel,
        CancellationToken cancellationToken
    )
    {
        if (await templates.Find(draft.Template, cancellationToken) is not { } template)
            return (null, $"{SendReasons.TemplateMissing}: {draft.Template}");
        if (template.Purpose.Code() != draft.Purpose)
            return (null, $"template-purpose: {template.Purpose.Code()}");
        if (template.For(draft.Language, draft.About.Tier, draft.About.Stage, channel.Medium) is not { } text)
            return (null, $"{SendReasons.TemplateMissing}: {draft.Template} for {channel.Medium}");

        var variables = new Dictionary<string, string>(draft.Variables, StringComparer.Ordinal);
        variables.Remove(Template.Unsubscribe);
        if (draft.Unsubscribe is { } link)
            variables[Template.Unsubscribe] = link;
        if (text.Render(variables, channel.Medium == Medium.Robot ? TextForm.Robot : TextForm.Plain, out var missing) is not { } said)
            return (null, $"{SendReasons.TemplateVariable}: {missing}");
        if (said.Text.Length > LongestText)
            return (null, $"{SendReasons.TextTooLong}: {said.Text.Length}");

        var payload = draft.About with { Text = said.Text, Subject = said.Subject, Template = template.Name, Purpose = draft.Purpose };
        return (new RenderedMessage(said.Subject, said.Text, draft.At, payload, draft.To, text.Language, draft.Unsubscribe), null);
    }
}

/// <summary>What is to be said, before it is put into words.</summary>
/// <param name="Template">The template's name.</param>
/// <param name="Purpose">That of the template.</param>
/// <param name="Variables">What the template names.</param>
/// <param name="Language"><c>zh-CN</c> or <c>en</c>.</param>
/// <param name="At">When what is told of happened.</param>
/// <param name="About">The same for programs; the words come into it.</param>
/// <param name="To">The address it goes to; null: the channel's own.</param>
/// <param name="Unsubscribe">Where the reader can say no more; null where there is nothing to say no to.</param>
public sealed record MessageDraft(
    string Template,
    string Purpose,
    IReadOnlyDictionary<string, string> Variables,
    string Language,
    DateTimeOffset At,
    NotificationPayload About,
    string? To = null,
    string? Unsubscribe = null
);
