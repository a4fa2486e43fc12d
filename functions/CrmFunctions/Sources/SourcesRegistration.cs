using CrmFunctions.Customers;
using CrmFunctions.Security;
using CrmFunctions.Sources.Hooks;
using CrmFunctions.Sources.Importing;
using CrmFunctions.Sources.Quarantine;
using CrmFunctions.Sources.Reconciliation;
using CrmFunctions.Sources.Reconciliation.Asking;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CrmFunctions.Sources;

/// <summary>Where events come from: webhooks, imports, and what sources are asked for.</summary>
internal static class SourcesRegistration
{
    public static IServiceCollection AddSources(this IServiceCollection services)
    {
        services.AddChecked<SourceOptions>(SourceOptions.Section);
        services.AddChecked<HookOptions>(HookOptions.Section);
        services.AddChecked<ImportOptions>(ImportOptions.Section);
        services.AddChecked<ReconciliationOptions>(ReconciliationOptions.Section);
        services.AddSingleton(provider => new SecretSeal(
            provider.GetRequiredService<IOptions<SourceOptions>>().Value.KeyFolder,
            "CrmFunctions.Sources",
            $"{SourceOptions.Section}__{nameof(SourceOptions.KeyFolder)}"
        ));
        services.AddSingleton<SourceStore>();
        services.AddSingleton<SourceDirectory>();
        services.AddSingleton<RateBudgets>();
        services.AddSingleton<DeliveredTopics>();
        services.AddSingleton<DeliveryFiling>();
        services.AddSingleton<RefusedDeliveries>();
        services.AddSingleton<HookLimits>();
        services.AddSingleton<HookMeter>();
        services.AddSingleton<QuarantineReleaser>();
        services.AddSingleton<IPersonalData, QuarantinePersonalData>();
        services.AddSingleton<ImportStore>();
        services.AddSingleton<Upload>();
        services.AddSingleton<IPersonalData, ImportPersonalData>();
        services.AddSingleton<ISourceClient, ShopifyClient>();
        services.AddSingleton<ISourceClient, WooCommerceClient>();
        services.AddSingleton<ISourceClient, JiandaoyunClient>();
        services.AddSingleton<IDeliveryReader, ProviderDeliveries>();
        services.AddSingleton<SourceApi>();
        services.AddSingleton<GapStore>();
        services.AddSingleton<SourceReconciliation>();
        return services;
    }
}
