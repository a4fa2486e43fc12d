using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.Profiles;

/// <summary>What is known of a customer, as answered.</summary>
internal static class ProfilesRegistration
{
    public static IServiceCollection AddProfiles(this IServiceCollection services)
    {
        services.AddSingleton<CustomerPage>();
        return services;
    }
}
