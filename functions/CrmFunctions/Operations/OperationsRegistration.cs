using CrmFunctions.Operations.DeadLetters;
using CrmFunctions.Operations.HealthChecks;
using CrmFunctions.Operations.Rebuilding;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.Operations;

/// <summary>Health, bills, dead letters and rebuilds.</summary>
internal static class OperationsRegistration
{
    public static IServiceCollection AddOperations(this IServiceCollection services)
    {
        services.AddChecked<HealthOptions>(HealthOptions.Section);
        services.AddChecked<RebuildOptions>(RebuildOptions.Section);
        services.AddSingleton<TimerRuns>();
        services.AddSingleton<IHealthPart, StoragePart>();
        services.AddSingleton<IHealthPart, BrokerPart>();
        services.AddSingleton<IHealthPart, TimersPart>();
        services.AddSingleton<IHealthPart, DeadLettersPart>();
        services.AddSingleton<IHealthPart, CalibrationPart>();
        services.AddSingleton<HealthCheckService>();
        services.AddSingleton<DeadLetterQueues>();
        services.AddSingleton<UsageStore>();
        services.AddSingleton<RunStore>();
        services.AddSingleton<RunScheduler>();
        services.AddSingleton<HandleScan>();
        services.AddSingleton<IndexCheck>();
        services.AddSingleton<Verification>();
        services.AddSingleton<HandleStep>();
        services.AddSingleton<SingleCustomerRebuild>();
        services.AddHostedService<UsageRecorder>();
        return services;
    }
}
