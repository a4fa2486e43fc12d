using CrmFunctions.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Notifications.Channels;

/// <summary>Registers the channels that are configured.</summary>
public static class ChannelRegistration
{
    /// <summary>Adds an <see cref="IChannel"/> for each section that has a value. A wrong or unknown setting stops the host's start and names itself.</summary>
    public static IServiceCollection AddChannels(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);

        if (Configured<WebhookOptions, WebhookOptionsValidator>(services, configuration.GetSection(WebhookOptions.Section)))
        {
            services.AddKeyedSingleton(WebhookChannel.ChannelName, (provider, _) =>
                OutgoingHttp.CreateClient(provider.GetRequiredService<IOptions<WebhookOptions>>().Value.Rules));
            services.AddSingleton<IChannel, WebhookChannel>();
        }

        if (Configured<EmailOptions, EmailOptionsValidator>(services, configuration.GetSection(EmailOptions.Section)))
            services.AddSingleton<IChannel, EmailChannel>();

        return services;
    }

    private static bool Configured<TOptions, TValidator>(IServiceCollection services, IConfigurationSection section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        // Deployment templates leave unused settings empty.
        if (section.AsEnumerable().All(setting => string.IsNullOrEmpty(setting.Value)))
            return false;

        services.AddOptionsWithValidateOnStart<TOptions, TValidator>()
            .Bind(section, binder => binder.ErrorOnUnknownConfiguration = true);
        return true;
    }
}
