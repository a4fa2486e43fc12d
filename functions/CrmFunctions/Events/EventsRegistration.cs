using CrmFunctions.Events.Quarantine;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.Events;

/// <summary>The log: what came in, each event once, and what was kept aside.</summary>
internal static class EventsRegistration
{
    public static IServiceCollection AddEvents(this IServiceCollection services)
    {
        services.AddChecked<IntakeOptions>(IntakeOptions.Section);
        services
            .AddChecked<DebounceOptions>(DebounceOptions.Section)
            .Validate(options => options.ClockSkew < options.Margin, $"{DebounceOptions.Section}: ClockSkew must be less than Margin.");
        services.AddChecked<QuarantineOptions>(QuarantineOptions.Section);
        services.AddSingleton<EventLog>();
        services.AddSingleton<LogErasure>();
        services.AddSingleton<RecalculationRequests>();
        services.AddSingleton<QuarantineStore>();
        return services;
    }
}
