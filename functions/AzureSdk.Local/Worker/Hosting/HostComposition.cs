using System.Net;
using System.Text.Json;
using AzureSdk.Local.Http;
using AzureSdk.Local.Invocation;
using AzureSdk.Local.ServiceBusTriggers;
using AzureSdk.Local.Timers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AzureSdk.Local.Hosting;

/// <summary>Puts the host together: settings in their order, logging, Kestrel, and the triggers.</summary>
internal sealed class HostComposition
{
    /// <summary>As on the platform.</summary>
    private const long LargestRequestBody = 100 * 1024 * 1024;

    private readonly HostSetup setup;
    private readonly HostSettings settings;

    internal HostComposition(HostSetup setup, string[] args)
    {
        this.setup = setup;
        Web = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = setup.FunctionClasses().FirstOrDefault()?.Assembly.GetName().Name,
            ContentRootPath = setup.Folder,
            EnvironmentName = EnvironmentName(),
        });
        AddSettings(args);
        var hostJson = HostJson();
        // Not from the environment: many a container sets PORT for something else.
        var port = setup.Embedded ? "0" : new ConfigurationBuilder().AddCommandLine(args).Build()["port"];
        settings = new HostSettings(hostJson, Web.Configuration, port);
        if (Web.Environment.IsDevelopment())
        {
            ((IHostApplicationBuilder)Web).ConfigureContainer(
                new DefaultServiceProviderFactory(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true }));
        }

        AddLogging(hostJson);
        AddKestrel();
        Web.Services.AddRouting();
    }

    internal WebApplicationBuilder Web { get; }

    internal Pipeline Pipeline { get; } = new();

    internal IHost Build()
    {
        var functions = FunctionCatalog.Of(setup.FunctionClasses(), Web.Configuration, settings);
        if (functions.All.Any(function => function.Trigger is HttpDeclaration) && !Web.Services.Any(service => service.ServiceType == typeof(HttpResults)))
        {
            throw new HostStartException("HTTP functions take an HttpRequest only with the ASP.NET Core integration; call builder.ConfigureFunctionsWebApplication().");
        }

        Web.Services
            .AddSingleton(setup).AddSingleton(settings).AddSingleton(functions).AddSingleton(Pipeline)
            .AddSingleton<RunningInvocations>().AddSingleton<FunctionInvoker>().AddSingleton<HostDelay>()
            .AddSingleton<HostServices>().AddSingleton<KeyStore>().AddSingleton<Http.Authorization>().AddSingleton<HttpFunctions>().AddSingleton<AdminEndpoints>()
            .AddSingleton<TimerRunners>()
            .AddSingleton<PumpServices>().AddSingleton<MessageInvocations>().AddSingleton<MessagePumps>()
            .AddHostedService<TriggerHost>()
            .Configure<JsonSerializerOptions>(json => json.PropertyNameCaseInsensitive = true)
            .Configure<HostOptions>(options => options.ShutdownTimeout = settings.DrainTimeout + TimeSpan.FromSeconds(10));
        if (setup.Embedded)
        {
            Web.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, NoSignals>());
        }

        setup.OverrideServices?.Invoke(Web.Services);
        var app = Web.Build();
        HttpPipeline.Configure(app);
        return app;
    }

    /// <summary>Development unless said otherwise, as under <c>func start</c>.</summary>
    private static string EnvironmentName() =>
        Environment.GetEnvironmentVariable("AZURE_FUNCTIONS_ENVIRONMENT") ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? Environments.Development;

    /// <summary>Later ones win: appsettings.json, local.settings.json, environment, arguments, the test's own.</summary>
    private void AddSettings(string[] args)
    {
        Web.Configuration.AddJsonFile("appsettings.json", optional: true, reloadOnChange: false);
        if (!setup.Embedded)
        {
            Web.Configuration.AddInMemoryCollection(SettingsFile.ReadLocalSettings(setup.Folder));
        }

        Web.Configuration.AddEnvironmentVariables();
        Web.Configuration.AddCommandLine(args);
        Web.Configuration.AddInMemoryCollection(setup.Settings.Select(
            setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), setting.Value)));
    }

    private IConfigurationRoot HostJson() => new ConfigurationBuilder()
        .AddInMemoryCollection(SettingsFile.ReadHostJson(setup.Folder, setup.HostJson))
        .AddInMemoryCollection(Web.Configuration.GetSection("AzureFunctionsJobHost").AsEnumerable(makePathsRelative: true).Where(setting => setting.Value is not null))
        .Build();

    private void AddLogging(IConfigurationRoot hostJson)
    {
        // ASP.NET Core writes four lines for each request unless told not to.
        Web.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        Web.Logging.AddConfiguration(hostJson.GetSection("logging"));
        Web.Logging.AddConfiguration(Web.Configuration.GetSection("Logging"));
        if (!setup.Embedded)
        {
            Web.Logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            });
        }
    }

    private void AddKestrel() => Web.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
    {
        kestrel.Listen(IPAddress.Loopback, settings.Port);
        kestrel.Limits.MaxRequestBodySize = LargestRequestBody;
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
    });

    /// <summary>A host inside a test stops when the test says so.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
