using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Domain.Quality;
using CrmFunctions.Domain.Wording;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Ledger;
using CrmFunctions.Notifications.Permission;
using CrmFunctions.Notifications.Templates;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Notifications;

/// <summary>Makes of what is to be said a message in the words of its template, as the channel reads them, and says where it goes.</summary>
public sealed class MessageRenderer(TemplateStore templates, UnsubscribeLinks links, IOptions<NotificationOptions> options)
{
    // With every character a mark that JSON escapes it fits a column.
    private const int LongestText = 12_000;

    /// <summary>Where a touch goes; empty where the channel knows itself, null where there is no address.</summary>
    public string? AddressOf(Touch touch, Profile profile, IChannel channel) =>
        (channel.Medium, touch.Audience.IsCustomer) switch
        {
            (Medium.Email, true) => profile.Email is [var email, ..] ? Emails.Normalise(email.Value) : null,
            (Medium.Sms, true) => profile.Phone is [var phone, ..] ? Phones.Normalise(phone.Value, phone.Region) : null,
            (Medium.Email, false) => touch.Audience.Email ?? options.Value.To,
            (Medium.Sms, false) => touch.Audience.Phone,
            // A chat of ours is no place to write to customers.
            (Medium.Robot, true) => null,
            _ => "",
        };

    /// <summary>The words, or the reason why there are none: nobody is sent a hole.</summary>
    /// <param name="touch">What is to be said.</param>
    /// <param name="about">The same for programs; the words come into it.</param>
    /// <param name="channel">What carries it.</param>
    /// <param name="to">The address it goes to; null: the channel's own.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<(RenderedMessage? Message, string? Refused)> Of(
        Touch touch,
        MessagePayload about,
        IChannel channel,
        string? to,
        CancellationToken cancellationToken
    )
    {
        if (await templates.Find(touch.Template, cancellationToken) is not { } template)
            return (null, $"{SendReasons.TemplateMissing}: {touch.Template}");
        if (template.Purpose.Code() != touch.Purpose)
            return (null, $"template-purpose: {template.Purpose.Code()}");
        if (template.For(touch.Language ?? options.Value.Language, about.Tier, about.Stage, channel.Medium) is not { } text)
            return (null, $"{SendReasons.TemplateMissing}: {touch.Template} for {channel.Medium}");

        var unsubscribe =
            touch.Purpose == Purpose.Marketing.Code() && touch.Audience.IsCustomer
                ? links.For(Handle.FromKey(about.CustomerId)!.Value, channel.Medium)
                : null;
        var variables = new Dictionary<string, string>(touch.Variables, StringComparer.Ordinal);
        variables.Remove(Template.Unsubscribe);
        if (unsubscribe is not null)
            variables[Template.Unsubscribe] = unsubscribe;
        if (text.Render(variables, channel.Medium == Medium.Robot ? TextForm.Robot : TextForm.Plain, out var missing) is not { } said)
            return (null, $"{SendReasons.TemplateVariable}: {missing}");
        if (said.Text.Length > LongestText)
            return (null, $"{SendReasons.TextTooLong}: {said.Text.Length}");

        var payload = about with { Text = said.Text, Subject = said.Subject, Template = template.Name, Purpose = touch.Purpose };
        return (new RenderedMessage(said.Subject, said.Text, touch.AskedAt, payload, to, text.Language, unsubscribe), null);
    }

    /// <summary>The message of a row that has its words, with what the settings say where the row says nothing.</summary>
    public RenderedMessage Of(MessageRow row)
    {
        var message = row.Message() ?? throw new InvalidOperationException($"The ledger's row {row.RowKey} has no words yet.");
        return message with
        {
            To = message.To ?? (row.Channel is "email" or "acs-email" ? options.Value.To : null),
            Language = message.Language ?? options.Value.Language,
        };
    }
}
