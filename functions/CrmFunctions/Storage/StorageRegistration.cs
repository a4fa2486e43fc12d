using Azure.Core.Pipeline;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.Storage;

/// <summary>The tables.</summary>
internal static class StorageRegistration
{
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration settings, HttpPipelinePolicy counting)
    {
        services.AddSingleton(CrmTables.Connect(settings, counting));
        services.AddHostedService<PrepareTables>();
        return services;
    }
}
