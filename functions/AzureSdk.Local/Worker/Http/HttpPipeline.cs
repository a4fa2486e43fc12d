using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AzureSdk.Local.Http;

/// <summary>Puts functions and admin routes behind Kestrel.</summary>
internal static class HttpPipeline
{
    internal static void Configure(WebApplication app)
    {
        Endpoint[] endpoints =
        [
            .. app.Services.GetRequiredService<HttpFunctions>().Endpoints(),
            .. app.Services.GetRequiredService<AdminEndpoints>().Endpoints(),
        ];
        ((IEndpointRouteBuilder)app).DataSources.Add(new DefaultEndpointDataSource(endpoints));
        app.UseRouting();
        app.Use(next => http =>
        {
            if (http.GetEndpoint()?.Metadata.GetMetadata<HostEndpoint>() is not null)
            {
                return next(http);
            }

            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        app.UseEndpoints(_ => { });
    }
}
