using CrmFunctions.Domain.Permission;
using CrmFunctions.Domain.Wording;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Templates;

namespace CrmFunctions.Notifications;

/// <summary>Puts what is to be said into the words of its template, as the channel reads them.</summary>
public sealed class Phrasing(TemplateStore templates)
{
    // With every character a mark that JSON escapes it fits a column.
    private const int LongestText = 12_000;

    /// <summary>The words, or the reason why there are none: nobody is sent a hole.</summary>
    public async Task<(Words? Words, string? Refused)> Of(Saying saying, IChannel channel, CancellationToken cancellationToken)
    {
        if (await templates.Find(saying.Template, cancellationToken) is not { } template) return (null, $"{Reasons.TemplateMissing}: {saying.Template}");
        if (template.Purpose.Code() != saying.Purpose) return (null, $"template-purpose: {template.Purpose.Code()}");
        if (template.For(saying.Language, saying.About.Tier, saying.About.Stage, channel.Medium) is not { } text) return (null, $"{Reasons.TemplateMissing}: {saying.Template} for {channel.Medium}");

        var variables = new Dictionary<string, string>(saying.Variables, StringComparer.Ordinal);
        variables.Remove(Template.Unsubscribe);
        if (saying.Unsubscribe is { } link) variables[Template.Unsubscribe] = link;
        if (text.Render(variables, channel.Medium == Medium.Robot ? TextForm.Robot : TextForm.Plain, out var missing) is not { } said) return (null, $"{Reasons.TemplateVariable}: {missing}");
        if (said.Text.Length > LongestText) return (null, $"{Reasons.TextTooLong}: {said.Text.Length}");

        var payload = saying.About with { Text = said.Text, Subject = said.Subject, Template = template.Name, Purpose = saying.Purpose };
        return (new Words(said.Subject, said.Text, saying.At, payload, saying.To, text.Language, saying.Unsubscribe), null);
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
public sealed record Saying(
    string Template, string Purpose, IReadOnlyDictionary<string, string> Variables, string Language, DateTimeOffset At, NotificationPayload About, string? To = null, string? Unsubscribe = null);
