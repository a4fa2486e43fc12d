using CrmFunctions.Reports.Quality;
using Microsoft.Extensions.DependencyInjection;

namespace CrmFunctions.Reports;

/// <summary>Figures of the whole base.</summary>
internal static class ReportsRegistration
{
    public static IServiceCollection AddReports(this IServiceCollection services)
    {
        services.AddChecked<QualityOptions>(QualityOptions.Section);
        services.AddChecked<ReportOptions>(ReportOptions.Section);
        services.AddSingleton<CustomerScan>();
        services.AddSingleton<FeedbackFigures>();
        services.AddSingleton<QualityScan>();
        return services;
    }
}
