using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CrmFunctions;

/// <summary>Options that are checked before the first request.</summary>
internal static class CheckedOptions
{
    /// <summary>Binds a section of the settings. A value out of its range stops the start and names itself.</summary>
    public static OptionsBuilder<T> AddChecked<T>(this IServiceCollection services, string section)
        where T : class => services.AddOptions<T>().BindConfiguration(section).ValidateDataAnnotations().ValidateOnStart();
}
