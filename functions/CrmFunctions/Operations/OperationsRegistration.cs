using CrmFunctions.Operations.DeadLetters;
using CrmFunctions.Operations.HealthChecks;
using CrmFunctions.Operations.Rebuilding;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace CrmFunctions.Operations;

/// <summary>Health, bills, dead letters and rebuilds.</summary>
internal static class OperationsRegistration
{
    public static IServiceCollection AddOperations(this IServiceCollection services)
    {
        services.AddChecked<HealthOptions>(HealthOptions.Section);
        services.AddChecked<RebuildOptions>(RebuildOptions.Section);
        services.AddSingleton<TimerRuns>();
        services.AddSingleton<HealthReader>();

        // The answers tell what is bad; a line of the log at every look would tell the same every few seconds.
        services.AddLogging(logging => logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None));
        services.AddSingleton(typeof(TimeLimitedHealthCheck<>));
        services
            .AddHealthChecks()
            .AddTimeLimited<StorageHealthCheck>(HealthPartNames.Storage, HealthTags.Ready, HealthTags.Fresh)
            .AddTimeLimited<BrokerHealthCheck>(HealthPartNames.Broker, HealthTags.Ready, HealthTags.Fresh)
            .AddTimeLimited<BacklogHealthCheck>(HealthPartNames.Backlog, HealthTags.Fresh)
            .AddTimeLimited<TimersHealthCheck>(HealthPartNames.Timers, HealthTags.Fresh)
            .AddTimeLimited<DeadLettersHealthCheck>(HealthPartNames.DeadLetters, HealthTags.Fresh)
            .AddTimeLimited<CalibrationHealthCheck>(HealthPartNames.Calibration, HealthTags.Fresh);
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

    private static IHealthChecksBuilder AddTimeLimited<T>(this IHealthChecksBuilder checks, string name, params string[] tags)
        where T : class, IHealthCheck
    {
        checks.Services.AddSingleton<T>();
        return checks.AddCheck<TimeLimitedHealthCheck<T>>(name, tags: tags);
    }
}
