using CrmFunctions.Customers.People;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.Customers;

/// <summary>Customers: who is who, and the state that was decided last.</summary>
internal static class CustomersRegistration
{
    public static IServiceCollection AddCustomers(this IServiceCollection services)
    {
        services.AddChecked<SharingOptions>(SharingOptions.Section);
        services.AddChecked<JoiningOptions>(JoiningOptions.Section);
        services.AddSingleton<HandleIndex>();
        services.AddSingleton<CustomerStore>();
        services.AddSingleton<CustomerReader>();
        services.AddSingleton<CustomerGatherer>();
        services.AddSingleton<ManualEventWriter>();
        services.AddSingleton<SharedHandles>();
        services.AddSingleton<ProposedLinks>();
        services.AddSingleton<RulingWriter>();
        services.AddSingleton<RulingStatus>();
        services.AddSingleton<DueIndex>();
        return services;
    }
}
