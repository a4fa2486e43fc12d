using CrmFunctions.Security.Keys;
using CrmFunctions.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.Security;

/// <summary>Secrets, sealed here or kept in a key vault.</summary>
internal static class SecurityRegistration
{
    public static IServiceCollection AddSecurity(this IServiceCollection services, IConfiguration settings, string section)
    {
        services.AddChecked<HandleOptions>(HandleOptions.Section);
        services.AddSingleton<IVault>(new AzureVault(CrmTables.Credential(settings, section)));
        services.AddSingleton<SecretKeeper>();
        services.AddChecked<KeyOptions>(KeyOptions.Section);
        services.AddSingleton(Flow.Access.Of);
        services.AddSingleton<ApiKeyStore>();
        services.AddSingleton<KeyDirectory>();
        services.AddSingleton<EntraSignIn>();
        services.AddSingleton<AuditTrail>();
        return services;
    }
}
