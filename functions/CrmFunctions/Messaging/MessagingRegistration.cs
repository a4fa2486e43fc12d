using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.Messaging;

/// <summary>The queues.</summary>
internal static class MessagingRegistration
{
    public static IServiceCollection AddMessaging(this IServiceCollection services, IConfiguration settings)
    {
        services.AddSingleton(Bus.Connect(settings));
        services.AddSingleton<Bus>();
        return services;
    }
}
