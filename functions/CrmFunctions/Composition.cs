using CrmFunctions.Calibrations;
using CrmFunctions.Complaints;
using CrmFunctions.Customers;
using CrmFunctions.DeadLetters;
using CrmFunctions.HealthChecks;
using CrmFunctions.Hooks;
using CrmFunctions.Http;
using CrmFunctions.Importing;
using CrmFunctions.Intake;
using CrmFunctions.ManualOverrides;
using CrmFunctions.Messaging;
using CrmFunctions.Notifications;
using CrmFunctions.Notifications.Channels;
using CrmFunctions.Notifications.Outcomes;
using CrmFunctions.Notifications.Pacing;
using CrmFunctions.Notifications.Permission;
using CrmFunctions.Notifications.Templates;
using CrmFunctions.Notifications.Touches;
using CrmFunctions.Operations;
using CrmFunctions.People;
using CrmFunctions.Privacy;
using CrmFunctions.Quality;
using CrmFunctions.Quarantine;
using CrmFunctions.Rebuilding;
using CrmFunctions.Recalculation;
using CrmFunctions.Reconciliation;
using CrmFunctions.Reconciliation.Asking;
using CrmFunctions.Reports;
using CrmFunctions.Reviews;
using CrmFunctions.Service;
using CrmFunctions.Service.Duties;
using CrmFunctions.Service.Owners;
using CrmFunctions.Service.Plans;
using CrmFunctions.Sources;
using CrmFunctions.Standards;
using CrmFunctions.Storage;
using CrmFunctions.Telemetry;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CrmFunctions;

/// <summary>Puts the suite together.</summary>
public static class Composition
{
    /// <summary>Registers everything the functions need.</summary>
    /// <exception cref="InvalidOperationException">A setting is missing or wrong; the message names it.</exception>
    public static void AddCrm(this IHostApplicationBuilder builder)
    {
        var (settings, services) = (builder.Configuration, builder.Services);
        var operations = new OperationCount();
        ExportTelemetry.AddTo(builder, operations);
        var (standard, json) = StandardStore.Read(settings);
        services.AddSingleton(operations);
        services.AddSingleton(Clocks.From(settings));
        services.AddSingleton(CrmTables.Connect(settings, operations));
        services.AddSingleton(Bus.Connect(settings));
        services.AddSingleton<Bus>();
        services.AddSingleton(standard);
        services.AddSingleton(new StandardText(json));
        services.AddSingleton<TieringEngine>();
        services.AddSingleton<StandardStore>();
        services.AddSingleton<ChangeStandards>();
        services.AddSingleton<CalibrationStore>();
        services.AddSingleton<CalibrationSubject>();
        services.AddSingleton<CustomerFactsReader>();
        services.AddHostedService<StartupPreparation>();
        services.AddHostedService<StandardsFollower>();

        services.AddChecked<IntakeOptions>(IntakeOptions.Section);
        services
            .AddChecked<DebounceOptions>(DebounceOptions.Section)
            .Validate(options => options.ClockSkew < options.Margin, $"{DebounceOptions.Section}: ClockSkew must be less than Margin.");
        services.AddChecked<SharingOptions>(SharingOptions.Section);
        services.AddChecked<JoiningOptions>(JoiningOptions.Section);
        services.AddChecked<ImportOptions>(ImportOptions.Section);
        services.AddChecked<StandardOptions>(StandardOptions.Section);
        services
            .AddChecked<CalibrationOptions>(CalibrationOptions.Section)
            .Validate(
                options => options.LeastShift < options.LargestShift,
                $"{CalibrationOptions.Section}: LeastShift must be less than LargestShift."
            );

        services.AddChecked<SourceOptions>(SourceOptions.Section);
        services.AddSingleton<IVault>(new AzureVault(CrmTables.Credential(settings, SourceOptions.Section)));
        services.AddSingleton<SecretKeeper>();
        services.AddSingleton<SourceStore>();
        services.AddChecked<QuarantineOptions>(QuarantineOptions.Section);
        services.AddChecked<HookOptions>(HookOptions.Section);
        services.AddSingleton<SourceDirectory>();
        services.AddSingleton<RateBudgets>();
        services.AddSingleton<DeliveryFiling>();
        services.AddSingleton<RefusedDeliveries>();
        services.AddSingleton<HookLimits>();
        services.AddSingleton<HookMeter>();
        services.AddSingleton<QuarantineReleaser>();
        services.AddSingleton<IPersonalData, QuarantinePersonalData>();
        services.AddSingleton<RecalculationRequests>();
        services.AddSingleton<QuarantineStore>();
        services.AddSingleton<DeadLetterQueues>();
        services.AddSingleton<EventLog>();
        services.AddSingleton<ImportStore>();
        services.AddSingleton<Upload>();
        services.AddChecked<ReconciliationOptions>(ReconciliationOptions.Section);
        services.AddSingleton<ISourceClient, ShopifyClient>();
        services.AddSingleton<ISourceClient, WooCommerceClient>();
        services.AddSingleton<ISourceClient, JiandaoyunClient>();
        services.AddSingleton<IDeliveryReader, ProviderDeliveries>();
        services.AddSingleton<SourceApi>();
        services.AddSingleton<GapStore>();
        services.AddSingleton<SourceReconciliation>();
        services.AddSingleton<HandleIndex>();
        services.AddSingleton<CustomerStore>();
        services.AddSingleton<CustomerReader>();
        services.AddSingleton<ManualEventWriter>();
        services.AddSingleton<CustomerGatherer>();
        services.AddSingleton<IdentityJoiner>();
        services.AddSingleton<RecalculationNotifier>();
        services.AddSingleton<SharedHandles>();
        services.AddSingleton<RulingWriter>();
        services.AddSingleton<DueIndex>();
        services.AddSingleton<SendDue>();
        services.AddSingleton<ComplaintIndex>();
        services.AddSingleton<OutboxPublisher>();
        services.AddSingleton<CustomerScan>();
        services.AddChecked<RebuildOptions>(RebuildOptions.Section);
        services.AddSingleton<RecalculateCustomer>();
        services.AddSingleton<RunStore>();
        services.AddSingleton<RunScheduler>();
        services.AddSingleton<HandleScan>();
        services.AddSingleton<IndexCheck>();
        services.AddSingleton<Verification>();
        services.AddSingleton<HandleStep>();
        services.AddSingleton<SingleCustomerRebuild>();
        services.AddChecked<QualityOptions>(QualityOptions.Section);
        services.AddSingleton<QualityScan>();
        services.AddSingleton<PrivacyStore>();
        services.AddSingleton<PrivacyRequests>();
        services.AddSingleton<PersonFinder>();
        services.AddSingleton<LogErasure>();
        services.AddSingleton<PersonEraser>();
        services.AddSingleton<IPersonalData, ImportPersonalData>();
        AddService(services);
        AddNotifications(services);
        services.AddChannels(settings);
        AddHealth(services);
    }

    private static void AddService(IServiceCollection services)
    {
        services.AddSingleton<PlanStore>();
        services.AddSingleton<OwnerStore>();
        services.AddSingleton<Team>();
        services.AddSingleton<DutyLists>();
        services.AddSingleton<DutyReader>();
        services.AddChecked<CalendarOptions>(CalendarOptions.Section);
        services.AddSingleton<CalendarLinks>();
        services.AddSingleton<Ownership>();
        services.AddSingleton<OwnerPlaces>();
        services.AddSingleton<ServicePlanner>();
        services.AddSingleton<CareMessages>();
        services.AddSingleton<Fulfilment>();
        services.AddSingleton<IPersonalData, ServicePersonalData>();
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
    }

    private static void AddHealth(IServiceCollection services)
    {
        services.AddChecked<HealthOptions>(HealthOptions.Section);
        services.AddSingleton<TimerRuns>();
        services.AddSingleton<IHealthPart, StoragePart>();
        services.AddSingleton<IHealthPart, BrokerPart>();
        services.AddSingleton<IHealthPart, TimersPart>();
        services.AddSingleton<IHealthPart, DeadLettersPart>();
        services.AddSingleton<IHealthPart, CalibrationPart>();
        services.AddSingleton<HealthCheckService>();
        services.AddSingleton<UsageStore>();
        services.AddHostedService<UsageRecorder>();
    }

    private static void AddNotifications(IServiceCollection services)
    {
        services.AddChecked<NotificationOptions>(NotificationOptions.Section);
        services.AddChecked<BusinessHoursOptions>(BusinessHoursOptions.Section);
        services.AddChecked<PermissionOptions>(PermissionOptions.Section);
        services.AddChecked<UnsubscribeOptions>(UnsubscribeOptions.Section);
        services.AddChecked<OutcomeOptions>(OutcomeOptions.Section);
        services.AddSingleton<MessageLedger>();
        services.AddSingleton<MessageFactory>();
        services.AddSingleton<MessageRenderer>();
        services.AddSingleton<TeamNoteComposer>();
        services.AddSingleton<TeamNoteSender>();
        services.AddSingleton<TouchSender>();
        services.AddSingleton<ChannelDispatcher>();
        services.AddSingleton<TouchRenderer>();
        services.AddSingleton<NotificationScheduler>();
        services.AddSingleton<TemplateStore>();
        services.AddSingleton<ConsentStore>();
        services.AddSingleton<SendPermissionCheck>();
        services.AddSingleton<UnsubscribeLinks>();
        services.AddSingleton<Reservations>();
        services.AddSingleton<SlotStore>();
        services.AddSingleton<RobotSlots>();
        services.AddSingleton<SlotSender>();
        services.AddSingleton<ReservationsOfRobots>();
        services.AddSingleton<OutcomeFiling>();
        services.AddSingleton<IPersonalData, LedgerPersonalData>();
        services.AddSingleton<IPersonalData, PermissionPersonalData>();
    }

    private static Microsoft.Extensions.Options.OptionsBuilder<T> AddChecked<T>(this IServiceCollection services, string section)
        where T : class => services.AddOptions<T>().BindConfiguration(section).ValidateDataAnnotations().ValidateOnStart();
}
