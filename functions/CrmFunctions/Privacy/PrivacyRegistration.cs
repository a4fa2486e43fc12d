using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.Privacy;

/// <summary>Customers' rights: export and erasure.</summary>
internal static class PrivacyRegistration
{
    public static IServiceCollection AddPrivacy(this IServiceCollection services)
    {
        services.AddChecked<PrivacyOptions>(PrivacyOptions.Section);
        services.AddSingleton<PrivacyStore>();
        services.AddSingleton<PrivacyRequests>();
        services.AddSingleton<PersonFinder>();
        services.AddSingleton<PersonEraser>();
        services.AddSingleton<KeptTotals>();
        services.AddHostedService<HandleKeyCheck>();
        return services;
    }
}
