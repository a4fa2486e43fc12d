using CrmFunctions.Customers;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Complaints;
using CrmFunctions.Notifications.Ledger;
using CrmFunctions.Notifications.Outcomes;
using CrmFunctions.Notifications.Pacing;
using CrmFunctions.Notifications.Permission;
using CrmFunctions.Notifications.Templates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.Notifications;

/// <summary>Messages: permission, words, pace, channels and the ledger.</summary>
internal static class NotificationsRegistration
{
    public static IServiceCollection AddNotifications(this IServiceCollection services, IConfiguration settings)
    {
        services.AddChecked<NotificationOptions>(NotificationOptions.Section);
        services.AddChecked<BusinessHoursOptions>(BusinessHoursOptions.Section);
        services.AddChecked<PermissionOptions>(PermissionOptions.Section);
        services.AddChecked<UnsubscribeOptions>(UnsubscribeOptions.Section);
        services.AddChecked<OutcomeOptions>(OutcomeOptions.Section);
        services.AddSingleton<OutboxPublisher>();
        services.AddSingleton<ComplaintIndex>();
        services.AddSingleton<MessageLedger>();
        services.AddSingleton<MessageCloser>();
        services.AddSingleton<MessageRenderer>();
        services.AddSingleton<TeamNoteSender>();
        services.AddSingleton<TouchSender>();
        services.AddSingleton<ChannelDispatcher>();
        services.AddSingleton<NotificationScheduler>();
        services.AddSingleton<TemplateStore>();
        services.AddSingleton<ConsentStore>();
        services.AddSingleton<SendPermissionCheck>();
        services.AddSingleton<UnsubscribeLinks>();
        services.AddSingleton<Reservations>();
        services.AddSingleton<SlotStore>();
        services.AddSingleton<RobotSlots>();
        services.AddSingleton<SlotSender>();
        services.AddSingleton<OutcomeFiling>();
        services.AddSingleton<IPersonalData, LedgerPersonalData>();
        services.AddSingleton<IPersonalData, PermissionPersonalData>();
        services.AddSingleton<IPersonalData, ComplaintPersonalData>();
        services.AddChannels(settings);
        return services;
    }
}
