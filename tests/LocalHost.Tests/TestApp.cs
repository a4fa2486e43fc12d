using LocalHost.Testing;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace LocalHost.Tests;

/// <summary>Short forms to start an app of a few classes.</summary>
internal static class TestApp
{
    /// <summary>An app of these classes of functions, with the ASP.NET Core integration and a <see cref="Journal"/>.</summary>
    public static Task<FunctionsTestHost> Start(
        Type[] classes,
        Action<FunctionsTestHostOptions>? configure = null,
        Action<FunctionsApplicationBuilder>? compose = null
    ) =>
        FunctionsTestHost.Start(
            builder =>
            {
                builder.Services.AddSingleton<Journal>();
                builder.ConfigureFunctionsWebApplication();
                compose?.Invoke(builder);
            },
            options =>
            {
                foreach (var type in classes)
                {
                    options.Classes.Add(type);
                }

                options.App = typeof(TestApp).Assembly;
                options.HostJson = """{ "version": "2.0" }""";
                configure?.Invoke(options);
            }
        );

    public static Task<FunctionsTestHost> Start<T>(
        Action<FunctionsTestHostOptions>? configure = null,
        Action<FunctionsApplicationBuilder>? compose = null
    ) => Start([typeof(T)], configure, compose);

    public static async Task<(int Status, string Body)> Read(this Task<HttpResponseMessage> answer)
    {
        using var response = await answer;
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public static HttpRequestMessage WithKey(this HttpRequestMessage request, string key)
    {
        request.Headers.Add("x-functions-key", key);
        return request;
    }
}
