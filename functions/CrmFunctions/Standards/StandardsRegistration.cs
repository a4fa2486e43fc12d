using CrmFunctions.Standards.Calibrations;
using CrmFunctions.Standards.Plans;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.Standards;

/// <summary>Standards, calibrations and plans in force, and what they say of a customer.</summary>
internal static class StandardsRegistration
{
    public static IServiceCollection AddStandards(this IServiceCollection services, IConfiguration settings)
    {
        var (standard, json) = StandardStore.Read(settings);
        services.AddChecked<StandardOptions>(StandardOptions.Section);
        services.AddSingleton(standard);
        services.AddSingleton(new StandardText(json));
        services.AddSingleton<TieringEngine>();
        services.AddSingleton<StandardStore>();
        services.AddSingleton<ChangeStandards>();
        services.AddSingleton<CalibrationStore>();
        services.AddSingleton<PlanStore>();
        services.AddHostedService<SeedStandard>();
        services.AddHostedService<StandardsFollower>();
        return services;
    }
}
