using CrmFunctions.Customers;
using CrmFunctions.Domain.Identity;
using CrmFunctions.Events;
using CrmFunctions.Http;
using CrmFunctions.Messaging;
using CrmFunctions.Notifications;
using CrmFunctions.Operations;
using CrmFunctions.Operations.HealthChecks;
using CrmFunctions.Privacy;
using CrmFunctions.Profiles;
using CrmFunctions.Reports;
using CrmFunctions.Security;
using CrmFunctions.Security.Keys;
using CrmFunctions.Service;
using CrmFunctions.Sources;
using CrmFunctions.Standards;
using CrmFunctions.Storage;
using CrmFunctions.Telemetry;
using CrmFunctions.Tiering;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CrmFunctions;

/// <summary>Puts the suite together: a floor after the other, as docs/architecture.md draws them.</summary>
public static class Composition
{
    /// <summary>Registers everything the functions need.</summary>
    /// <exception cref="InvalidOperationException">A setting is missing or wrong; the message names it.</exception>
    public static void AddCrm(this IHostApplicationBuilder builder)
    {
        var (settings, operations) = (builder.Configuration, new OperationCount());
        ExportTelemetry.AddTo(builder, operations);

        HandleSecretFile.AddTo(settings, settings[$"{SourceOptions.Section}:{nameof(SourceOptions.KeyFolder)}"]);

        // Where neither settings nor folder say one, the checks of all settings refuse the start.
        if (HandleOptions.Of(settings) is { } keys)
            HandleKeys.Use(keys);
        builder
            .Services.AddSingleton(Clocks.From(settings))
            .AddSingleton(operations)
            .AddStorage(settings, operations)
            .AddMessaging(settings)
            .AddSecurity(settings, SourceOptions.Section)
            .AddEvents()
            .AddCustomers()
            .AddStandards(settings)
            .AddProfiles()
            .AddPrivacy()
            .AddNotifications(settings)
            .AddService()
            .AddTiering()
            .AddSources()
            .AddReports()
            .AddOperations();
    }

    /// <summary>What surrounds every function.</summary>
    public static void UseCrm(this IFunctionsWorkerApplicationBuilder builder)
    {
        // Each body has a limit of its own, and is refused with a sentence; the server's would be a failed run without one.
        builder.Services.Configure<KestrelServerOptions>(server => server.Limits.MaxRequestBodySize = null);
        builder.Services.Configure<WorkerOptions>(worker => worker.InputConverters.RegisterAt<InvocationToken>(0));
        builder.UseMiddleware<TraceSteps>();
        builder.UseMiddleware<CountInvocations>();
        builder.UseMiddleware<TimerRunRecorder>();
        builder.UseMiddleware<RefuseBrokenRequests>();
        builder.UseMiddleware<RequireRole>();
        builder.UseMiddleware<AuditChanges>();
    }
}
