using AzureSdk.Local.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Composes a functions app: settings, services, logging and middleware.</summary>
public class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    private readonly HostComposition composition;
    private readonly WebApplicationBuilder web;
    private bool isBuilt;

    internal FunctionsApplicationBuilder(string[]? args, HostSetup setup)
    {
        composition = new HostComposition(setup, args ?? []);
        web = composition.Web;
    }

    /// <summary>For libraries that extend the builder.</summary>
    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)web).Properties;

    /// <summary>The app's settings: environment, local.settings.json and arguments are already in.</summary>
    public ConfigurationManager Configuration => web.Configuration;

    IConfigurationManager IHostApplicationBuilder.Configuration => web.Configuration;

    /// <summary>Name and folder of the app.</summary>
    public IHostEnvironment Environment => web.Environment;

    /// <summary>Where log providers are added.</summary>
    public ILoggingBuilder Logging => web.Logging;

    /// <summary>Where metrics are configured.</summary>
    public IMetricsBuilder Metrics => web.Metrics;

    /// <summary>The app's services.</summary>
    public IServiceCollection Services => web.Services;

    /// <summary>The app, ready to start.</summary>
    /// <exception cref="AzureSdk.Local.HostStartException">A function is declared wrongly, or a setting is missing or wrong.</exception>
    /// <exception cref="InvalidOperationException">Called twice.</exception>
    public IHost Build()
    {
        ThrowIfBuilt();
        isBuilt = true;
        return composition.Build();
    }

    /// <summary>Replaces the service container.</summary>
    public void ConfigureContainer<TContainerBuilder>(IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull =>
        ((IHostApplicationBuilder)web).ConfigureContainer(factory, configure);

    /// <summary>Adds a step to the pipeline; the first added is the outermost.</summary>
    /// <exception cref="InvalidOperationException">The app is already built.</exception>
    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        ThrowIfBuilt();
        composition.Pipeline.Add(middleware);
        return this;
    }

    private void ThrowIfBuilt()
    {
        if (isBuilt)
        {
            throw new InvalidOperationException("The application has already been built.");
        }
    }
}
