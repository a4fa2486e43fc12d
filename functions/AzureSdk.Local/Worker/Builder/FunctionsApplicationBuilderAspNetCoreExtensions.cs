using AzureSdk.Local.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>ASP.NET Core integration for HTTP functions.</summary>
public static class FunctionsApplicationBuilderAspNetCoreExtensions
{
    /// <summary>
    /// Lets HTTP functions take an <c>HttpRequest</c> and return an <c>IActionResult</c> or <c>IResult</c>. Middleware added later
    /// sees the request and can change the result before it is written.
    /// </summary>
    public static FunctionsApplicationBuilder ConfigureFunctionsWebApplication(this FunctionsApplicationBuilder builder)
    {
        if (builder.Services.Any(service => service.ServiceType == typeof(HttpResults)))
        {
            return builder;
        }

        builder.Services.AddSingleton<HttpResults>();
        builder.Services.AddMvcCore();
        builder.Use(HttpResults.Step);
        return builder;
    }
}
