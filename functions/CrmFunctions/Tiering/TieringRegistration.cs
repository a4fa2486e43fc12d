using CrmFunctions.Tiering.Calibrations;
using CrmFunctions.Tiering.Recalculation;
using CrmFunctions.Tiering.Reviews;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.Tiering;

/// <summary>Recalculations, reviews and calibrations.</summary>
internal static class TieringRegistration
{
    public static IServiceCollection AddTiering(this IServiceCollection services)
    {
        services
            .AddChecked<CalibrationOptions>(CalibrationOptions.Section)
            .Validate(
                options => options.LeastShift < options.LargestShift,
                $"{CalibrationOptions.Section}: LeastShift must be less than LargestShift."
            );
        services.AddSingleton<CustomerRecalculator>();
        services.AddSingleton<IdentityJoiner>();
        services.AddSingleton<RecalculationNotifier>();
        services.AddSingleton<SendDue>();
        services.AddSingleton<CalibrationSubject>();
        services.AddSingleton<CustomerFactsReader>();
        return services;
    }
}
