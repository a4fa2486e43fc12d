using CrmFunctions.Customers;
using CrmFunctions.Domain.Customers;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Domain.Quality;
using CrmFunctions.Domain.Wording;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Permission;
using CrmFunctions.Notifications.Templates;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Notifications.Touches;

/// <summary>Puts a touch into words, and finds where they go.</summary>
public sealed class TouchWords(TemplateStore templates, UnsubscribeLinks links, IOptions<NotificationOptions> options)
{
    /// <summary>Where a message goes; empty where the channel knows itself, null where there is no address.</summary>
    public string? AddressOf(TouchRequest touch, Profile profile, IChannel channel) => (channel.Medium, touch.Audience.IsCustomer) switch
    {
        (Medium.Email, true) => profile.Email is [var email, ..] ? Emails.Normalise(email.Value) : null,
        (Medium.Sms, true) => profile.Phone is [var phone, ..] ? Phones.Normalise(phone.Value, phone.Region) : null,
        (Medium.Email, false) => touch.Audience.Email ?? options.Value.To,
        (Medium.Sms, false) => touch.Audience.Phone,
        // A chat of ours is no place to write to customers.
        (Medium.Robot, true) => null,
        _ => "",
    };

    /// <summary>The words, or the reason why there are none.</summary>
    public async Task<(Words? Words, string? Refused)> Of(
        StoredCustomer customer, Notification notification, IChannel channel, string address, CancellationToken cancellationToken)
    {
        var touch = notification.Touch!;
        if (await templates.Find(touch.Template, cancellationToken) is not { } template) return (null, $"{Reasons.TemplateMissing}: {touch.Template}");
        if (template.Purpose.Code() != touch.Purpose) return (null, $"template-purpose: {template.Purpose.Code()}");

        var language = touch.Language ?? options.Value.Language;
        var decided = customer.Decided;
        if (template.For(language, decided?.Tier, decided?.Stage.Code(), channel.Medium) is not { } text) return (null, $"{Reasons.TemplateMissing}: {touch.Template} for {channel.Medium}");

        var link = template.Purpose == Purpose.Marketing && touch.Audience.IsCustomer ? links.For(customer.Id, channel.Medium) : null;
        var variables = new Dictionary<string, string>(touch.Variables, StringComparer.Ordinal);
        variables.Remove(Template.Unsubscribe);
        if (link is not null) variables[Template.Unsubscribe] = link;
        var form = channel.Medium == Medium.Robot ? TextForm.Robot : TextForm.Plain;
        if (text.Render(variables, form, out var missing) is not { } said) return (null, $"{Reasons.TemplateVariable}: {missing}");

        var payload = new NotificationPayload(
            customer.Id.Key, notification.Rule, notification.Period, decided?.Tier, decided?.Stage.Code(), FromTier: null, FromStage: null, said.Text,
            Template: template.Name, Purpose: touch.Purpose, Subject: said.Subject);
        return (new Words(said.Subject, said.Text, touch.AskedAt, payload, address.Length == 0 ? null : address, text.Language, link), null);
    }
}
