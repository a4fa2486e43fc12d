using CrmFunctions.Http;
using CrmFunctions.Notifications.Channels.Acs;
using CrmFunctions.Notifications.Channels.Email;
using CrmFunctions.Notifications.Channels.Robots;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Notifications.Channels;

/// <summary>Registers the channels that are configured.</summary>
public static class ChannelRegistration
{
    /// <summary>
    /// Adds an <see cref="IChannel"/> for each section that has a value. A wrong or unknown setting stops the host's start and names
    /// itself.
    /// </summary>
    public static IServiceCollection AddChannels(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);

        if (Configured<WebhookOptions, WebhookOptionsValidator>(services, configuration.GetSection(WebhookOptions.Section)))
        {
            services.AddKeyedSingleton(
                WebhookChannel.ChannelName,
                (provider, _) => OutgoingHttp.CreateClient(provider.GetRequiredService<IOptions<WebhookOptions>>().Value.Rules)
            );
            services.AddSingleton<IChannel, WebhookChannel>();
        }

        if (Configured<EmailOptions, EmailOptionsValidator>(services, configuration.GetSection(EmailOptions.Section)))
            services.AddSingleton<IChannel, EmailChannel>();
        else if (Configured<MailFolderOptions, MailFolderOptionsValidator>(services, configuration.GetSection(MailFolderOptions.Section)))
            services.AddSingleton<IChannel, MailFolderChannel>();

        AddAcs(services, configuration.GetSection(AcsOptions.Section));
        AddRobots(services, configuration.GetSection(RobotsOptions.Section));
        return services;
    }

    private static void AddAcs(IServiceCollection services, IConfigurationSection section)
    {
        if (!Configured<AcsOptions, AcsOptionsValidator>(services, section))
            return;
        services.AddKeyedSingleton(
            AcsOptions.Section,
            (provider, _) => OutgoingHttp.CreateClient(provider.GetRequiredService<IOptions<AcsOptions>>().Value.Rules)
        );
        if (!string.IsNullOrEmpty(section[nameof(AcsOptions.EmailFrom)]))
            services.AddSingleton<IChannel, AcsEmailChannel>();
        if (!string.IsNullOrEmpty(section[nameof(AcsOptions.SmsFrom)]))
            services.AddSingleton<IChannel, AcsSmsChannel>();
    }

    private static void AddRobots(IServiceCollection services, IConfigurationSection section)
    {
        // Each robot's name stands in the section; those of which nothing is set are off.
        var names = section
            .GetChildren()
            .Where(robot => robot.AsEnumerable().Any(setting => !string.IsNullOrEmpty(setting.Value)))
            .Select(robot => robot.Key)
            .ToList();
        if (names.Count == 0)
            return;
        services
            .AddOptionsWithValidateOnStart<RobotsOptions, RobotsOptionsValidator>()
            .Configure(options =>
            {
                foreach (var name in names)
                {
                    var robot = new RobotOptions();
                    section.GetSection(name).Bind(robot, binder => binder.ErrorOnUnknownConfiguration = true);
                    options.Robots[name] = robot;
                }
            });
        foreach (var name in names)
        {
            services.AddSingleton<IChannel>(provider => new RobotChannel(
                name,
                provider.GetRequiredService<IOptions<RobotsOptions>>().Value.Robots[name],
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<RobotChannel>>()
            ));
        }
    }

    private static bool Configured<TOptions, TValidator>(IServiceCollection services, IConfigurationSection section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        // Deployment templates leave unused settings empty.
        if (section.AsEnumerable().All(setting => string.IsNullOrEmpty(setting.Value)))
            return false;

        services.AddOptionsWithValidateOnStart<TOptions, TValidator>().Bind(section, binder => binder.ErrorOnUnknownConfiguration = true);
        return true;
    }
}
