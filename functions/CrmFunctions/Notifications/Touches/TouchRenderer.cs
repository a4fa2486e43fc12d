using CrmFunctions.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Domain.Lifecycle;
using CrmFunctions.Domain.Permission;
using CrmFunctions.Domain.Quality;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Permission;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Notifications.Touches;

/// <summary>What a touch is to say, and where it goes.</summary>
public sealed class TouchRenderer(UnsubscribeLinks links, IOptions<NotificationOptions> options)
{
    /// <summary>Where a message goes; empty where the channel knows itself, null where there is no address.</summary>
    public string? AddressOf(TouchRequest touch, Profile profile, IChannel channel) =>
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

    /// <summary>What a touch says to its receiver.</summary>
    public MessageDraft Of(StoredCustomer customer, Notification notification, IChannel channel, string address)
    {
        var (touch, decided) = (notification.Touch!, customer.Decided);
        var about = new NotificationPayload(
            customer.Id.Key,
            notification.Rule,
            notification.Period,
            decided?.Tier,
            decided?.Stage.Code(),
            FromTier: null,
            FromStage: null,
            ""
        );
        var link = touch.Purpose == Purpose.Marketing.Code() && touch.Audience.IsCustomer ? links.For(customer.Id, channel.Medium) : null;
        return new MessageDraft(
            touch.Template,
            touch.Purpose,
            touch.Variables,
            touch.Language ?? options.Value.Language,
            touch.AskedAt,
            about,
            address.Length == 0 ? null : address,
            link
        );
    }
}
