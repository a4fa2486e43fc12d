using CrmFunctions.Customers;
using CrmFunctions.Notifications;
using CrmFunctions.Service.Duties;
using CrmFunctions.Service.Owners;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.Service;

/// <summary>Owners, duties and calendars: what the team does for each tier.</summary>
internal static class ServiceRegistration
{
    public static IServiceCollection AddService(this IServiceCollection services)
    {
        services.AddChecked<CalendarOptions>(CalendarOptions.Section);
        services.AddSingleton<OwnerStore>();
        services.AddSingleton<Team>();
        services.AddSingleton<DutyLists>();
        services.AddSingleton<DutyReader>();
        services.AddSingleton<CalendarLinks>();
        services.AddSingleton<Ownership>();
        services.AddSingleton<OwnerPlaces>();
        services.AddSingleton<ServicePlanner>();
        services.AddSingleton<CareMessages>();
        services.AddSingleton<Fulfilment>();
        services.AddSingleton<ITeamNoteComposer, TeamNoteComposer>();
        services.AddSingleton<IPersonalData, ServicePersonalData>();
        return services;
    }
}
